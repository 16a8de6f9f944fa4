//! Files: recent, favourite, shared.

use super::{Session, dav, ocs};
use crate::kit::json::{self, List};
use ::http::Method;
use chrono::{DateTime, Utc};
use pleiade_core::ConnectorError;
use serde::Deserialize;

const SEARCH_RECENT: &str = include_str!("../requests/search-recent.xml");
const FAVOURITES: &str = include_str!("../requests/favourites.xml");

/// A file or folder of the person.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct File {
    /// Its number, stable when it moves.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// The folder that holds it, from the person's root, without a final `/`; empty at the root.
    pub folder: String,
    /// The time of its last change.
    pub modified: Option<DateTime<Utc>>,
    /// True if the person marked it.
    pub favourite: bool,
}

/// Something that another person shared.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct Share {
    /// Its number.
    #[serde(deserialize_with = "json::number")]
    pub id: u64,
    /// The name of the person who shared it.
    #[serde(rename = "displayname_owner", default, deserialize_with = "json::text")]
    pub owner: String,
    /// Its path among the person's files, present or future.
    #[serde(default, deserialize_with = "json::text")]
    pub file_target: String,
    /// `file` or `folder`.
    #[serde(default, deserialize_with = "json::text")]
    pub item_type: String,
    /// The number of the file.
    #[serde(rename = "item_source", deserialize_with = "json::number")]
    pub file_id: u64,
    /// The time of the share, in Unix seconds.
    #[serde(default, deserialize_with = "json::lenient")]
    pub stime: i64,
    /// The note of the sharer.
    #[serde(default, deserialize_with = "json::text")]
    pub note: String,
}

impl File {
    /// True if its name, or that of a folder around it, begins with a dot: programs keep such files, and Nextcloud hides them.
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        self.name.starts_with('.') || self.folder.split('/').any(|folder| folder.starts_with('.'))
    }
}

impl Share {
    /// The name without folders.
    #[must_use]
    pub fn name(&self) -> &str {
        self.file_target.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
    }
}

/// Something shared from another server, that waits for an answer.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct PendingRemoteShare {
    /// Its number.
    #[serde(deserialize_with = "json::number")]
    pub id: u64,
    /// Its name, with a first `/`.
    #[serde(default, deserialize_with = "json::text")]
    pub name: String,
    /// The name of the person who shared it, on their server.
    #[serde(default, deserialize_with = "json::text")]
    pub owner: String,
    /// The address of their server.
    #[serde(default, deserialize_with = "json::text")]
    pub remote: String,
}

impl Session {
    /// The files that changed last, newest first; `user` is the id of [`User`](super::User), `count` at most 100.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn recent_files(&self, user: &str, count: u8) -> Result<List<File>, ConnectorError> {
        let scope = self.client.http.url(&["files", user], &[]);
        let base = self.client.http.base().path().trim_end_matches('/');
        let scope = scope.path().strip_prefix(base).unwrap_or_default().to_owned();
        let body = SEARCH_RECENT.replace("{scope}", &scope).replace("{count}", &count.min(100).to_string());
        dav::fetch(self.dav("search recent files", b"SEARCH", &[""], body), |found| file(found, user)).await
    }

    /// The files and folders that the person marked, in no order.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn favourite_files(&self, user: &str) -> Result<List<File>, ConnectorError> {
        let call = self.dav("list favourite files", b"REPORT", &["files", user, ""], FAVOURITES.to_owned());
        let mut files = dav::fetch(call, |found| file(found, user)).await?;
        for file in &mut files.items {
            file.favourite = true;
        }
        Ok(files)
    }

    /// The shares received from others.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn shares_received(&self) -> Result<List<Share>, ConnectorError> {
        let path = ["apps", "files_sharing", "api", "v1", "shares"];
        ocs::fetch(self.ocs("list shares", Method::GET, &path, &[("shared_with_me", "true")])).await
    }

    /// Shares of this server that wait for an answer.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn shares_pending(&self) -> Result<List<Share>, ConnectorError> {
        let path = ["apps", "files_sharing", "api", "v1", "shares", "pending"];
        ocs::fetch(self.ocs("list pending shares", Method::GET, &path, &[])).await
    }

    /// Shares of other servers that wait for an answer.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn remote_shares_pending(&self) -> Result<List<PendingRemoteShare>, ConnectorError> {
        let path = ["apps", "files_sharing", "api", "v1", "remote_shares", "pending"];
        ocs::fetch(self.ocs("list pending remote shares", Method::GET, &path, &[])).await
    }

    /// Accepts a share of this server.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn accept_share(&self, id: u64) -> Result<(), ConnectorError> {
        let id = id.to_string();
        let path = ["apps", "files_sharing", "api", "v1", "shares", "pending", &id];
        ocs::command(self.ocs("accept a share", Method::POST, &path, &[])).await
    }
}

fn file(found: dav::Resource<'_, '_>, user: &str) -> dav::Parsed<File> {
    let read = || {
        let path = found.path()?;
        let inside = path.split_once(&format!("/files/{user}/"))?.1.trim_end_matches('/');
        let (folder, last) = inside.rsplit_once('/').unwrap_or(("", inside));
        Some(File {
            id: found.text(dav::OWNCLOUD, "fileid")?.parse().ok()?,
            name: found.text(dav::DAV, "displayname").unwrap_or(last).to_owned(),
            folder: folder.to_owned(),
            modified: found
                .text(dav::DAV, "getlastmodified")
                .and_then(|date| DateTime::parse_from_rfc2822(date).ok())
                .map(|date| date.to_utc()),
            favourite: found.text(dav::OWNCLOUD, "favorite") == Some("1"),
        })
    };
    Some(read())
}
