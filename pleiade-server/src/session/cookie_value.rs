//! The value of the session cookie, and its hash, by which storage knows the session.

use super::error::SessionError;
use crate::{secret_value, storage::SessionHash};
use pleiade_core::{ExposeSecret as _, SecretString};

/// A new value and its hash.
pub(super) fn new_value() -> Result<(SecretString, SessionHash), SessionError> {
    let value = secret_value::generate().map_err(|_| SessionError::NoRandomness)?;
    let hash = SessionHash(secret_value::hash(value.expose_secret()));
    Ok((value, hash))
}

/// The hash of a cookie value. A text that cannot be a value is refused without asking storage.
pub(crate) fn hash_of(value: &str) -> Option<SessionHash> {
    secret_value::is_shaped(value).then(|| SessionHash(secret_value::hash(value)))
}
