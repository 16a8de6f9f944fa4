//! Tokens of sources.

use crate::{
    secret_value,
    storage::{ScimToken, TokenHash},
};
use chrono::{DateTime, Utc};
use pleiade_core::{ExposeSecret as _, SecretString, SourceId};

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
        let value = secret_value::generate().map_err(|_| TokenError::NoRandomness)?;
        let mut name = [0_u8; 4];
        getrandom::fill(&mut name).map_err(|_| TokenError::NoRandomness)?;
        let secret = format!("{PREFIX}{}", value.expose_secret());
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
    secret_value::is_shaped(sent.strip_prefix(PREFIX)?).then(|| hash(sent))
}

fn hash(token: &str) -> TokenHash {
    TokenHash(secret_value::hash(token))
}
