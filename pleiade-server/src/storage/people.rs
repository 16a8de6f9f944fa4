//! The people of a collectivité, whatever source they come from.

use super::{
    Names, SourcedAffiliation, StorageError,
    rows::{NamesRow, from_name},
};
use async_trait::async_trait;
use pleiade_core::{IdentityId, LinkId, PersonKind, TenantId};

/// Somebody who belongs to a collectivité.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantPerson {
    /// The person.
    pub identity: IdentityId,
    /// The link that ties them to it.
    pub link: LinkId,
    /// Their names.
    pub names: Names,
    /// In which quality.
    pub kind: PersonKind,
    /// Their function there.
    pub function: Option<String>,
}

/// The people of a collectivité.
#[async_trait]
pub trait PeopleStorage: Send + Sync {
    /// People with an affiliation to this tenant, by name, at most `limit`; each name of a person once, though several sources may tell it.
    /// With `untold`, only those whom no directory describes: [`search_people`](super::DirectoryStorage::search_people) finds the others.
    async fn people_of(
        &self,
        tenant: &TenantId,
        untold: bool,
        limit: u32,
    ) -> Result<Vec<TenantPerson>, StorageError>;

    /// Every tie to a collectivité, by link.
    async fn ties_of(&self, tenant: &TenantId) -> Result<Vec<SourcedAffiliation>, StorageError>;
}

pub(super) struct TenantPersonRow {
    identity: i64,
    link: i64,
    names: NamesRow,
    kind: String,
    function: Option<String>,
}
from_row!(TenantPersonRow { identity, link, kind, function }, names);

impl TryFrom<TenantPersonRow> for TenantPerson {
    type Error = StorageError;
    fn try_from(row: TenantPersonRow) -> Result<Self, StorageError> {
        Ok(Self {
            identity: IdentityId(row.identity),
            link: LinkId(row.link),
            names: row.names.try_into()?,
            kind: from_name(&row.kind, "a kind of person")?,
            function: row.function,
        })
    }
}

/// Implements [`PeopleStorage`] for a type with a field `pool`.
macro_rules! implement_people {
    ($storage:ty, $begin:literal) => {
        #[async_trait]
        impl $crate::storage::PeopleStorage for $storage {
            async fn people_of(
                &self,
                tenant: &TenantId,
                untold: bool,
                limit: u32,
            ) -> Result<Vec<$crate::storage::TenantPerson>, StorageError> {
                let rows: Vec<$crate::storage::people::TenantPersonRow> = query_as(sql!("people/of_tenant"))
                    .bind(tenant.as_str())
                    .bind(i64::from(untold))
                    .bind(i64::from(limit))
                    .fetch_all(&self.pool)
                    .await?;
                rows.into_iter().map(TryInto::try_into).collect()
            }

            async fn ties_of(
                &self,
                tenant: &TenantId,
            ) -> Result<Vec<$crate::storage::SourcedAffiliation>, StorageError> {
                let rows: Vec<$crate::storage::rows::AffiliationRow> =
                    query_as(sql!("people/ties")).bind(tenant.as_str()).fetch_all(&self.pool).await?;
                rows.into_iter().map(TryInto::try_into).collect()
            }
        }
    };
}

pub(super) use implement_people;
