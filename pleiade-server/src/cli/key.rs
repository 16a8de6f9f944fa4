//! `key new`, `key status`, `key rotate`.

use super::{args::print_line, failure::Failure};
use crate::{
    assemble,
    config::{self, ConnectorKinds},
    rotation::{self, RotationTotals},
    seal::{KeyId, SealKey, Sealer},
    storage::{NewAuditLine, Storage},
    upgrade,
};
use pleiade_core::{Clock as _, SystemClock};
use std::{path::Path, sync::Arc};

pub(super) fn new() -> Result<(), Failure> {
    let key = SealKey::generate().map_err(|error| Failure::other(error.to_string()))?;
    print_line(&key.to_base64())
}

async fn open(path: &Path, kinds: &ConnectorKinds) -> Result<(Arc<dyn Storage>, Sealer), Failure> {
    let loaded = config::load_with(path, kinds)?;
    let sealer = assemble::sealer(&loaded.config).map_err(|error| Failure::other(error.to_string()))?;
    let storage = assemble::open_storage(&loaded.config).await?;
    upgrade::seal_by_link(&storage, &sealer).await?;
    Ok((storage, sealer))
}

/// Says what a key is to this configuration.
fn role(sealer: &Sealer, key: KeyId) -> &'static str {
    if key == sealer.current() {
        "present"
    } else if sealer.previous().any(|previous| previous == key) {
        "previous, to be sealed again"
    } else if sealer.next() == Some(key) {
        "next"
    } else {
        "unknown: these records cannot be opened"
    }
}

pub(super) async fn status(path: &Path, kinds: &ConnectorKinds) -> Result<(), Failure> {
    let (storage, sealer) = open(path, kinds).await?;
    let all = rotation::status(&rotation::registry(&storage)).await;
    storage.close().await;
    print_line(&format!("the present key is {}", sealer.current()))?;
    for (kind, keys) in all? {
        if keys.is_empty() {
            print_line(&format!("{kind}: none"))?;
        }
        for (key, count) in keys {
            print_line(&format!("{kind}: {count} under {key} ({})", role(&sealer, key)))?;
        }
    }
    Ok(())
}

pub(super) async fn rotate(path: &Path, kinds: &ConnectorKinds) -> Result<(), Failure> {
    let (storage, sealer) = open(path, kinds).await?;
    let outcome = seal_again(&storage, &sealer).await;
    storage.close().await;
    outcome
}

async fn seal_again(storage: &Arc<dyn Storage>, sealer: &Sealer) -> Result<(), Failure> {
    if sealer.previous().next().is_none() {
        return Err(Failure::other(
            "no key is being replaced: write the old key as seal.previous_key_file and the new one as seal.key_file",
        ));
    }
    let kinds = rotation::registry(storage);
    let waiting = rotation::waiting(&kinds, sealer).await?;
    if waiting > 0 {
        let line: NewAuditLine = rotation::note(sealer, waiting).into_line(SystemClock::default().now());
        storage.append_audit(&line).await?;
    }
    let mut told = Ok(());
    let RotationTotals { resealed, unreadable } = rotation::rotate(&kinds, sealer, |kind, so_far| {
        if told.is_ok() {
            told = print_line(&format!("{kind}: {} of {waiting} sealed again", so_far.resealed));
        }
    })
    .await?;
    told?;
    print_line(&format!("{resealed} records are now under {}", sealer.current()))?;
    if unreadable > 0 {
        print_line(&format!("{unreadable} records open with no key and were left as they are"))?;
    }
    let left = rotation::waiting(&kinds, sealer).await?.saturating_sub(unreadable);
    if left == 0 {
        print_line(
            "the previous key is no longer needed in thirty minutes, once every replica has the present one",
        )
    } else {
        print_line(&format!("{left} records were written under the previous key meanwhile: run this again"))
    }
}
