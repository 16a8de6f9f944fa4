//! For tests and demonstrations only: a Zimbra server as far as a portal can tell.
//!
//! It speaks SOAP in JSON and in XML, signs in by preauth key (clocks within five minutes), by password and through an administrator,
//! answers batches with faults inside, and shuts an address out after ten refused sign-ins. It has no mail search beyond the folders and
//! marks that a desk asks for, no calendar rules (recurring meetings are lists of instances), and no webmail. It stands for a server that
//! cannot be installed here; `python-zimbra` is the independent client that it is checked with.

mod mailbox;
mod sample;
mod simulated;
mod soap;
mod world;

pub use sample::CONFERENCE_HOST;
pub(crate) use simulated::simulated;

use crate::{
    Fault, Simulator,
    people::{PEOPLE, TENANTS},
    simulator::HOSTILE_TEXTS,
};
use axum::{
    Router,
    body::Body,
    extract::{Query, State},
    response::Response,
    routing::{get, post},
};
use bytes::Bytes;
use chrono::{DateTime, Duration, Utc};
use http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use mailbox::{Mailbox, Status, day_of, later, local_time};
use pleiade_core::Clock;
use serde_json::{Value, json};
use soap::{Format, Refusal};
use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use url::Url;
use world::World;

/// The administrator that may open a session for anybody.
pub const ADMIN: &str = "portail@demonstration.example";
/// The administrator's password.
pub const ADMIN_PASSWORD: &str = "demonstration-admin-password";

/// A simulated server with the sample people, whose accounts are `login@collectivité.example`. Cloning shares the state.
#[derive(Clone)]
pub struct Zimbra {
    inner: Arc<Inner>,
}

struct Inner {
    clock: Arc<dyn Clock>,
    world: Mutex<World>,
}

impl fmt::Debug for Zimbra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Zimbra").finish_non_exhaustive()
    }
}

/// The state of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccountStatus {
    /// In use.
    Active,
    /// Closed or locked.
    Locked,
    /// Being moved.
    Maintenance,
    /// Must choose another password first.
    MustChangePassword,
}

impl Zimbra {
    /// A server with the sample people and a preauth key for each sample collectivité.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let mut world = World::new((ADMIN.to_owned(), ADMIN_PASSWORD.to_owned()));
        for tenant in TENANTS {
            let domain = format!("{}.example", tenant.id);
            world.keys.insert(domain.clone(), Self::preauth_key(&domain));
        }
        for person in PEOPLE {
            let mut mailbox = Mailbox::default();
            sample::fill(&mut mailbox, person.login, clock.now());
            world.mailboxes.insert(person.mail(), mailbox);
        }
        Self { inner: Arc::new(Inner { clock, world: Mutex::new(world) }) }
    }

    /// The preauth key of a domain, as `zmprov gdpak` would show it.
    #[must_use]
    pub fn preauth_key(domain: &str) -> String {
        let half = |salt: &str| world::hmac_sha1(salt, domain);
        format!("{}{}", half("demonstration-1"), half("demonstration-2")).chars().take(64).collect()
    }

    /// The password of an account; followed by `-` and anything, it is accepted too, as a renewed one.
    #[must_use]
    pub fn password(account: &str) -> String {
        format!("zimbra-password-of-{account}")
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.inner.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, login: &str, change: impl FnOnce(&mut Mailbox) -> T) -> T {
        change(self.world().mailboxes.entry(address(login)).or_default())
    }

    /// A message arrives in the inbox; gives its id.
    pub fn deliver(&self, login: &str, from: &str, subject: &str, fragment: &str) -> String {
        let now = self.inner.clock.now();
        self.with(login, |mailbox| {
            mailbox.deliver(now, (from, "expediteur@ville.example"), subject, fragment, "").to_string()
        })
    }

    /// The person reads everything in the webmail.
    pub fn read_all(&self, login: &str) {
        self.with(login, |mailbox| mailbox.mails.iter_mut().for_each(|mail| mail.unread = false));
    }

    /// Somebody invites the person to a meeting of an hour, some hours from now.
    pub fn invite(&self, login: &str, title: &str, hours: i64) {
        let start = self.inner.clock.now() + Duration::hours(hours);
        self.with(login, |mailbox| mailbox.meet(60, &[start], json!({"name": title, "ptst": "NE"})));
    }

    /// The titles of the person's tasks.
    #[must_use]
    pub fn tasks(&self, login: &str) -> Vec<String> {
        self.with(login, |mailbox| mailbox.tasks.iter().map(|task| task.name.clone()).collect())
    }

    /// Changes the state of an account.
    pub fn set_status(&self, login: &str, status: AccountStatus) {
        self.with(login, |mailbox| {
            mailbox.status = match status {
                AccountStatus::Active => Status::Active,
                AccountStatus::Locked => Status::Locked,
                AccountStatus::Maintenance => Status::Maintenance,
                AccountStatus::MustChangePassword => Status::MustChangePassword,
            };
        });
    }

    /// An administrator changes or removes the preauth key of a domain.
    pub fn set_key(&self, domain: &str, key: Option<&str>) {
        let mut world = self.world();
        match key {
            Some(key) => world.keys.insert(domain.to_owned(), key.to_owned()),
            None => world.keys.remove(domain),
        };
    }

    /// The server's clock goes wrong by so much.
    pub fn set_skew(&self, skew: Duration) {
        self.world().skew = skew.num_milliseconds();
    }

    /// The filter against floods answers 503 to everything, or no longer does.
    pub fn set_overloaded(&self, overloaded: bool) {
        self.world().overloaded = overloaded;
    }

    /// The prefix of paths that `zimbra_allowed_redirect_url` allows after a preauth; `None` allows nothing.
    pub fn set_allowed_redirect(&self, start: Option<&str>) {
        self.world().allowed_redirect = start.map(str::to_owned);
    }

    /// The number of sign-ins tried by SOAP.
    #[must_use]
    pub fn sign_ins(&self) -> usize {
        self.world().sign_ins
    }
}

