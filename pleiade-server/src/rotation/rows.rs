//! The kinds of sealed records.

use super::sealed_rows::{SealedFor, SealedRow, SealedRows};
use crate::{
    linked_accounts::PENDING,
    seal::KeyId,
    session::{SessionTicket, SessionTokens},
    storage::{KeyCounts, SessionHash, Storage, StorageError},
};
use async_trait::async_trait;
use pleiade_core::{IdentityId, LinkId};
use pleiade_federation::vault::{LinkedAccountKey, LinkedAccountRecord};
use std::sync::Arc;

const PLACE: StorageError = StorageError::Corrupt("the place of a sealed record");

/// The person of the link that a record belongs to.
async fn person_of(storage: &Arc<dyn Storage>, row: &SealedRow) -> Result<Option<IdentityId>, StorageError> {
    let Some(link) = row.purpose.link else { return Ok(None) };
    Ok(storage.link_facts(link).await?.map(|facts| facts.identity))
}

/// Tokens of sessions, by hash.
pub(super) struct Sessions(pub(super) Arc<dyn Storage>);

fn hash(place: &[u8]) -> Option<SessionHash> {
    place.try_into().ok().map(SessionHash)
}

fn session_row(session: crate::storage::SealedSession, name: &'static str) -> SealedRow {
    SealedRow {
        place: session.hash.0.to_vec(),
        purpose: SealedFor { name, tenant: Some(session.acting), link: Some(session.link), connector: None },
        sealed: session.tokens,
    }
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
        Ok(rows.into_iter().map(|session| session_row(session, SessionTokens::PURPOSE.name)).collect())
    }

    async fn replace(&self, row: &SealedRow, sealed: &[u8]) -> Result<bool, StorageError> {
        self.0.reseal_session(hash(&row.place).ok_or(PLACE)?, &row.sealed, sealed).await
    }

    async fn person(&self, row: &SealedRow) -> Result<Option<IdentityId>, StorageError> {
        person_of(&self.0, row).await
    }
}

/// Proxy-granting tickets that sessions got from another source than their own, by hash of the session.
pub(super) struct SessionTickets(pub(super) Arc<dyn Storage>);

#[async_trait]
impl SealedRows for SessionTickets {
    fn name(&self) -> &'static str {
        "session proxy-granting tickets"
    }

    async fn keys(&self) -> Result<KeyCounts, StorageError> {
        self.0.session_ticket_keys().await
    }

    async fn sealed_by(&self, key: KeyId, after: &[u8], limit: u32) -> Result<Vec<SealedRow>, StorageError> {
        let rows = self.0.sealed_session_tickets(key, hash(after), limit).await?;
        Ok(rows.into_iter().map(|session| session_row(session, SessionTicket::PURPOSE.name)).collect())
    }

    async fn replace(&self, row: &SealedRow, sealed: &[u8]) -> Result<bool, StorageError> {
        self.0.reseal_session_ticket(hash(&row.place).ok_or(PLACE)?, &row.sealed, sealed).await
    }

    async fn person(&self, row: &SealedRow) -> Result<Option<IdentityId>, StorageError> {
        person_of(&self.0, row).await
    }
}

/// Login flows that people have begun, by collectivité, link and application.
pub(super) struct LoginFlows(pub(super) Arc<dyn Storage>);

#[async_trait]
impl SealedRows for LoginFlows {
    fn name(&self) -> &'static str {
        "login flows"
    }

    async fn keys(&self) -> Result<KeyCounts, StorageError> {
        self.0.pending_keys().await
    }

    async fn sealed_by(&self, by: KeyId, after: &[u8], limit: u32) -> Result<Vec<SealedRow>, StorageError> {
        let rows = self.0.sealed_pending(by, key(after).as_ref(), limit).await?;
        rows.into_iter().map(|begun| linked_account_row(&begun.key, PENDING, begun.sealed)).collect()
    }

    async fn replace(&self, row: &SealedRow, sealed: &[u8]) -> Result<bool, StorageError> {
        self.0.reseal_pending(&key(&row.place).ok_or(PLACE)?, &row.sealed, sealed).await
    }

    async fn person(&self, row: &SealedRow) -> Result<Option<IdentityId>, StorageError> {
        person_of(&self.0, row).await
    }
}

fn linked_account_row(
    key: &LinkedAccountKey,
    name: &'static str,
    sealed: Vec<u8>,
) -> Result<SealedRow, StorageError> {
    let place = (&key.tenant, key.link.0, &key.connector);
    Ok(SealedRow {
        place: serde_json::to_vec(&place).map_err(|_| PLACE)?,
        purpose: SealedFor {
            name,
            tenant: Some(key.tenant.clone()),
            link: Some(key.link),
            connector: Some(key.connector.clone()),
        },
        sealed,
    })
}

/// Linked accounts, by collectivité, link and application.
pub(super) struct LinkedAccounts(pub(super) Arc<dyn Storage>);

fn key(place: &[u8]) -> Option<LinkedAccountKey> {
    let (tenant, link, connector) = serde_json::from_slice(place).ok()?;
    Some(LinkedAccountKey::new(tenant, LinkId(link), connector))
}

#[async_trait]
impl SealedRows for LinkedAccounts {
    fn name(&self) -> &'static str {
        "connected accounts"
    }

    async fn keys(&self) -> Result<KeyCounts, StorageError> {
        self.0.linked_account_keys().await
    }

    async fn sealed_by(&self, by: KeyId, after: &[u8], limit: u32) -> Result<Vec<SealedRow>, StorageError> {
        let rows = self.0.sealed_linked_accounts(by, key(after).as_ref(), limit).await?;
        let row = |record: LinkedAccountRecord| {
            linked_account_row(&record.key, record.key.purpose().name, record.sealed)
        };
        rows.into_iter().map(row).collect()
    }

    async fn replace(&self, row: &SealedRow, sealed: &[u8]) -> Result<bool, StorageError> {
        self.0.reseal_linked_account(&key(&row.place).ok_or(PLACE)?, &row.sealed, sealed).await
    }

    async fn person(&self, row: &SealedRow) -> Result<Option<IdentityId>, StorageError> {
        person_of(&self.0, row).await
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
                name: crate::accounts::FACTOR_PURPOSE,
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

    async fn person(&self, row: &SealedRow) -> Result<Option<IdentityId>, StorageError> {
        // The account may have come to another person since it was sealed.
        let before = self.0.factor_sealed_for(number(&row.place).ok_or(PLACE)?).await?;
        if before.is_some() { Ok(before) } else { person_of(&self.0, row).await }
    }
}
