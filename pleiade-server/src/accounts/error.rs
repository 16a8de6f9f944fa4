//! The errors of changes to local accounts.

use crate::{seal::SealError, storage::StorageError};
use pleiade_federation::local::{HashError, codes::NoRandomness, totp::TotpError};

/// A change of a local account that was not made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AccountError {
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The password was not hashed or not compared.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// Sealing failed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The machine gives no randomness.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// The machine gives no secret for an authenticator application.
    #[error(transparent)]
    Totp(#[from] TotpError),
    /// A passkey was not written.
    #[error("a passkey was not written: {0}")]
    Passkey(#[from] serde_json::Error),
    /// What the browser keeps for us was not sealed.
    #[error("a text for the browser was not sealed")]
    NotSealed,
}
