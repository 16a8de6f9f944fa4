//! The errors for which a server is not put together.

use crate::{config::ConfigError, seal::KeyError, storage::StorageError};
use pleiade_connectors::text::CatalogueError;
use pleiade_federation::local::HashError;

/// A server that cannot be put together.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AssembleError {
    /// Something in the file, found by whoever uses it.
    #[error("{0}")]
    Config(ConfigError),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The sealing key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Password hashing.
    #[error(transparent)]
    Hashes(#[from] HashError),
    /// A message file: a defect of ours or of a connector.
    #[error(transparent)]
    Messages(#[from] CatalogueError),
}
