//! Addresses that people open.
//!
//! Threat: ids come from the application and from browsers. They are put into an address as one encoded segment each, below the public
//! address, so that no link leads elsewhere.

use super::{config::IparapheurConfig, model::DeskId};
use crate::http::HttpClient;
use url::Url;

/// Builds links to one i-Parapheur.
#[derive(Debug, Clone)]
pub struct Links {
    public: HttpClient,
    is_v4: bool,
    desk_page: String,
    folder_page: String,
}

impl Links {
    pub(super) fn new(public: HttpClient, config: &IparapheurConfig) -> Self {
        Self {
            public,
            is_v4: config.version.is_v4(),
            desk_page: config.desk_page.clone(),
            folder_page: config.folder_page.clone(),
        }
    }

    /// The home page: all desks.
    #[must_use]
    pub fn home(&self) -> Url {
        match self.is_v4 {
            true => self.v4("/bureaux"),
            false => self.public.url(&[""], &[]),
        }
    }

    /// The folders to process of a desk.
    #[must_use]
    pub fn desk(&self, desk: &DeskId) -> Url {
        match self.is_v4 {
            true => self.v4(&format!("/dashboard/{}/a-traiter", desk.desk)),
            false => self.page(&self.desk_page, desk, ""),
        }
    }

    /// One folder.
    #[must_use]
    pub fn folder(&self, desk: &DeskId, folder: &str) -> Url {
        match self.is_v4 {
            true => self.v4(&format!("/apercu/{folder}")),
            false => self.page(&self.folder_page, desk, folder),
        }
    }

    fn v4(&self, view: &str) -> Url {
        let mut url = self.public.url(&["iparapheur", ""], &[]);
        url.set_fragment(Some(view));
        url
    }

    fn page(&self, pattern: &str, desk: &DeskId, folder: &str) -> Url {
        let tenant = desk.tenant.as_deref().unwrap_or_default();
        let segments = pattern.split('/').filter(|segment| !segment.is_empty()).map(|segment| {
            segment.replace("{tenant}", tenant).replace("{desk}", &desk.desk).replace("{folder}", folder)
        });
        let segments: Vec<String> = segments.collect();
        let mut segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        if segments.is_empty() {
            segments.push("");
        }
        self.public.url(&segments, &[])
    }
}
