//! A kind of sealed records, whatever is sealed in it.

use crate::{
    seal::{KeyId, Purpose},
    storage::{KeyCounts, StorageError},
};
use async_trait::async_trait;
use pleiade_core::{ConnectorId, IdentityId, LinkId, TenantId};
use std::fmt;

/// For what a record is sealed, owned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedFor {
    /// The name of the purpose.
    pub name: &'static str,
    /// The tenant that it is bound to, where it is.
    pub tenant: Option<TenantId>,
    /// The identity link that it is bound to, where it is.
    pub link: Option<LinkId>,
    /// The connector that it is bound to, where it is.
    pub connector: Option<ConnectorId>,
}

impl SealedFor {
    /// The purpose that the value is sealed for, and opens for alone.
    #[must_use]
    pub fn purpose(&self) -> Purpose<'_> {
        let mut purpose = Purpose::new(self.name);
        purpose.tenant = self.tenant.as_ref();
        purpose.link = self.link;
        purpose.connector = self.connector.as_ref();
        purpose
    }
}

/// A sealed record.
#[derive(Clone)]
pub struct SealedRow {
    /// Its place, in the terms of its own kind; rows come in this order.
    pub place: Vec<u8>,
    /// The purpose that it is sealed for.
    pub purpose: SealedFor,
    /// The sealed value.
    pub sealed: Vec<u8>,
}

impl fmt::Debug for SealedRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedRow").field("purpose", &self.purpose).finish_non_exhaustive()
    }
}

/// One kind of sealed records.
#[async_trait]
pub trait SealedRows: Send + Sync {
    /// Its name for operators.
    fn name(&self) -> &'static str;

    /// The counts of records sealed by each key.
    async fn keys(&self) -> Result<KeyCounts, StorageError>;

    /// Records that a key sealed, after a place; an empty place is before all.
    async fn sealed_by(&self, key: KeyId, after: &[u8], limit: u32) -> Result<Vec<SealedRow>, StorageError>;

    /// Replaces the value of a record unless it has changed since it was read.
    async fn replace(&self, row: &SealedRow, sealed: &[u8]) -> Result<bool, StorageError>;

    /// The person for whom a version before links sealed this record. None when no such person is known.
    async fn person(&self, row: &SealedRow) -> Result<Option<IdentityId>, StorageError>;
}

/// Records of one kind read together; other tasks run between two batches.
const MAX_BATCH_ROWS: u32 = 200;

/// The records that one key sealed, batch after batch.
pub(crate) struct SealedBatches<'a> {
    kind: &'a dyn SealedRows,
    key: KeyId,
    after: Vec<u8>,
}

impl<'a> SealedBatches<'a> {
    /// From the first record.
    pub(crate) fn new(kind: &'a dyn SealedRows, key: KeyId) -> Self {
        Self { kind, key, after: Vec::new() }
    }

    /// The next batch, never an empty one; none at the end.
    ///
    /// # Errors
    /// Those of storage.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<SealedRow>>, StorageError> {
        let rows = self.kind.sealed_by(self.key, &self.after, MAX_BATCH_ROWS).await?;
        let Some(last) = rows.last() else { return Ok(None) };
        self.after.clone_from(&last.place);
        Ok(Some(rows))
    }
}
