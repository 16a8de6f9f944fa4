//! The errors for which a demonstration does not start.

use crate::{seal::KeyError, storage::StorageError};
use pleiade_federation::local::HashError;
use std::net::IpAddr;

/// A demonstration that cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DemoError {
    /// The port.
    #[error("port {0} is in use; choose another with --port, or 0 for any free one")]
    Port(u16),
    /// The folder.
    #[error("the folder of the demonstration cannot be created or written")]
    Folder,
    /// The network of this machine.
    #[error("no port can be opened on {0}; write an address of this machine after --listen")]
    Listen(IpAddr),
    /// An address that names no machine.
    #[error(
        "{0} is no address that others can open; write that of this machine on its network after --listen"
    )]
    Unspecified(IpAddr),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The sealing key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Password hashing.
    #[error(transparent)]
    Hashes(#[from] HashError),
    /// A part of the demonstration itself: a defect of ours.
    #[error("the demonstration is not well made: {0}")]
    Parts(String),
}
