//! What an operator writes to declare a Watcha suite.

use crate::matrix::MatrixConfig;
use serde::Deserialize;
use url::Url;

/// One Watcha suite: its homeserver, and the Nextcloud to which its rooms lead.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct WatchaConfig {
    /// The homeserver, written as for the kind `matrix`.
    pub matrix: MatrixConfig,
    /// The Nextcloud of the suite, as people open it: `https://watcha.ville.fr/nextcloud`. Shortcuts of rooms lead there and nowhere else;
    /// without it there are none.
    #[serde(default)]
    pub nextcloud_url: Option<Url>,
}

impl WatchaConfig {
    /// A suite without shortcuts.
    #[must_use]
    pub fn new(matrix: MatrixConfig) -> Self {
        Self { matrix, nextcloud_url: None }
    }
}
