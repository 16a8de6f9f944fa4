//! Delegations: who lets whom see and treat their tasks.

use super::{
    Database, StorageError,
    columns::{from_json, from_name, instant, json, millis, name, tenant},
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::{IdentityId, LinkId, TenantId};
use pleiade_federation::delegation::{
    Delegation, DelegationEnd, DelegationId, DelegationParty, EndCause, NewDelegation, Scope,
};

/// Delegations: who lets whom see and treat their tasks.
#[async_trait]
pub trait DelegationStorage: Send + Sync {
    /// Keeps a proposal.
    async fn create_delegation(&self, new: &NewDelegation) -> Result<DelegationId, StorageError>;

    /// One delegation, ended or not.
    async fn delegation(&self, id: DelegationId) -> Result<Option<Delegation>, StorageError>;

    /// The delegations that a person gave and received in a collectivité by any of their links, newest first, the last 200: for its
    /// administrators.
    async fn delegations_of_person(
        &self,
        tenant: &TenantId,
        person: IdentityId,
    ) -> Result<Vec<Delegation>, StorageError>;

    /// The delegations that these links gave and received in a collectivité, newest first, the last 200.
    async fn delegations_of_links(
        &self,
        tenant: &TenantId,
        links: [LinkId; 2],
    ) -> Result<Vec<Delegation>, StorageError>;

    /// The delegations that these links received and may use now.
    async fn delegations_held_by_links(
        &self,
        tenant: &TenantId,
        receivers: [LinkId; 2],
        now: DateTime<Utc>,
    ) -> Result<Vec<Delegation>, StorageError>;

    /// The living delegations that a link gave or received, anywhere.
    async fn living_delegations(
        &self,
        link: LinkId,
        now: DateTime<Utc>,
    ) -> Result<Vec<Delegation>, StorageError>;

    /// The delegations past their end and not marked as ended yet, 1000 at most.
    async fn lapsed_delegations(&self, now: DateTime<Utc>) -> Result<Vec<Delegation>, StorageError>;

    /// Notes that the receiver agrees. False when it is not theirs, was answered, or has ended.
    async fn accept_delegation(
        &self,
        id: DelegationId,
        receiver: IdentityId,
        at: DateTime<Utc>,
    ) -> Result<bool, StorageError>;

    /// Ends a delegation. False when it had ended.
    async fn end_delegation(&self, id: DelegationId, ended: &DelegationEnd) -> Result<bool, StorageError>;

    /// The count of delegations given by a link that live or wait.
    async fn open_delegations(
        &self,
        tenant: &TenantId,
        giver: LinkId,
        now: DateTime<Utc>,
    ) -> Result<u64, StorageError>;
}

struct DelegationRow {
    id: i64,
    tenant: String,
    giver: i64,
    giver_link: Option<i64>,
    receiver: i64,
    receiver_link: Option<i64>,
    connectors: Option<String>,
    may_treat: bool,
    starts_at: i64,
    ends_at: i64,
    reason: String,
    created_at: i64,
    accepted_at: Option<i64>,
    ended_at: Option<i64>,
    ended_by: Option<i64>,
    end_cause: Option<String>,
}
from_row!(DelegationRow {
    id,
    tenant,
    giver,
    giver_link,
    receiver,
    receiver_link,
    connectors,
    may_treat,
    starts_at,
    ends_at,
    reason,
    created_at,
    accepted_at,
    ended_at,
    ended_by,
    end_cause
});

impl TryFrom<DelegationRow> for Delegation {
    type Error = StorageError;
    fn try_from(row: DelegationRow) -> Result<Self, StorageError> {
        let connectors = row.connectors.map(|list| from_json(&list, "a list of connectors")).transpose()?;
        let cause: Option<EndCause> =
            row.end_cause.map(|cause| from_name(&cause, "the end of a delegation")).transpose()?;
        let ended = match (row.ended_at, cause) {
            (Some(at), Some(cause)) => {
                Some(DelegationEnd::new(instant(at)?, row.ended_by.map(IdentityId), cause))
            }
            _ => None,
        };
        let terms = NewDelegation::new(
            tenant(row.tenant)?,
            DelegationParty { person: IdentityId(row.giver), link: row.giver_link.map(LinkId) },
            DelegationParty { person: IdentityId(row.receiver), link: row.receiver_link.map(LinkId) },
            Scope::new(connectors, row.may_treat),
            instant(row.starts_at)?..instant(row.ends_at)?,
            instant(row.created_at)?,
        )
        .with_reason(row.reason);
        let mut delegation = Self::new(DelegationId(row.id), terms);
        delegation.accepted_at = row.accepted_at.map(instant).transpose()?;
        delegation.ended = ended;
        Ok(delegation)
    }
}

#[async_trait]
impl DelegationStorage for Database {
    async fn create_delegation(&self, new: &NewDelegation) -> Result<DelegationId, StorageError> {
        let connectors = new.scope.connectors.as_ref().map(json).transpose()?;
        let (id,) = self
            .query(sql!(delegations, "create_delegation"))
            .bind(new.tenant.as_str())
            .bind(new.giver.person.0)
            .bind(new.giver.link.map(|id| id.0))
            .bind(new.receiver.person.0)
            .bind(new.receiver.link.map(|id| id.0))
            .bind(connectors)
            .bind(new.scope.may_treat)
            .bind(millis(new.starts_at))
            .bind(millis(new.ends_at))
            .bind(&new.reason)
            .bind(millis(new.created_at))
            .fetch_one()
            .await?;
        Ok(DelegationId(id))
    }

    async fn delegation(&self, id: DelegationId) -> Result<Option<Delegation>, StorageError> {
        self.query(sql!(delegations, "delegation")).bind(id.0).fetch_value::<DelegationRow, _>().await
    }

    async fn delegations_of_person(
        &self,
        tenant: &TenantId,
        person: IdentityId,
    ) -> Result<Vec<Delegation>, StorageError> {
        self.query(sql!(delegations, "delegations_of_person"))
            .bind(tenant.as_str())
            .bind(person.0)
            .fetch_values::<DelegationRow, _>()
            .await
    }

    async fn delegations_of_links(
        &self,
        tenant: &TenantId,
        [own, directory]: [LinkId; 2],
    ) -> Result<Vec<Delegation>, StorageError> {
        self.query(sql!(delegations, "delegations_of_links"))
            .bind(tenant.as_str())
            .bind(own.0)
            .bind(directory.0)
            .fetch_values::<DelegationRow, _>()
            .await
    }

    async fn delegations_held_by_links(
        &self,
        tenant: &TenantId,
        [own, directory]: [LinkId; 2],
        now: DateTime<Utc>,
    ) -> Result<Vec<Delegation>, StorageError> {
        self.query(sql!(delegations, "delegations_held_by_links"))
            .bind(tenant.as_str())
            .bind(own.0)
            .bind(directory.0)
            .bind(millis(now))
            .fetch_values::<DelegationRow, _>()
            .await
    }

    async fn living_delegations(
        &self,
        link: LinkId,
        now: DateTime<Utc>,
    ) -> Result<Vec<Delegation>, StorageError> {
        self.query(sql!(delegations, "living_delegations"))
            .bind(link.0)
            .bind(millis(now))
            .fetch_values::<DelegationRow, _>()
            .await
    }

    async fn lapsed_delegations(&self, now: DateTime<Utc>) -> Result<Vec<Delegation>, StorageError> {
        self.query(sql!(delegations, "lapsed_delegations"))
            .bind(millis(now))
            .fetch_values::<DelegationRow, _>()
            .await
    }

    async fn accept_delegation(
        &self,
        id: DelegationId,
        receiver: IdentityId,
        at: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        self.query(sql!(delegations, "accept_delegation"))
            .bind(id.0)
            .bind(receiver.0)
            .bind(millis(at))
            .changed()
            .await
    }

    async fn end_delegation(&self, id: DelegationId, ended: &DelegationEnd) -> Result<bool, StorageError> {
        self.query(sql!(delegations, "end_delegation"))
            .bind(id.0)
            .bind(millis(ended.at))
            .bind(ended.by.map(|id| id.0))
            .bind(name(&ended.cause)?)
            .changed()
            .await
    }

    async fn open_delegations(
        &self,
        tenant: &TenantId,
        giver: LinkId,
        now: DateTime<Utc>,
    ) -> Result<u64, StorageError> {
        let (count,): (i64,) = self
            .query(sql!(delegations, "count_open_delegations"))
            .bind(giver.0)
            .bind(tenant.as_str())
            .bind(millis(now))
            .fetch_one()
            .await?;
        Ok(u64::try_from(count).unwrap_or(0))
    }
}
