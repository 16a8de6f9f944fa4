//! A change of the sealing key while the server runs.
//!
//! Everything that outlives a request and is sealed stands in [`registry`]. Records of a previous key are sealed again in batches;
//! each is replaced only if it has not changed meanwhile, so nobody waits and nothing is lost. A rotation that is cut short goes on where
//! it stopped, because what it has done bears the present key. What the next key sealed, on a replica that has gone ahead, is left alone.

mod rows;
mod sealed_rows;

pub(crate) use sealed_rows::SealedBatches;
pub use sealed_rows::{SealedFor, SealedRow, SealedRows};

use crate::{
    audit::{AuditEvent, Journal, Note},
    seal::{KeyId, Sealer},
    storage::{Storage, StorageError},
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Interval at which records that replicas still seal with a previous key are sealed again.
const INTERVAL: Duration = Duration::from_secs(600);

/// Every kind of record that is sealed in storage. What is sealed in cookies and forms is nowhere to be sealed again: sign-ins under way,
/// proofs and offers live half an hour at most, the form of a deposit an hour, and are waited for; the cookie of a known browser lives for months, and one that no key
/// opens any more makes a new browser of it.
#[must_use]
pub fn registry(storage: &Arc<dyn Storage>) -> Vec<Box<dyn SealedRows>> {
    vec![
        Box::new(rows::Sessions(storage.clone())),
        Box::new(rows::SessionTickets(storage.clone())),
        Box::new(rows::LinkedAccounts(storage.clone())),
        Box::new(rows::Factors(storage.clone())),
    ]
}

/// The same, and what lives too shortly for a change of key to wait for it.
#[must_use]
pub(crate) fn everything_sealed(storage: &Arc<dyn Storage>) -> Vec<Box<dyn SealedRows>> {
    let mut kinds = registry(storage);
    kinds.push(Box::new(rows::LoginFlows(storage.clone())));
    kinds
}

/// The counts of a rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RotationTotals {
    /// Records under the present key that were not before.
    pub resealed: u64,
    /// Records that open with no key: altered, or moved. They are left as they are.
    pub unreadable: u64,
}

/// Seals again every record of a previous key, and tells how far it is after each batch.
///
/// # Errors
/// When storage fails. What was done stays done.
pub async fn rotate(
    kinds: &[Box<dyn SealedRows>],
    sealer: &Sealer,
    mut tell: impl FnMut(&'static str, RotationTotals) + Send,
) -> Result<RotationTotals, StorageError> {
    let mut all = RotationTotals::default();
    for kind in kinds {
        for key in sealer.previous().collect::<Vec<_>>() {
            let mut batches = SealedBatches::new(&**kind, key);
            while let Some(rows) = batches.next().await? {
                for row in &rows {
                    match sealer.reseal(row.purpose.purpose(), &row.sealed) {
                        Ok(Some(sealed)) => all.resealed += u64::from(kind.replace(row, &sealed).await?),
                        Ok(None) => {}
                        Err(_) => all.unreadable += 1,
                    }
                }
                tell(kind.name(), all);
                tokio::task::yield_now().await;
            }
        }
    }
    Ok(all)
}

/// The counts of records sealed by each key, by kind.
///
/// # Errors
/// When storage fails.
pub async fn status(
    kinds: &[Box<dyn SealedRows>],
) -> Result<Vec<(&'static str, BTreeMap<KeyId, u64>)>, StorageError> {
    let mut all = Vec::new();
    for kind in kinds {
        all.push((kind.name(), kind.keys().await?.into_iter().collect()));
    }
    Ok(all)
}

/// Records that wait to be sealed again.
///
/// # Errors
/// When storage fails.
pub async fn waiting(kinds: &[Box<dyn SealedRows>], sealer: &Sealer) -> Result<u64, StorageError> {
    let mut count = 0;
    for (_, keys) in status(kinds).await? {
        count += sealer.previous().filter_map(|key| keys.get(&key)).sum::<u64>();
    }
    Ok(count)
}

/// Follows a change of key while the server runs.
#[derive(Debug)]
pub struct KeyRotation {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) sealer: Arc<Sealer>,
    pub(crate) journal: Journal,
    pub(crate) tasks: TaskTracker,
    pub(crate) shutdown: CancellationToken,
}

impl KeyRotation {
    /// Goes through the records now, and again while a previous key is configured, until the server stops.
    pub fn start(self) {
        if self.sealer.previous().next().is_none() {
            return;
        }
        self.tasks.clone().spawn(async move {
            loop {
                if let Err(error) = self.reseal_all().await {
                    tracing::warn!(%error, "sealed records were not all sealed again; they will be later");
                }
                tokio::select! {
                    () = self.shutdown.cancelled() => return,
                    () = tokio::time::sleep(INTERVAL) => {}
                }
            }
        });
    }

    async fn reseal_all(&self) -> Result<(), StorageError> {
        let kinds = registry(&self.storage);
        let count = waiting(&kinds, &self.sealer).await?;
        if count == 0 {
            return Ok(());
        }
        self.journal.record(note(&self.sealer, count)).await?;
        let work = rotate(&kinds, &self.sealer, |kind, so_far| {
            tracing::info!(
                kind,
                resealed = so_far.resealed,
                of = count,
                "sealing again with the present key"
            );
        });
        let done = tokio::select! {
            () = self.shutdown.cancelled() => return Ok(()),
            done = work => done?,
        };
        tracing::info!(
            resealed = done.resealed,
            unreadable = done.unreadable,
            "sealed again with the present key"
        );
        Ok(())
    }
}

/// The line of the audit log about a rotation.
pub(crate) fn note(sealer: &Sealer, count: u64) -> Note {
    Note::new(AuditEvent::KeyRotated).with("key", sealer.current()).with("count", count)
}