/// The account of a login of the sample people, or of the first collectivité.
fn address(login: &str) -> String {
    if login.contains('@') {
        return login.to_lowercase();
    }
    let known = PEOPLE.iter().find(|person| person.login == login).map(|person| person.mail());
    known.unwrap_or_else(|| format!("{login}@la-roche-aux-fees.example"))
}

impl Simulator for Zimbra {
    fn router(&self) -> Router {
        Router::new()
            .route("/service/soap", post(user))
            .route("/service/soap/", post(user))
            .route("/service/soap/{name}", post(user))
            .route("/service/admin/soap", post(admin))
            .route("/service/admin/soap/{name}", post(admin))
            .route("/service/preauth", get(preauth))
            .fallback(get(webmail))
            .with_state(self.clone())
    }

    fn people(&self) -> Vec<String> {
        // The two first serve different collectivités.
        ["cdurand", "sobrien", "blefevre", "administrateur"].into_iter().map(address).collect()
    }

    fn empty_account(&self, login: &str) {
        self.world().mailboxes.insert(address(login), Mailbox::default());
    }

    fn state(&self) -> String {
        format!("{:?}", self.world().mailboxes)
    }

    fn seed_many(&self, login: &str, count: usize) {
        let now = self.inner.clock.now();
        self.with(login, |mailbox| {
            for number in 0..count {
                mailbox.deliver(
                    now,
                    ("Anne Petit", "apetit@ville.example"),
                    &format!("Message n° {number}"),
                    "Bonjour",
                    "",
                );
                mailbox.meet(
                    30,
                    &[local_time(day_of(now), 17, 0)],
                    json!({"name": format!("Réunion n° {number}")}),
                );
                mailbox.add_task(&format!("Tâche n° {number}"), Some(later(day_of(now), 3)), "NEED", 0, 5);
            }
        });
    }

    fn seed_hostile_text(&self, login: &str) {
        let now = self.inner.clock.now();
        self.with(login, |mailbox| {
            for text in HOSTILE_TEXTS {
                mailbox.deliver(now, (text, text), text, text, "");
                mailbox.meet(
                    30,
                    &[local_time(day_of(now), 17, 0)],
                    json!({"name": text, "loc": text, "fr": text, "or": {"a": text, "d": text}}),
                );
                mailbox.meet(
                    30,
                    &[local_time(day_of(now), 17, 0)],
                    json!({"name": "Visio", "loc": format!("https://{text}"), "ptst": text}),
                );
                mailbox.add_task(text, Some(day_of(now)), "NEED", 0, 5);
            }
        });
    }

    fn meet_at(&self, place: &Url) {
        let before = format!("https://{CONFERENCE_HOST}/");
        for mailbox in self.world().mailboxes.values_mut() {
            let fields = mailbox.meetings.iter_mut().flat_map(|meeting| meeting.common.values_mut());
            for field in fields {
                if let Value::String(text) = field {
                    *text = text.replace(&before, place.as_str());
                }
            }
        }
    }

    fn happen(&self, number: usize, at: DateTime<Utc>) {
        for (_, login, from, subject, fragment) in sample::LATER.iter().filter(|mail| mail.0 == number) {
            self.with(login, |mailbox| mailbox.deliver(at, *from, subject, fragment, ""));
        }
    }

