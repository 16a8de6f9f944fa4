//! The requests that Pléiade makes, each a type with its answer.

use super::wire;
use crate::kit::content::plain;
use chrono::{DateTime, NaiveDate, Utc};
use pleiade_core::{ConnectorError, ErrorKind};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::fmt;

const MAIL: &str = "urn:zimbraMail";
const ACCOUNT: &str = "urn:zimbraAccount";

/// One SOAP request.
pub trait Request: fmt::Debug + Sync {
    /// Its name without `Request`; the answer's is the same without `Response`.
    const NAME: &'static str;
    /// Its name space.
    const NAMESPACE: &'static str;
    /// The name of the operation in errors.
    const OPERATION: &'static str;
    /// The type of the answer.
    type Answer: DeserializeOwned;

    /// Its attributes and children, in Zimbra's JSON conventions.
    fn arguments(&self) -> Value;
}

/// The whole tree of folders with their counts.
#[derive(Debug, Clone, Copy)]
pub struct GetFolders;

impl Request for GetFolders {
    const NAME: &'static str = "GetFolder";
    const NAMESPACE: &'static str = MAIL;
    const OPERATION: &'static str = "count unread mails";
    type Answer = wire::Folders;

    fn arguments(&self) -> Value {
        json!({"needGranteeName": "0"})
    }
}

/// Calendars of this person and those shared with them.
#[derive(Debug, Clone, Copy)]
pub struct GetCalendars;

impl Request for GetCalendars {
    const NAME: &'static str = "GetFolder";
    const NAMESPACE: &'static str = MAIL;
    const OPERATION: &'static str = "list calendars";
    type Answer = wire::Folders;

    fn arguments(&self) -> Value {
        json!({"view": "appointment", "needGranteeName": "0"})
    }
}

/// Messages that match a query, newest first.
#[derive(Debug, Clone)]
pub struct SearchMail {
    /// A query in Zimbra's search language, for example `in:inbox is:unread`.
    pub query: String,
    /// At most this many, 1 to 1000.
    pub limit: u32,
}

impl SearchMail {
    /// The unread messages of the inbox.
    #[must_use]
    pub fn unread(limit: u32) -> Self {
        Self { query: "in:inbox is:unread".to_owned(), limit }
    }
}

impl Request for SearchMail {
    const NAME: &'static str = "Search";
    const NAMESPACE: &'static str = MAIL;
    const OPERATION: &'static str = "list mails";
    type Answer = wire::Messages;

    fn arguments(&self) -> Value {
        json!({"types": "message", "sortBy": "dateDesc", "limit": self.limit.clamp(1, 1000).to_string(), "offset": "0", "query": self.query})
    }
}

/// Instances of meetings that overlap a span of time. Shaped so that Zimbra serves it from its calendar cache, which ignores limits.
#[derive(Debug, Clone)]
pub struct SearchAppointments {
    /// The calendars.
    pub calendars: Vec<wire::ItemId>,
    /// The start of the span.
    pub from: DateTime<Utc>,
    /// Its end, excluded.
    pub to: DateTime<Utc>,
}

impl Request for SearchAppointments {
    const NAME: &'static str = "Search";
    const NAMESPACE: &'static str = MAIL;
    const OPERATION: &'static str = "list meetings";
    type Answer = wire::Appointments;

    fn arguments(&self) -> Value {
        let terms: Vec<String> = self.calendars.iter().map(wire::ItemId::search_term).collect();
        json!({"types": "appointment", "sortBy": "none", "offset": "0",
            "calExpandInstStart": self.from.timestamp_millis(), "calExpandInstEnd": self.to.timestamp_millis(),
            "query": terms.join(" OR ")})
    }
}

/// Open tasks, the nearest deadline first. Not from the calendar cache, which leaves deadlines out.
#[derive(Debug, Clone, Copy)]
pub struct SearchTasks {
    /// At most this many, 1 to 1000.
    pub limit: u32,
}

impl Request for SearchTasks {
    const NAME: &'static str = "Search";
    const NAMESPACE: &'static str = MAIL;
    const OPERATION: &'static str = "list tasks";
    type Answer = wire::Tasks;

