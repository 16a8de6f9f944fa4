//! The kinds of sealed records.

use super::{SealedFor, SealedRow, SealedRows};
use crate::{
    seal::KeyId,
    session::SessionTokens,
    storage::{KeyCounts, SessionHash, Storage, StorageError},
};
use async_trait::async_trait;
use pleiade_core::LinkId;
use pleiade_federation::vault::AccessKey;
use std::sync::Arc;

const PLACE: StorageError = StorageError::Corrupt("the place of a sealed record");

/// Tokens of sessions, by hash.
pub(super) struct Sessions(pub(super) Arc<dyn Storage>);

fn hash(place: &[u8]) -> Option<SessionHash> {
    place.try_into().ok().map(SessionHash)
}

#[async_trait]
impl SealedRows for Sessions {
    fn name(&self) -> &'static str {
        "session tokens"
    }

    async fn keys(&self) -> Result<KeyCounts, StorageError> {
        self.0.session_keys().await
    }

    async fn sealed_by(&self, key: KeyId, after: &[u8], limit: u32) -> Result<Vec<SealedRow>, StorageError> {
        let rows = self.0.sealed_sessions(key, hash(after), limit).await?;
        let row = |session: crate::storage::SealedSession| SealedRow {
            place: session.hash.0.to_vec(),
            purpose: SealedFor {
                name: SessionTokens::PURPOSE.name,
                tenant: Some(session.acting),
                link: Some(session.link),
                connector: None,
            },
            sealed: session.tokens,
        };
        Ok(rows.into_iter().map(row).collect())
    }

    async fn replace(&self, row: &SealedRow, sealed: &[u8]) -> Result<bool, StorageError> {
        self.0.reseal_session(hash(&row.place).ok_or(PLACE)?, &row.sealed, sealed).await
    }
}

/// Connected accounts, by collectivité, link and application.
pub(super) struct Accesses(pub(super) Arc<dyn Storage>);

fn key(place: &[u8]) -> Option<AccessKey> {
    let (tenant, link, connector) = serde_json::from_slice(place).ok()?;
    Some(AccessKey::new(tenant, LinkId(link), connector))
}

#[async_trait]
impl SealedRows for Accesses {
    fn name(&self) -> &'static str {
        "connected accounts"
    }

    async fn keys(&self) -> Result<KeyCounts, StorageError> {
        self.0.access_keys().await
    }

    async fn sealed_by(&self, by: KeyId, after: &[u8], limit: u32) -> Result<Vec<SealedRow>, StorageError> {
        let rows = self.0.sealed_accesses(by, key(after).as_ref(), limit).await?;
        rows.into_iter()
            .map(|record| {
                let place = (&record.key.tenant, record.key.link.0, &record.key.connector);
                Ok(SealedRow {
                    place: serde_json::to_vec(&place).map_err(|_| PLACE)?,
                    purpose: SealedFor {
                        name: record.key.purpose().name,
                        tenant: Some(record.key.tenant.clone()),
                        link: Some(record.key.link),
                        connector: Some(record.key.connector.clone()),
                    },
                    sealed: record.sealed,
                })
            })
            .collect()
    }

    async fn replace(&self, row: &SealedRow, sealed: &[u8]) -> Result<bool, StorageError> {
        self.0.reseal_access(&key(&row.place).ok_or(PLACE)?, &row.sealed, sealed).await
    }
}

/// Second factors of local accounts, by number.
pub(super) struct Factors(pub(super) Arc<dyn Storage>);

fn number(place: &[u8]) -> Option<i64> {
    place.try_into().ok().map(i64::from_be_bytes)
}

#[async_trait]
impl SealedRows for Factors {
    fn name(&self) -> &'static str {
        "second factors"
    }

    async fn keys(&self) -> Result<KeyCounts, StorageError> {
        self.0.factor_keys().await
    }

    async fn sealed_by(&self, key: KeyId, after: &[u8], limit: u32) -> Result<Vec<SealedRow>, StorageError> {
        let rows = self.0.sealed_factors(key, number(after).unwrap_or(0), limit).await?;
        let row = |(id, link, sealed): (i64, LinkId, Vec<u8>)| SealedRow {
            place: id.to_be_bytes().to_vec(),
            purpose: SealedFor {
                name: crate::accounts::FACTOR,
                tenant: None,
                link: Some(link),
                connector: None,
            },
            sealed,
        };
        Ok(rows.into_iter().map(row).collect())
    }

    async fn replace(&self, row: &SealedRow, sealed: &[u8]) -> Result<bool, StorageError> {
        self.0.reseal_factor(number(&row.place).ok_or(PLACE)?, &row.sealed, sealed).await
    }
}