    fn forget_sessions(&self) {
        self.world().sessions.clear();
    }

    fn is_sign_in(&self, request: &Request<Bytes>) -> bool {
        request.uri().path().ends_with("AuthRequest")
    }

    fn fault_answer(&self, fault: &Fault) -> Option<Response> {
        use crate::fault::BODY_SENTINEL;
        let code = match fault {
            Fault::Unauthorized => "service.AUTH_EXPIRED",
            Fault::Forbidden => "service.PERM_DENIED",
            _ => return None,
        };
        Some(refused(Format::Json, &Refusal { code, reason: BODY_SENTINEL.to_owned() }))
    }
}

async fn user(State(server): State<Zimbra>, headers: HeaderMap, body: Bytes) -> Response {
    soap(&server, &headers, &body, false)
}

async fn admin(State(server): State<Zimbra>, headers: HeaderMap, body: Bytes) -> Response {
    soap(&server, &headers, &body, true)
}

fn soap(server: &Zimbra, headers: &HeaderMap, body: &Bytes, admin: bool) -> Response {
    let now = server.inner.clock.now();
    let mut world = server.world();
    if world.shuts_out(now) {
        return page(
            StatusCode::SERVICE_UNAVAILABLE,
            "<html><body><h1>503 Service Unavailable</h1></body></html>",
        );
    }
    let call = match soap::parse_call(body) {
        Ok(call) => call,
        // A request that cannot be read has no form yet: the answer is XML.
        Err(refusal) => return refused(Format::Xml, &refusal),
    };
    let token = call.token.clone().or_else(|| cookie(headers));
    match world.answer(&call.name, &call.arguments, token.as_deref(), admin, now) {
        Ok(content) => {
            let name = call.name.replace("Request", "Response");
            spoken(StatusCode::OK, call.format, soap::answer(call.format, &name, &content))
        }
        Err(refusal) => refused(call.format, &refusal),
    }
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    cookies.split("; ").find_map(|cookie| cookie.strip_prefix("ZM_AUTH_TOKEN=")).map(str::to_owned)
}

fn refused(format: Format, refusal: &Refusal) -> Response {
    let body = soap::answer(format, "Fault", &soap::fault(refusal));
    spoken(StatusCode::INTERNAL_SERVER_ERROR, format, body)
}

fn spoken(status: StatusCode, format: Format, body: String) -> Response {
    let kind = match format {
        Format::Json => "text/javascript; charset=utf-8",
        Format::Xml => "application/soap+xml; charset=utf-8",
    };
    typed(status, kind, body)
}

fn page(status: StatusCode, body: impl Into<Body>) -> Response {
    typed(status, "text/html; charset=utf-8", body)
}

fn typed(status: StatusCode, kind: &'static str, body: impl Into<Body>) -> Response {
    let mut answer = Response::new(body.into());
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-cache"));
    answer
}

/// Signs a browser in.
async fn preauth(State(server): State<Zimbra>, Query(query): Query<HashMap<String, String>>) -> Response {
    let now = server.inner.clock.now();
    let mut world = server.world();
    let value = |key: &str| query.get(key).cloned().unwrap_or_default();
    let by = query.get("by").cloned().unwrap_or_else(|| "name".to_owned());
    let signed = (value("expires"), value("timestamp"));
    let account = world.preauth(&value("account"), &by, (&signed.0, &signed.1), &value("preauth"), now);
    let Ok(account) = account else { return page(StatusCode::BAD_REQUEST, "authentication failed") };
    let target = match query.get("redirectURL") {
        None => "/zimbra/mail".to_owned(),
        Some(wanted) => {
            // Scheme and host are stripped since January 2023.
            let path = wanted.split_once("://").map_or(wanted.as_str(), |(_, rest)| {
                rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/")
            });
            if !world.allowed_redirect.as_ref().is_some_and(|start| path.starts_with(start.as_str())) {
                return page(StatusCode::BAD_REQUEST, "redirectURL is not allowed");
            }
            path.to_owned()
        }
    };
    let token = world.open(&account, now, signed.0.parse().unwrap_or(0), false);
    let mut answer = page(StatusCode::FOUND, "");
    for (name, text) in
        [(header::LOCATION, target), (header::SET_COOKIE, format!("ZM_AUTH_TOKEN={token}; Path=/; HttpOnly"))]
    {
        if let Ok(text) = HeaderValue::from_str(&text) {
            answer.headers_mut().insert(name, text);
        }
    }
    answer
}

async fn webmail() -> Response {
    page(StatusCode::OK, include_str!("page.html"))
}
