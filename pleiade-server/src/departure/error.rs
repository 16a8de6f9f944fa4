//! The errors of departures.

use crate::{session::SessionError, storage::StorageError};

/// Something that could not be closed. The departure stays on the list and is gone through again by the next run of its source.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DepartureError {
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Sessions were not closed.
    #[error(transparent)]
    Session(#[from] SessionError),
}

impl From<DepartureError> for StorageError {
    fn from(error: DepartureError) -> Self {
        match error {
            DepartureError::Storage(error) | DepartureError::Session(SessionError::Storage(error)) => error,
            DepartureError::Session(error) => {
                tracing::error!(%error, "sessions of somebody who left were not closed");
                Self::Unreachable("sessions were not closed")
            }
        }
    }
}
