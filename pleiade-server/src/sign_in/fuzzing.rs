//! The cookies of a sign-in under way, for the fuzz target.

use super::attempt::{Attempt, PURPOSE};
use crate::{
    seal::Sealer,
    web::{return_path::path_after_sign_in, sealed_text},
};
use chrono::DateTime;

/// Reads any data as the content of a sealed attempt, and as a path to come back to.
pub(crate) fn opened(data: &[u8]) {
    drop(serde_json::from_slice::<Attempt>(data));
    if let Ok(path) = std::str::from_utf8(data) {
        let back = path_after_sign_in(Some(path));
        assert!(back.starts_with('/') && !back.starts_with("//") && !back.contains('\\'));
    }
}

/// True if a cookie opens.
pub(crate) fn opens(sealer: &Sealer, value: &str) -> bool {
    sealed_text::open::<Attempt>(sealer, DateTime::UNIX_EPOCH, PURPOSE, value).is_some()
}