    fn arguments(&self) -> Value {
        json!({"types": "task", "sortBy": "taskDueAsc", "limit": self.limit.clamp(1, 1000).to_string(), "offset": "0",
            "allowableTaskStatus": "NEED,INPR,WAITING,DEFERRED", "query": "in:tasks"})
    }
}

/// The account's size, quota and preferences.
#[derive(Debug, Clone, Copy)]
pub struct GetInfo;

impl Request for GetInfo {
    const NAME: &'static str = "GetInfo";
    const NAMESPACE: &'static str = ACCOUNT;
    const OPERATION: &'static str = "read the quota";
    type Answer = wire::Info;

    fn arguments(&self) -> Value {
        json!({"sections": "mbox,attrs"})
    }
}

/// Nothing: the cheapest proof that a session is accepted.
#[derive(Debug, Clone, Copy)]
pub struct NoOp;

impl Request for NoOp {
    const NAME: &'static str = "NoOp";
    const NAMESPACE: &'static str = MAIL;
    const OPERATION: &'static str = "probe";
    type Answer = wire::NoContent;

    fn arguments(&self) -> Value {
        json!({})
    }
}

/// Ends the session on the server.
#[derive(Debug, Clone, Copy)]
pub struct EndSession;

impl Request for EndSession {
    const NAME: &'static str = "EndSession";
    const NAMESPACE: &'static str = ACCOUNT;
    const OPERATION: &'static str = "end the session";
    type Answer = wire::NoContent;

    fn arguments(&self) -> Value {
        json!({"logoff": "1"})
    }
}

/// Marks a conversation as read.
#[derive(Debug, Clone)]
pub struct MarkConversation {
    /// The conversation; negative for one of a single message.
    pub conversation: wire::ItemId,
    /// True for read, false for unread: every message of it then.
    pub read: bool,
}

impl Request for MarkConversation {
    const NAME: &'static str = "ConvAction";
    const NAMESPACE: &'static str = MAIL;
    const OPERATION: &'static str = "mark a conversation as read or unread";
    type Answer = wire::NoContent;

    fn arguments(&self) -> Value {
        let operation = if self.read { "read" } else { "!read" };
        json!({"action": {"id": self.conversation.as_str(), "op": operation}})
    }
}

/// Adds a task to the person's own list.
#[derive(Clone)]
pub struct CreateTask {
    /// The mail address of the owner of the list.
    pub owner: String,
    /// The title, on one line.
    pub title: String,
    /// The day by whose end it is due.
    pub due: Option<NaiveDate>,
}

/// Personal data stays out of debug output.
impl fmt::Debug for CreateTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreateTask").field("due", &self.due).finish_non_exhaustive()
    }
}

impl CreateTask {
    /// Reads what a person typed: a title, after the day it is due if they want one, as in `2026-11-30 Relire la délibération`.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is no title.
    pub fn parse(owner: impl Into<String>, text: &str) -> Result<Self, ConnectorError> {
        let clean = plain(text);
        let dated = clean.split_once(' ').and_then(|(day, title)| {
            Some((NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?, title.to_owned()))
        });
        let (due, title) = match dated {
            Some((day, title)) => (Some(day), title),
            None => (None, clean),
        };
        if title.is_empty() {
            return Err(
                ConnectorError::new(ErrorKind::NotFound, Self::OPERATION).with_hint("a task needs a title")
            );
        }
        Ok(Self { owner: owner.into(), title, due })
    }
}

impl Request for CreateTask {
    const NAME: &'static str = "CreateTask";
    const NAMESPACE: &'static str = MAIL;
    const OPERATION: &'static str = "add a task";
    type Answer = wire::CreatedItem;

    fn arguments(&self) -> Value {
        let mut component = json!({"name": self.title, "priority": "5", "percentComplete": "0", "status": "NEED", "allDay": "1",
            "or": {"a": self.owner}});
        if let (Some(due), Some(component)) = (self.due, component.as_object_mut()) {
            component.insert("e".into(), json!({"d": due.format("%Y%m%d").to_string()}));
        }
        json!({"m": {"l": wire::TASKS, "su": self.title, "inv": {"comp": [component]},
            "mp": {"ct": "text/plain", "content": {"_content": ""}}}})
    }
}
