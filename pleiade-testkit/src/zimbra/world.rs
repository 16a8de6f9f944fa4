//! For tests and demonstrations only: accounts, sessions, and what each request does.

use super::{
    mailbox::{Mailbox, Status},
    soap::{Refusal, child, children, fault, refuse, scalar},
};
use chrono::{DateTime, NaiveDate, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Map, Value, json};
use sha1::Sha1;
use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write,
};

/// The greatest difference between the client's clock and the server's.
const SKEW: i64 = 5 * 60 * 1000;
/// `zimbraAuthTokenLifetime`.
const LIFETIME: i64 = 172_800_000;
/// `zimbraInvalidLoginFilterMaxFailedLogin`, and how long an address then stays out.
const MAX_FAILURES: usize = 10;
const BLOCK: i64 = 15 * 60 * 1000;

#[derive(Debug)]
pub(super) struct World {
    pub(super) mailboxes: BTreeMap<String, Mailbox>,
    /// Preauth keys by domain.
    pub(super) keys: BTreeMap<String, String>,
    pub(super) sessions: HashMap<String, Session>,
    pub(super) sign_ins: usize,
    pub(super) failures: Vec<i64>,
    pub(super) blocked_until: i64,
    pub(super) overloaded: bool,
    pub(super) skew: i64,
    pub(super) allowed_redirect: Option<String>,
    pub(super) admin: (String, String),
    made: u64,
}

#[derive(Debug, Clone)]
pub(super) struct Session {
    account: String,
    ends: i64,
    admin: bool,
}

impl World {
    pub(super) fn new(admin: (String, String)) -> Self {
        Self {
            mailboxes: BTreeMap::new(),
            keys: BTreeMap::new(),
            sessions: HashMap::new(),
            sign_ins: 0,
            failures: Vec::new(),
            blocked_until: 0,
            overloaded: false,
            skew: 0,
            allowed_redirect: Some("/".to_owned()),
            admin,
            made: 0,
        }
    }

    /// True if the address of the caller is refused for its failed sign-ins or its rate.
    pub(super) fn shuts_out(&self, now: DateTime<Utc>) -> bool {
        self.overloaded || self.blocked_until > now.timestamp_millis()
    }

    pub(super) fn open(&mut self, account: &str, now: DateTime<Utc>, ends: i64, admin: bool) -> String {
        self.made += 1;
        let token = format!("0_{:08x}_{:x}", self.made, now.timestamp_millis());
        let ends = if ends > 0 { ends } else { now.timestamp_millis() + LIFETIME };
        self.sessions.insert(token.clone(), Session { account: account.to_owned(), ends, admin });
        token
    }

    fn fail<T>(&mut self, account: &str, now: DateTime<Utc>) -> Result<T, Refusal> {
        let now = now.timestamp_millis();
        self.failures.retain(|at| at + BLOCK > now);
        self.failures.push(now);
        if self.failures.len() >= MAX_FAILURES {
            self.blocked_until = now + BLOCK;
        }
        refuse("account.AUTH_FAILED", format!("authentication failed for [{account}]"))
    }

    /// Checks a preauth value and gives the account that it opens.
    pub(super) fn preauth(
        &mut self,
        account: &str,
        by: &str,
        (expires, timestamp): (&str, &str),
        signature: &str,
        now: DateTime<Utc>,
    ) -> Result<String, Refusal> {
        let domain = account.rsplit_once('@').map(|(_, domain)| domain.to_lowercase()).unwrap_or_default();
        let Some(key) = self.keys.get(&domain) else {
            return refuse(
                "service.INVALID_REQUEST",
                "invalid request: domain is not configured for preauth",
            );
        };
        let right = hmac_sha1(key, &format!("{account}|{by}|{expires}|{timestamp}"));
        let at: i64 = timestamp.parse().unwrap_or(0);
        let server = now.timestamp_millis() + self.skew;
        let known = by == "name" && self.mailboxes.contains_key(&account.to_lowercase());
        if !known || !right.eq_ignore_ascii_case(signature) || (at - server).abs() > SKEW {
            return self.fail(account, now);
        }
        self.usable(&account.to_lowercase())
    }

