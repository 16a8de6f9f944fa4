//! Notifications v2.

use super::{Session, ocs};
use crate::kit::json::{self, List};
use ::http::{HeaderName, Method, StatusCode, header};
use chrono::{DateTime, Utc};
use pleiade_core::ConnectorError;
use serde::Deserialize;

/// The most notifications that the server lists (nextcloud/notifications, `Handler::get`).
pub const MAX_NOTIFICATIONS: usize = 25;

const USER_STATUS: HeaderName = HeaderName::from_static("x-nextcloud-user-status");
const PATH: [&str; 5] = ["apps", "notifications", "api", "v2", "notifications"];

/// One notification.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct Notification {
    /// Its number.
    #[serde(rename = "notification_id", deserialize_with = "json::number")]
    pub id: u64,
    /// The app that sent it.
    #[serde(default, deserialize_with = "json::text")]
    pub app: String,
    /// The time.
    #[serde(default, deserialize_with = "json::lenient")]
    pub datetime: Option<DateTime<Utc>>,
    /// Its first line in plain text; may be empty.
    #[serde(default, deserialize_with = "json::text")]
    pub subject: String,
    /// The rest in plain text; may be empty.
    #[serde(default, deserialize_with = "json::text")]
    pub message: String,
    /// The page it leads to, as the server wrote it; may be empty.
    #[serde(default, deserialize_with = "json::text")]
    pub link: String,
}

/// An answer to the question for notifications.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Notifications {
    /// Nothing changed since the tag that was sent.
    Unchanged,
    /// The newest [`MAX_NOTIFICATIONS`] at most, newest first.
    List {
        /// The notifications.
        list: List<Notification>,
        /// The tag to send with the next request.
        etag: Option<String>,
        /// The person's presence as the server knows it: `online`, `away`, `dnd`, `invisible`, `offline`.
        presence: Option<String>,
    },
}

impl Session {
    /// The unread notifications, unless they are those of `etag`.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn notifications(&self, etag: Option<&str>) -> Result<Notifications, ConnectorError> {
        let call = self.ocs("list notifications", Method::GET, &PATH, &[]);
        let call = match etag {
            Some(etag) => call.header(header::IF_NONE_MATCH, etag),
            None => call,
        };
        let answer = call.send().await?;
        let list = match answer.status() {
            StatusCode::NOT_MODIFIED if etag.is_some() => return Ok(Notifications::Unchanged),
            // No app of this server can notify anybody.
            StatusCode::NO_CONTENT => List::default(),
            _ => ocs::data(&answer)?,
        };
        let text = |name| answer.header(name).map(str::to_owned);
        Ok(Notifications::List { list, etag: text(&header::ETAG), presence: text(&USER_STATUS) })
    }

    /// Dismisses one. The server says the same for a number it does not know.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn dismiss_notification(&self, id: u64) -> Result<(), ConnectorError> {
        let id = id.to_string();
        let path: Vec<&str> = PATH.iter().copied().chain([id.as_str()]).collect();
        ocs::command(self.ocs("dismiss a notification", Method::DELETE, &path, &[])).await
    }
}
