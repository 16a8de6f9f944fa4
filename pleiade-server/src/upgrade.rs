//! The step of an upgrade that needs the sealing key, once the database is migrated and before anything listens.
//!
//! A sealed record is bound to its place: a value that somebody moves to another row opens no more. Versions before links bound it to a
//! person. Each record is replaced only if it has not changed meanwhile, so that several replicas may go through them at once, and whoever
//! is interrupted begins again. A record that opens neither way was altered or moved, and is left as it is; one whose key is not here waits
//! for a start that has it.

use crate::{
    rotation::{self, SealedBatches, SealedRow, SealedRows},
    seal::{SealError, Sealer},
    storage::{Storage, StorageError, UpgradeStep},
};
use std::sync::Arc;

/// The counts of records sealed again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SealedByLink {
    /// Records that are sealed for a link now.
    pub resealed: u64,
    /// Records that open neither for a person nor for a link.
    pub unreadable: u64,
    /// Records that another key sealed: they are gone through again at the next start.
    pub of_another_key: u64,
}

/// Seals for its link what a version before links sealed for a person. None when nothing is left to do.
///
/// # Errors
/// When storage fails. What was done stays done, and is gone on with the next time.
pub async fn seal_by_link(
    storage: &Arc<dyn Storage>,
    sealer: &Sealer,
) -> Result<Option<SealedByLink>, StorageError> {
    if !storage.upgrade_step(UpgradeStep::SealByLink).await? {
        return Ok(None);
    }
    let mut done = SealedByLink::default();
    for kind in rotation::everything_sealed(storage) {
        for (key, _) in kind.keys().await? {
            let mut batches = SealedBatches::new(&*kind, key);
            while let Some(rows) = batches.next().await? {
                for row in &rows {
                    reseal_one(&*kind, sealer, row, &mut done).await?;
                }
            }
        }
    }
    if done.of_another_key == 0 {
        storage.end_upgrade_step(UpgradeStep::SealByLink).await?;
    } else {
        tracing::warn!(
            records = done.of_another_key,
            "records sealed with another key are still sealed for people and open nothing; start with the old key in seal.previous_key_file"
        );
    }
    tracing::info!(resealed = done.resealed, "what was sealed for people is sealed for their links");
    if done.unreadable > 0 {
        tracing::warn!(
            unreadable = done.unreadable,
            "sealed records open neither for a person nor for a link; they are left as they are and open nothing"
        );
    }
    Ok(Some(done))
}

async fn reseal_one(
    kind: &dyn SealedRows,
    sealer: &Sealer,
    row: &SealedRow,
    done: &mut SealedByLink,
) -> Result<(), StorageError> {
    let purpose = row.purpose.purpose();
    match sealer.open(purpose, &row.sealed) {
        Ok(_) => return Ok(()),
        Err(SealError::UnknownKey) => {
            done.of_another_key += 1;
            return Ok(());
        }
        Err(_) => {}
    }
    let plain =
        kind.person(row).await?.and_then(|id| sealer.open(purpose.for_identity(id), &row.sealed).ok());
    let Some(plain) = plain else {
        done.unreadable += 1;
        return Ok(());
    };
    let sealed = sealer
        .seal(purpose, &plain)
        .map_err(|_| StorageError::Unreachable("the machine gives no randomness to seal with"))?;
    done.resealed += u64::from(kind.replace(row, &sealed).await?);
    Ok(())
}