    fn usable(&self, account: &str) -> Result<String, Refusal> {
        match self.mailboxes.get(account).map(|mailbox| mailbox.status) {
            Some(Status::Locked) => refuse("account.ACCOUNT_INACTIVE", "account is not active"),
            Some(Status::Maintenance) => refuse("account.MAINTENANCE_MODE", "account is in maintenance mode"),
            Some(Status::MustChangePassword) => refuse("account.CHANGE_PASSWORD", "must change password"),
            _ => Ok(account.to_owned()),
        }
    }

    /// Answers one request, or a batch of them.
    pub(super) fn answer(
        &mut self,
        name: &str,
        arguments: &Value,
        token: Option<&str>,
        admin_service: bool,
        now: DateTime<Utc>,
    ) -> Result<Value, Refusal> {
        if name == "AuthRequest" {
            self.sign_ins += 1;
            return if admin_service {
                self.admin_sign_in(arguments, now)
            } else {
                self.sign_in(arguments, now)
            };
        }
        let Some(token) = token.filter(|token| !token.is_empty()) else {
            return refuse("service.AUTH_REQUIRED", "no valid authtoken present");
        };
        let session = match self.sessions.get(token) {
            Some(session) if session.ends > now.timestamp_millis() => session.clone(),
            Some(_) => return refuse("service.AUTH_EXPIRED", "auth credentials have expired"),
            None if token.starts_with("0_") => {
                return refuse("service.AUTH_EXPIRED", "auth credentials have expired");
            }
            None => return refuse("service.AUTH_REQUIRED", "no valid authtoken present"),
        };
        if name == "DelegateAuthRequest" {
            if !admin_service || !session.admin {
                return refuse("service.PERM_DENIED", "permission denied: need adequate admin auth token");
            }
            let account = child(arguments, "account")
                .and_then(|account| scalar(account, "_content"))
                .unwrap_or_default();
            let account = account.to_lowercase();
            if !self.mailboxes.contains_key(&account) {
                return refuse("account.NO_SUCH_ACCOUNT", format!("no such account: {account}"));
            }
            self.usable(&account)?;
            return Ok(self.signed_in(&account, "urn:zimbraAdmin", now, 0, false));
        }
        if name == "EndSessionRequest" {
            self.sessions.remove(token);
            return Ok(json!({"_jsns": "urn:zimbraAccount"}));
        }
        let Some(mailbox) = self.mailboxes.get_mut(&session.account) else {
            return refuse("account.NO_SUCH_ACCOUNT", "no such account");
        };
        if mailbox.status == Status::Maintenance {
            return refuse("mail.MAINTENANCE", "mailbox in maintenance mode");
        }
        if name == "BatchRequest" {
            return Ok(batch(mailbox, &session.account, arguments, now));
        }
        one(mailbox, &session.account, name, arguments, now)
    }

    fn sign_in(&mut self, arguments: &Value, now: DateTime<Utc>) -> Result<Value, Refusal> {
        let account = child(arguments, "account").cloned().unwrap_or_default();
        let by = scalar(&account, "by").unwrap_or_else(|| "name".to_owned());
        let name =
            scalar(&account, "_content").or_else(|| account.as_str().map(str::to_owned)).unwrap_or_default();
        if let Some(preauth) = child(arguments, "preauth") {
            let value = |key| scalar(preauth, key).unwrap_or_default();
            let (expires, timestamp, signature) = (value("expires"), value("timestamp"), value("_content"));
            let account = self.preauth(&name, &by, (&expires, &timestamp), &signature, now)?;
            return Ok(self.signed_in(
                &account,
                "urn:zimbraAccount",
                now,
                expires.parse().unwrap_or(0),
                false,
            ));
        }
        let (account, password) = (name.to_lowercase(), scalar(arguments, "password").unwrap_or_default());
        // A renewed password is the same one with a number after it.
        let right = self.mailboxes.contains_key(&account)
            && password
                .strip_prefix(&super::Zimbra::password(&account))
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
        if !right {
            return self.fail(&name, now);
        }
        self.usable(&account)?;
        Ok(self.signed_in(&account, "urn:zimbraAccount", now, 0, false))
    }

