//! Addresses that people open: Kelio publishes none but its home.

use super::config::KelioConfig;
use url::Url;

/// The page that each person begins with.
pub(super) fn home(config: &KelioConfig) -> Url {
    config.public().clone()
}
