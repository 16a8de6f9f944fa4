//! The unified search of Nextcloud (since 20), one provider a call.

use super::{Session, ocs};
use crate::kit::json::{self, List};
use ::http::Method;
use pleiade_core::ConnectorError;
use serde::Deserialize;

/// Something found.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct FoundEntry {
    /// Its title: the name of a file.
    pub title: String,
    /// Where it is: `dans Délibérations`.
    #[serde(default, deserialize_with = "json::text")]
    pub subline: String,
    /// The address that opens it, as the server wrote it.
    #[serde(rename = "resourceUrl")]
    pub resource_url: String,
}

#[derive(Debug, Deserialize)]
struct FoundEntries {
    entries: List<FoundEntry>,
}

impl Session {
    /// Files whose names match these words, the person's rights applied; 1 to 25.
    ///
    /// # Errors
    /// Those of the OCS interface.
    pub async fn search_files(&self, words: &str, limit: usize) -> Result<List<FoundEntry>, ConnectorError> {
        let (path, limit) = (["search", "providers", "files", "search"], limit.clamp(1, 25).to_string());
        let query = [("term", words), ("limit", &limit), ("from", "/")];
        let call = self.ocs("search in files", Method::GET, &path, &query);
        Ok(ocs::fetch::<FoundEntries>(call).await?.entries)
    }
}