    fn admin_sign_in(&mut self, arguments: &Value, now: DateTime<Utc>) -> Result<Value, Refusal> {
        let account = child(arguments, "account").and_then(|account| scalar(account, "_content"));
        let name = scalar(arguments, "name").or(account).unwrap_or_default();
        if (name.as_str(), scalar(arguments, "password").as_deref()) != (&self.admin.0, Some(&self.admin.1)) {
            return self.fail(&name, now);
        }
        Ok(self.signed_in(&name, "urn:zimbraAdmin", now, 0, true))
    }

    fn signed_in(&mut self, account: &str, space: &str, now: DateTime<Utc>, ends: i64, admin: bool) -> Value {
        let token = self.open(account, now, ends, admin);
        let lifetime = self.sessions.get(&token).map_or(0, |session| session.ends - now.timestamp_millis());
        json!({"authToken": [{"_content": token}], "lifetime": lifetime, "skin": [{"_content": "harmony"}], "_jsns": space})
    }
}

pub(super) fn hmac_sha1(key: &str, data: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(key.as_bytes()) else { return String::new() };
    mac.update(data.as_bytes());
    mac.finalize().into_bytes().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn batch(mailbox: &mut Mailbox, account: &str, arguments: &Value, now: DateTime<Utc>) -> Value {
    let stops = scalar(arguments, "onerror").as_deref() == Some("stop");
    let mut answers: Map<String, Value> = Map::new();
    let names: Vec<&String> = arguments.as_object().map(|all| all.keys().collect()).unwrap_or_default();
    'all: for name in names.into_iter().filter(|name| name.ends_with("Request")) {
        for part in children(arguments, name) {
            let (key, mut content) = match one(mailbox, account, name, part, now) {
                Ok(content) => (name.replace("Request", "Response"), content),
                Err(refusal) => ("Fault".to_owned(), fault(&refusal)),
            };
            if let (Some(id), Some(content)) = (scalar(part, "requestId"), content.as_object_mut()) {
                content.insert("requestId".into(), id.into());
            }
            let failed = key == "Fault";
            if let Some(list) = answers.entry(key).or_insert_with(|| json!([])).as_array_mut() {
                list.push(content);
            }
            if failed && stops {
                break 'all;
            }
        }
    }
    answers.insert("_jsns".into(), "urn:zimbra".into());
    Value::Object(answers)
}

fn one(
    mailbox: &mut Mailbox,
    account: &str,
    name: &str,
    arguments: &Value,
    now: DateTime<Utc>,
) -> Result<Value, Refusal> {
    const MAIL: &str = "urn:zimbraMail";
    const ACCOUNT: &str = "urn:zimbraAccount";
    let space = scalar(arguments, "_jsns");
    let (mut content, expected) = match name {
        "NoOpRequest" => (json!({}), MAIL),
        "GetFolderRequest" => {
            let folder = child(arguments, "folder");
            let only = folder.and_then(|folder| scalar(folder, "l").or_else(|| scalar(folder, "path")));
            (mailbox.folders(only.as_deref())?, MAIL)
        }
        "SearchRequest" => (search(mailbox, arguments)?, MAIL),
        "ConvActionRequest" => {
            let action = child(arguments, "action").cloned().unwrap_or_default();
            let id = scalar(&action, "id").unwrap_or_default();
            let operation = scalar(&action, "op").unwrap_or_default();
            let unread = match operation.as_str() {
                "read" => false,
                "!read" => true,
                _ => return refuse("service.INVALID_REQUEST", "invalid request: unknown operation"),
            };
            mailbox.mark(id.parse().unwrap_or(0), unread)?;
            (json!({"action": {"id": id, "op": operation}}), MAIL)
        }
        "CreateTaskRequest" => (create_task(mailbox, arguments)?, MAIL),
        "GetInfoRequest" => (
            json!({"version": "10.1.0_GA_4655", "id": format!("00000000-0000-4000-8000-{:012}", account.len()), "name": account,
                "lifetime": LIFETIME, "used": mailbox.used, "accessed": now.timestamp_millis(), "recent": 0,
                "attrs": {"_attrs": {"zimbraMailQuota": mailbox.quota.to_string(), "zimbraFeatureCalendarEnabled": "TRUE"}}}),
            ACCOUNT,
        ),
        _ => return refuse("service.UNKNOWN_DOCUMENT", format!("unknown document: {name}")),
    };
    // XML carries the name space in its own way, which the reader of the envelope already checked.
    if space.is_some_and(|space| space != expected) {
        return refuse("service.UNKNOWN_DOCUMENT", format!("unknown document: {name}"));
    }
    if let Some(content) = content.as_object_mut() {
        content.insert("_jsns".into(), expected.into());
    }
    Ok(content)
}

