//! What a browser may keep as a sign-in under way.

use super::attempt::{self, Attempt};
use crate::seal::Sealer;

/// What a sealed attempt could hold, and a path to come back to.
pub(crate) fn opened(data: &[u8]) {
    drop(serde_json::from_slice::<Attempt>(data));
    if let Ok(path) = std::str::from_utf8(data) {
        let back = attempt::safe_path(Some(path));
        assert!(back.starts_with('/') && !back.starts_with("//") && !back.contains('\\'));
    }
}

/// Whether a cookie opens.
pub(crate) fn opens(sealer: &Sealer, value: &str) -> bool {
    attempt::open(sealer, value).is_some()
}
