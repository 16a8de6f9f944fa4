//! The errors of sessions.

use crate::storage::StorageError;
use pleiade_federation::seal::SealError;

/// A session that cannot be opened, read or changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SessionError {
    /// The source gives the person no affiliation to this tenant, or the host is another tenant's.
    #[error("the person may not act for this collectivité here")]
    NotAllowed,
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Sealing failed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The machine gives no randomness.
    #[error("the machine gives no randomness")]
    NoRandomness,
    /// Another replica renews the tokens and does not come to an end.
    #[error("the session is being changed elsewhere")]
    Busy,
}