fn search(mailbox: &Mailbox, arguments: &Value) -> Result<Value, Refusal> {
    let number = |key: &str| scalar(arguments, key).and_then(|text| text.parse::<i64>().ok());
    let limit = match number("limit") {
        Some(limit @ 1..) => usize::try_from(limit).unwrap_or(1000).min(1000),
        _ => 10,
    };
    let offset = usize::try_from(number("offset").unwrap_or(0)).unwrap_or(0);
    let query = scalar(arguments, "query").unwrap_or_default();
    let sort = scalar(arguments, "sortBy").unwrap_or_else(|| "dateDesc".to_owned());
    let kind = scalar(arguments, "types").unwrap_or_else(|| "conversation".to_owned());
    let (key, all) = match kind.as_str() {
        "message" => ("m", mailbox.search_mail(&query)?.into_iter().map(Mailbox::message).collect()),
        "conversation" => {
            ("c", mailbox.search_mail(&query)?.into_iter().map(Mailbox::conversation).collect())
        }
        "task" if matches!(query.as_str(), "in:tasks" | "inid:15") => {
            ("task", mailbox.tasks_in(scalar(arguments, "allowableTaskStatus").as_deref()))
        }
        "appointment" => {
            let calendars: Option<Vec<i64>> = query
                .split(" OR ")
                .map(|term| term.strip_prefix("inid:").map(|id| id.trim_matches('"').parse().unwrap_or(-1)))
                .collect();
            let (Some(calendars), Some(from), Some(to)) =
                (calendars, number("calExpandInstStart"), number("calExpandInstEnd"))
            else {
                return refuse("mail.QUERY_PARSE_ERROR", format!("Couldn't parse query: {query}"));
            };
            let all = mailbox.appointments(&calendars, from, to);
            // The calendar cache ignores limits and leaves nothing for later.
            return Ok(page("appt", all, usize::MAX, 0, &sort));
        }
        _ => return refuse("mail.QUERY_PARSE_ERROR", format!("Couldn't parse query: {query}")),
    };
    Ok(page(key, all, limit, offset, &sort))
}

fn page(key: &str, all: Vec<Value>, limit: usize, offset: usize, sort: &str) -> Value {
    let more = all.len() > offset.saturating_add(limit);
    let found: Vec<Value> = all.into_iter().skip(offset).take(limit).collect();
    let mut answer = json!({"sortBy": sort, "offset": offset, "more": more});
    if let (false, Some(answer)) = (found.is_empty(), answer.as_object_mut()) {
        answer.insert(key.to_owned(), found.into());
    }
    answer
}

fn create_task(mailbox: &mut Mailbox, arguments: &Value) -> Result<Value, Refusal> {
    let component = child(arguments, "m").and_then(|m| child(m, "inv")).and_then(|inv| child(inv, "comp"));
    let Some(component) = component else {
        return refuse("service.INVALID_REQUEST", "invalid request: missing required element: comp");
    };
    let due = child(component, "e").and_then(|end| scalar(end, "d"));
    let due = due.and_then(|day| NaiveDate::parse_from_str(&day, "%Y%m%d").ok());
    let name = scalar(component, "name").unwrap_or_default();
    let id = mailbox.add_task(&name, due, "NEED", 0, 5);
    Ok(json!({"calItemId": id.to_string(), "invId": format!("{id}-{}", id - 1), "ms": 1, "rev": 1}))
}
