//! Tokens of sources.

use crate::storage::{ScimToken, TokenHash};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use pleiade_core::{SecretString, SourceId};
use sha2::{Digest as _, Sha256};

/// The prefix of every token, so that a leaked one is recognised.
const PREFIX: &str = "plscim_";

/// A token that cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The machine gives no randomness.
    #[error("the machine gives no randomness")]
    NoRandomness,
}

/// A token just made: the only moment at which it can be read.
#[derive(Debug)]
pub struct NewToken {
    /// The token, for the identity manager.
    pub secret: SecretString,
    /// The hash, which is kept.
    pub hash: TokenHash,
    /// The name, which is listed.
    pub listed: ScimToken,
}

impl NewToken {
    /// A token of a source: 256 random bits in base64url.
    ///
    /// # Errors
    /// [`TokenError::NoRandomness`].
    pub fn generate(source: SourceId, now: DateTime<Utc>) -> Result<Self, TokenError> {
        let mut random = zeroize::Zeroizing::new([0_u8; 32]);
        let mut name = [0_u8; 4];
        for bytes in [random.as_mut_slice(), name.as_mut_slice()] {
            getrandom::fill(bytes).map_err(|_| TokenError::NoRandomness)?;
        }
        let secret = format!("{PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(random.as_slice()));
        let listed = ScimToken {
            source,
            id: format!("{:08x}", u32::from_be_bytes(name)),
            created_at: now,
            last_used_at: None,
        };
        Ok(Self { hash: hash(&secret), secret: secret.into(), listed })
    }
}

/// The hash of what was sent as a token; none for what cannot be one.
pub(super) fn hash_of(sent: &str) -> Option<TokenHash> {
    let value = sent.strip_prefix(PREFIX)?;
    let shape =
        value.len() == 43 && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    shape.then(|| hash(sent))
}

fn hash(token: &str) -> TokenHash {
    TokenHash(Sha256::digest(token.as_bytes()).into())
}
