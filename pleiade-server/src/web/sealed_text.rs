//! A value sealed into a text: whoever keeps it for us can neither read it nor change it, and it has a purpose and an end.

use crate::{
    seal::{Purpose, Sealer},
    storage::{Storage, StorageError},
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest as _, Sha256};

/// Longer texts are none of ours.
const MAX_SEALED_BYTES: usize = 32 << 10;

#[derive(Serialize, Deserialize)]
struct Sealed<T> {
    value: T,
    expires_at: DateTime<Utc>,
    /// No two are alike, so that each can be used once.
    nonce: u128,
}

/// Seals a value into a text that only this instance reads, for so long from now. None when the machine gives no randomness.
pub(crate) fn seal<T: Serialize>(
    sealer: &Sealer,
    now: DateTime<Utc>,
    purpose: Purpose<'_>,
    value: T,
    life: TimeDelta,
) -> Option<String> {
    let mut nonce = [0; 16];
    getrandom::fill(&mut nonce).ok()?;
    let plain = Sealed { value, expires_at: now + life, nonce: u128::from_be_bytes(nonce) };
    let sealed = sealer.seal(purpose, &serde_json::to_vec(&plain).ok()?).ok()?;
    Some(BASE64_URL_SAFE_NO_PAD.encode(sealed))
}

/// The value that was sealed for the same purpose, while it has not expired.
pub(crate) fn open<T: DeserializeOwned>(
    sealer: &Sealer,
    now: DateTime<Utc>,
    purpose: Purpose<'_>,
    text: &str,
) -> Option<T> {
    if text.len() > MAX_SEALED_BYTES {
        return None;
    }
    let sealed = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    let opened: Sealed<T> = serde_json::from_slice(&sealer.open(purpose, &sealed).ok()?).ok()?;
    (opened.expires_at > now).then_some(opened.value)
}

/// Marks a sealed text as used. True once only, on any replica.
///
/// # Errors
/// Those of storage: it is not known whether it was used, and nothing may be done by it.
pub(crate) async fn spend(
    storage: &dyn Storage,
    now: DateTime<Utc>,
    text: &str,
) -> Result<bool, StorageError> {
    let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    // Longer than anything sealed here lives, but the browser's mark, which is never spent.
    storage.use_once(digest, now + TimeDelta::hours(1)).await
}
