//! Who lets whom see and treat their tasks.

use super::{
    StorageError,
    rows::{from_json, from_name, instant, tenant},
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::{IdentityId, LinkId, TenantId};
use pleiade_federation::delegation::{
    Delegation, DelegationEnd, DelegationId, DelegationParty, EndCause, NewDelegation, Scope,
};

/// Who lets whom see and treat their tasks.
#[async_trait]
pub trait DelegationStorage: Send + Sync {
    /// Keeps a proposal.
    async fn create_delegation(&self, new: &NewDelegation) -> Result<DelegationId, StorageError>;

    /// One delegation, ended or not.
    async fn delegation(&self, id: DelegationId) -> Result<Option<Delegation>, StorageError>;

    /// What somebody gave and received in a collectivité by any of their links, newest first, the last 200: for whoever administers it.
    async fn delegations_of(
        &self,
        tenant: &TenantId,
        person: IdentityId,
    ) -> Result<Vec<Delegation>, StorageError>;

    /// What was given and received in a collectivité by these links, newest first, the last 200.
    async fn delegations_by(
        &self,
        tenant: &TenantId,
        links: [LinkId; 2],
    ) -> Result<Vec<Delegation>, StorageError>;

    /// What was received by these links and may be used now.
    async fn delegations_held(
        &self,
        tenant: &TenantId,
        receivers: [LinkId; 2],
        now: DateTime<Utc>,
    ) -> Result<Vec<Delegation>, StorageError>;

    /// What was given or received anywhere by a link and still lives.
    async fn living_delegations(
        &self,
        link: LinkId,
        now: DateTime<Utc>,
    ) -> Result<Vec<Delegation>, StorageError>;

    /// What is past its end and not marked as ended yet, 1000 at most.
    async fn lapsed_delegations(&self, now: DateTime<Utc>) -> Result<Vec<Delegation>, StorageError>;

    /// Notes that the receiver agrees. False when it is not theirs, was answered, or has ended.
    async fn accept_delegation(
        &self,
        id: DelegationId,
        receiver: IdentityId,
        at: DateTime<Utc>,
    ) -> Result<bool, StorageError>;

    /// Ends it. False when it had ended.
    async fn end_delegation(&self, id: DelegationId, ended: &DelegationEnd) -> Result<bool, StorageError>;

    /// How many were given by a link that live or wait.
    async fn open_delegations(
        &self,
        tenant: &TenantId,
        giver: LinkId,
        now: DateTime<Utc>,
    ) -> Result<u64, StorageError>;
}

pub(super) struct DelegationRow {
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

pub(super) fn read(rows: Vec<DelegationRow>) -> Result<Vec<Delegation>, StorageError> {
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Implements [`DelegationStorage`] for a type with a field `pool`. `$begin` opens a transaction that will write.
macro_rules! implement_delegations {
    ($storage:ty, $begin:literal) => {
        #[async_trait]
        impl $crate::storage::DelegationStorage for $storage {
            async fn create_delegation(
                &self,
                new: &pleiade_federation::delegation::NewDelegation,
            ) -> Result<pleiade_federation::delegation::DelegationId, StorageError> {
                let connectors = new.scope.connectors.as_ref().map(json).transpose()?;
                let id = query_scalar(sql!("delegations/create"))
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
                    .fetch_one(&self.pool)
                    .await?;
                Ok(pleiade_federation::delegation::DelegationId(id))
            }

            async fn delegation(
                &self,
                id: pleiade_federation::delegation::DelegationId,
            ) -> Result<Option<pleiade_federation::delegation::Delegation>, StorageError> {
                query_as::<_, $crate::storage::delegations::DelegationRow>(sql!("delegations/get"))
                    .bind(id.0)
                    .fetch_optional(&self.pool)
                    .await?
                    .map(TryInto::try_into)
                    .transpose()
            }

            async fn delegations_of(
                &self,
                tenant: &TenantId,
                person: IdentityId,
            ) -> Result<Vec<pleiade_federation::delegation::Delegation>, StorageError> {
                let rows = query_as(sql!("delegations/of_person")).bind(tenant.as_str()).bind(person.0);
                $crate::storage::delegations::read(rows.fetch_all(&self.pool).await?)
            }

            async fn delegations_by(
                &self,
                tenant: &TenantId,
                [own, directory]: [LinkId; 2],
            ) -> Result<Vec<pleiade_federation::delegation::Delegation>, StorageError> {
                let rows = query_as(sql!("delegations/of_links"))
                    .bind(tenant.as_str())
                    .bind(own.0)
                    .bind(directory.0);
                $crate::storage::delegations::read(rows.fetch_all(&self.pool).await?)
            }

            async fn delegations_held(
                &self,
                tenant: &TenantId,
                [own, directory]: [LinkId; 2],
                now: DateTime<Utc>,
            ) -> Result<Vec<pleiade_federation::delegation::Delegation>, StorageError> {
                let rows = query_as(sql!("delegations/held"))
                    .bind(tenant.as_str())
                    .bind(own.0)
                    .bind(directory.0)
                    .bind(millis(now));
                $crate::storage::delegations::read(rows.fetch_all(&self.pool).await?)
            }

            async fn living_delegations(
                &self,
                link: LinkId,
                now: DateTime<Utc>,
            ) -> Result<Vec<pleiade_federation::delegation::Delegation>, StorageError> {
                let rows = query_as(sql!("delegations/living")).bind(link.0).bind(millis(now));
                $crate::storage::delegations::read(rows.fetch_all(&self.pool).await?)
            }

            async fn lapsed_delegations(
                &self,
                now: DateTime<Utc>,
            ) -> Result<Vec<pleiade_federation::delegation::Delegation>, StorageError> {
                let rows = query_as(sql!("delegations/lapsed")).bind(millis(now));
                $crate::storage::delegations::read(rows.fetch_all(&self.pool).await?)
            }

            async fn accept_delegation(
                &self,
                id: pleiade_federation::delegation::DelegationId,
                receiver: IdentityId,
                at: DateTime<Utc>,
            ) -> Result<bool, StorageError> {
                let done = query(sql!("delegations/accept"))
                    .bind(id.0)
                    .bind(receiver.0)
                    .bind(millis(at))
                    .execute(&self.pool)
                    .await?;
                Ok(done.rows_affected() > 0)
            }

            async fn end_delegation(
                &self,
                id: pleiade_federation::delegation::DelegationId,
                ended: &pleiade_federation::delegation::DelegationEnd,
            ) -> Result<bool, StorageError> {
                let done = query(sql!("delegations/end"))
                    .bind(id.0)
                    .bind(millis(ended.at))
                    .bind(ended.by.map(|id| id.0))
                    .bind(name(&ended.cause)?)
                    .execute(&self.pool)
                    .await?;
                Ok(done.rows_affected() > 0)
            }

            async fn open_delegations(
                &self,
                tenant: &TenantId,
                giver: LinkId,
                now: DateTime<Utc>,
            ) -> Result<u64, StorageError> {
                let count: i64 = query_scalar(sql!("delegations/count_open"))
                    .bind(giver.0)
                    .bind(tenant.as_str())
                    .bind(millis(now))
                    .fetch_one(&self.pool)
                    .await?;
                Ok(u64::try_from(count).unwrap_or(0))
            }
        }
    };
}

pub(super) use implement_delegations;
