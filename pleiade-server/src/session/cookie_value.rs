//! The value of the session cookie, and its hash, by which storage knows the session.

use super::error::SessionError;
use crate::storage::SessionHash;
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use pleiade_core::SecretString;
use sha2::{Digest as _, Sha256};

/// 256 random bits in base64url.
pub(super) fn new_value() -> Result<(SecretString, SessionHash), SessionError> {
    let mut random = zeroize::Zeroizing::new([0_u8; 32]);
    getrandom::fill(random.as_mut_slice()).map_err(|_| SessionError::NoRandomness)?;
    let value = BASE64_URL_SAFE_NO_PAD.encode(random.as_slice());
    let hash = SessionHash(Sha256::digest(value.as_bytes()).into());
    Ok((SecretString::from(value), hash))
}

/// The hash of a cookie value. A text that cannot be a value is refused without asking storage.
pub(crate) fn hash_of(value: &str) -> Option<SessionHash> {
    let shape =
        value.len() == 43 && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    shape.then(|| SessionHash(Sha256::digest(value.as_bytes()).into()))
}
