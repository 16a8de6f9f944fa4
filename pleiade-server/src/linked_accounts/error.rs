//! The errors of reading and changing linked accounts.

use crate::{storage::StorageError, web::errors::Refusal};
use pleiade_federation::vault::VaultError;

/// Linked accounts that cannot be read or changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LinkedAccountError {
    /// The vault cannot be read, or an account cannot be sealed or opened.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<LinkedAccountError> for Refusal {
    fn from(error: LinkedAccountError) -> Self {
        match error {
            LinkedAccountError::Vault(error) => error.into(),
            LinkedAccountError::Storage(error) => error.into(),
        }
    }
}
