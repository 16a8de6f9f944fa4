//! What local accounts have beyond a password: links to choose it, second factors, recovery codes.
//!
//! Threat: a stolen database. It holds digests of links and recovery codes, and factors sealed for their person.

use super::{
    StorageError,
    rows::{from_name, hash, instant},
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::{IdentityId, LinkId, SourceId, TenantId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A local account, as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountLine {
    /// The local source it belongs to.
    pub source: SourceId,
    /// Lower case.
    pub login: String,
    /// Its stable key.
    pub subject: String,
    /// Its link.
    pub link: LinkId,
    /// The person.
    pub identity: IdentityId,
    /// Their name.
    pub display_name: String,
    /// It lets nobody in.
    pub disabled: bool,
    /// A password was chosen.
    pub has_password: bool,
    /// Second factors.
    pub factors: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// The kinds of second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FactorKind {
    /// Codes of an authenticator application.
    Totp,
    /// A passkey.
    Passkey,
}

/// A second factor to keep.
#[derive(Clone, PartialEq, Eq)]
pub struct NewFactor {
    /// Of which account, by its link.
    pub link: LinkId,
    /// What it is.
    pub kind: FactorKind,
    /// How the person calls it.
    pub name: String,
    /// The host name that a passkey belongs to.
    pub host: Option<String>,
    /// The id of a passkey's credential, unique.
    pub credential: Option<Vec<u8>>,
    /// The secret or the public key, sealed.
    pub sealed: Vec<u8>,
    /// The last step whose code was used.
    pub last_step: Option<i64>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
}

impl fmt::Debug for NewFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewFactor")
            .field("link", &self.link)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// A second factor that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondFactor {
    /// Its number.
    pub id: i64,
    /// What was kept.
    pub factor: NewFactor,
    /// When it last let somebody in.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// Why a link was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LinkPurpose {
    /// The account is new.
    Invitation,
    /// Its password is forgotten.
    Reset,
}

/// A link that lets somebody choose the password of an account, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountLink {
    /// The digest of its value.
    pub hash: [u8; 32],
    /// The account's source.
    pub source: SourceId,
    /// The account's login.
    pub login: String,
    /// Why.
    pub purpose: LinkPurpose,
    /// The administrator who made it; none for the command line.
    pub created_by: Option<IdentityId>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// What local accounts have beyond a password. See [`Storage`](super::Storage) for the accounts themselves.
#[async_trait]
pub trait AccountStorage: Send + Sync {
    /// A local account by its stable key.
    async fn local_account_by_subject(
        &self,
        source: &SourceId,
        subject: &str,
    ) -> Result<Option<super::LocalAccount>, StorageError>;

    /// The account of a link.
    async fn local_account_of(&self, link: LinkId) -> Result<Option<super::LocalAccount>, StorageError>;

    /// The accounts of a source, by login; only those with an affiliation to a tenant when one is given.
    async fn local_accounts(
        &self,
        source: &SourceId,
        tenant: Option<&TenantId>,
    ) -> Result<Vec<AccountLine>, StorageError>;

    /// Keeps a second factor and gives its number. [`StorageError::Conflict`] when its credential is known already.
    async fn add_factor(&self, new: &NewFactor) -> Result<i64, StorageError>;

    /// The second factors of an account, oldest first.
    async fn factors(&self, link: LinkId) -> Result<Vec<SecondFactor>, StorageError>;

    /// The passkey with this credential.
    async fn factor_by_credential(&self, credential: &[u8]) -> Result<Option<SecondFactor>, StorageError>;

    /// Notes that a factor let somebody in, with the step of the code or the passkey as it is from now on. False when the step, or a
    /// later one, was used already: then nobody may be let in.
    async fn use_factor(
        &self,
        id: i64,
        at: DateTime<Utc>,
        step: Option<i64>,
        sealed: Option<&[u8]>,
    ) -> Result<bool, StorageError>;

    /// Removes a factor of this account. False when it has no such factor.
    async fn remove_factor(&self, link: LinkId, id: i64) -> Result<bool, StorageError>;

    /// Removes every factor, every recovery code and every counted failure of an account, and says how many factors.
    async fn clear_factors(&self, link: LinkId) -> Result<u64, StorageError>;

    /// Replaces the recovery codes of an account by these digests.
    async fn replace_recovery_codes(&self, link: LinkId, hashes: &[[u8; 32]]) -> Result<(), StorageError>;

    /// Uses a recovery code. False when it is unknown or used.
    async fn use_recovery_code(
        &self,
        link: LinkId,
        hash: [u8; 32],
        at: DateTime<Utc>,
    ) -> Result<bool, StorageError>;

    /// Recovery codes not used yet.
    async fn recovery_codes_left(&self, link: LinkId) -> Result<i64, StorageError>;

    /// Keeps a link, in place of any earlier one of the same account.
    async fn put_account_link(&self, link: &AccountLink) -> Result<(), StorageError>;

    /// Drops every link of an account.
    async fn drop_account_links(&self, source: &SourceId, login: &str) -> Result<(), StorageError>;

    /// A living link.
    async fn account_link(
        &self,
        hash: [u8; 32],
        now: DateTime<Utc>,
    ) -> Result<Option<AccountLink>, StorageError>;

    /// Takes a living link, which opens nothing after that. True for one caller only.
    async fn take_account_link(&self, hash: [u8; 32], now: DateTime<Utc>) -> Result<bool, StorageError>;

    /// Counts an attempt at a second factor as a failure, before it is looked at. False when the person must wait: after four failures
    /// each costs a delay, from 10 seconds to 15 minutes; an hour of rest forgets them.
    async fn begin_second_factor(&self, link: LinkId, now: DateTime<Utc>) -> Result<bool, StorageError>;

    /// Forgets the failures of somebody who proved themselves.
    async fn end_second_factor(&self, link: LinkId) -> Result<(), StorageError>;
}

fn source(text: String) -> Result<SourceId, StorageError> {
    SourceId::try_from(text).map_err(|_| StorageError::Corrupt("a source id"))
}

pub(super) struct AccountRow {
    source: String,
    login: String,
    subject: String,
    link: i64,
    identity: i64,
    display_name: Option<String>,
    disabled: bool,
    created_at: i64,
    has_password: bool,
    factors: i64,
}
from_row!(AccountRow {
    source,
    login,
    subject,
    link,
    identity,
    display_name,
    disabled,
    created_at,
    has_password,
    factors
});

impl TryFrom<AccountRow> for AccountLine {
    type Error = StorageError;
    fn try_from(row: AccountRow) -> Result<Self, StorageError> {
        let display_name = row.display_name.unwrap_or_else(|| row.login.clone());
        Ok(Self {
            source: source(row.source)?,
            login: row.login,
            subject: row.subject,
            link: LinkId(row.link),
            identity: IdentityId(row.identity),
            display_name,
            disabled: row.disabled,
            has_password: row.has_password,
            factors: row.factors,
            created_at: instant(row.created_at)?,
        })
    }
}

pub(super) struct FactorRow {
    id: i64,
    link: i64,
    kind: String,
    name: String,
    host: Option<String>,
    credential: Option<Vec<u8>>,
    sealed: Vec<u8>,
    last_step: Option<i64>,
    created_at: i64,
    last_used_at: Option<i64>,
}
from_row!(FactorRow { id, link, kind, name, host, credential, sealed, last_step, created_at, last_used_at });

impl TryFrom<FactorRow> for SecondFactor {
    type Error = StorageError;
    fn try_from(row: FactorRow) -> Result<Self, StorageError> {
        Ok(Self {
            id: row.id,
            factor: NewFactor {
                link: LinkId(row.link),
                kind: from_name(&row.kind, "a kind of second factor")?,
                name: row.name,
                host: row.host,
                credential: row.credential,
                sealed: row.sealed,
                last_step: row.last_step,
                created_at: instant(row.created_at)?,
            },
            last_used_at: row.last_used_at.map(instant).transpose()?,
        })
    }
}

pub(super) struct AccountLinkRow {
    hash: Vec<u8>,
    source: String,
    login: String,
    purpose: String,
    created_by: Option<i64>,
    created_at: i64,
    expires_at: i64,
}
from_row!(AccountLinkRow { hash, source, login, purpose, created_by, created_at, expires_at });

impl TryFrom<AccountLinkRow> for AccountLink {
    type Error = StorageError;
    fn try_from(row: AccountLinkRow) -> Result<Self, StorageError> {
        Ok(Self {
            hash: hash(row.hash)?,
            source: source(row.source)?,
            login: row.login,
            purpose: from_name(&row.purpose, "the purpose of a link")?,
            created_by: row.created_by.map(IdentityId),
            created_at: instant(row.created_at)?,
            expires_at: instant(row.expires_at)?,
        })
    }
}

/// Implements [`AccountStorage`] for a type with a field `pool`. `$begin` opens a transaction that will write.
macro_rules! implement_accounts {
    ($storage:ty, $begin:literal) => {
        #[async_trait]
        impl $crate::storage::AccountStorage for $storage {
            async fn local_account_by_subject(
                &self,
                source: &SourceId,
                subject: &str,
            ) -> Result<Option<LocalAccount>, StorageError> {
                query_as::<_, LocalAccountRow>(sql!("accounts/by_subject"))
                    .bind(source.as_str())
                    .bind(subject)
                    .fetch_optional(&self.pool)
                    .await?
                    .map(TryInto::try_into)
                    .transpose()
            }

            async fn local_account_of(&self, link: LinkId) -> Result<Option<LocalAccount>, StorageError> {
                query_as::<_, LocalAccountRow>(sql!("accounts/of"))
                    .bind(link.0)
                    .fetch_optional(&self.pool)
                    .await?
                    .map(TryInto::try_into)
                    .transpose()
            }

            async fn local_accounts(
                &self,
                source: &SourceId,
                tenant: Option<&TenantId>,
            ) -> Result<Vec<$crate::storage::AccountLine>, StorageError> {
                query_as::<_, $crate::storage::accounts::AccountRow>(sql!("accounts/list"))
                    .bind(source.as_str())
                    .bind(tenant.map(TenantId::as_str))
                    .fetch_all(&self.pool)
                    .await?
                    .into_iter()
                    .map(TryInto::try_into)
                    .collect()
            }

            async fn add_factor(&self, new: &$crate::storage::NewFactor) -> Result<i64, StorageError> {
                Ok(query_scalar(sql!("accounts/add_factor"))
                    .bind(new.link.0)
                    .bind(name(&new.kind)?)
                    .bind(&new.name)
                    .bind(&new.host)
                    .bind(&new.credential)
                    .bind(&new.sealed)
                    .bind(new.last_step)
                    .bind(millis(new.created_at))
                    .fetch_one(&self.pool)
                    .await?)
            }

            async fn factors(
                &self,
                link: LinkId,
            ) -> Result<Vec<$crate::storage::SecondFactor>, StorageError> {
                query_as::<_, $crate::storage::accounts::FactorRow>(sql!("accounts/factors"))
                    .bind(link.0)
                    .fetch_all(&self.pool)
                    .await?
                    .into_iter()
                    .map(TryInto::try_into)
                    .collect()
            }

            async fn factor_by_credential(
                &self,
                credential: &[u8],
            ) -> Result<Option<$crate::storage::SecondFactor>, StorageError> {
                query_as::<_, $crate::storage::accounts::FactorRow>(sql!("accounts/factor_by_credential"))
                    .bind(credential)
                    .fetch_optional(&self.pool)
                    .await?
                    .map(TryInto::try_into)
                    .transpose()
            }

            async fn use_factor(
                &self,
                id: i64,
                at: DateTime<Utc>,
                step: Option<i64>,
                sealed: Option<&[u8]>,
            ) -> Result<bool, StorageError> {
                let done = query(sql!("accounts/use_factor"))
                    .bind(id)
                    .bind(millis(at))
                    .bind(step)
                    .bind(sealed)
                    .execute(&self.pool)
                    .await?;
                Ok(done.rows_affected() > 0)
            }

            async fn remove_factor(&self, link: LinkId, id: i64) -> Result<bool, StorageError> {
                let done =
                    query(sql!("accounts/remove_factor")).bind(link.0).bind(id).execute(&self.pool).await?;
                Ok(done.rows_affected() > 0)
            }

            async fn clear_factors(&self, link: LinkId) -> Result<u64, StorageError> {
                let mut transaction = self.pool.begin_with($begin).await?;
                let done =
                    query(sql!("accounts/clear_factors")).bind(link.0).execute(&mut *transaction).await?;
                query(sql!("accounts/clear_recovery_codes")).bind(link.0).execute(&mut *transaction).await?;
                query(sql!("accounts/end_attempts")).bind(link.0).execute(&mut *transaction).await?;
                transaction.commit().await?;
                Ok(done.rows_affected())
            }

            async fn replace_recovery_codes(
                &self,
                link: LinkId,
                hashes: &[[u8; 32]],
            ) -> Result<(), StorageError> {
                let mut transaction = self.pool.begin_with($begin).await?;
                query(sql!("accounts/clear_recovery_codes")).bind(link.0).execute(&mut *transaction).await?;
                for hash in hashes {
                    query(sql!("accounts/add_recovery_code"))
                        .bind(link.0)
                        .bind(&hash[..])
                        .execute(&mut *transaction)
                        .await?;
                }
                transaction.commit().await?;
                Ok(())
            }

            async fn use_recovery_code(
                &self,
                link: LinkId,
                hash: [u8; 32],
                at: DateTime<Utc>,
            ) -> Result<bool, StorageError> {
                let done = query(sql!("accounts/use_recovery_code"))
                    .bind(link.0)
                    .bind(&hash[..])
                    .bind(millis(at))
                    .execute(&self.pool)
                    .await?;
                Ok(done.rows_affected() > 0)
            }

            async fn recovery_codes_left(&self, link: LinkId) -> Result<i64, StorageError> {
                Ok(query_scalar(sql!("accounts/recovery_codes_left"))
                    .bind(link.0)
                    .fetch_one(&self.pool)
                    .await?)
            }

            async fn drop_account_links(&self, source: &SourceId, login: &str) -> Result<(), StorageError> {
                query(sql!("accounts/drop_links"))
                    .bind(source.as_str())
                    .bind(login)
                    .bind(0_i64)
                    .execute(&self.pool)
                    .await?;
                Ok(())
            }

            async fn put_account_link(
                &self,
                link: &$crate::storage::AccountLink,
            ) -> Result<(), StorageError> {
                let mut transaction = self.pool.begin_with($begin).await?;
                query(sql!("accounts/drop_links"))
                    .bind(link.source.as_str())
                    .bind(&link.login)
                    .bind(millis(link.created_at))
                    .execute(&mut *transaction)
                    .await?;
                query(sql!("accounts/add_link"))
                    .bind(&link.hash[..])
                    .bind(link.source.as_str())
                    .bind(&link.login)
                    .bind(name(&link.purpose)?)
                    .bind(link.created_by.map(|id| id.0))
                    .bind(millis(link.created_at))
                    .bind(millis(link.expires_at))
                    .execute(&mut *transaction)
                    .await?;
                transaction.commit().await?;
                Ok(())
            }

            async fn account_link(
                &self,
                hash: [u8; 32],
                now: DateTime<Utc>,
            ) -> Result<Option<$crate::storage::AccountLink>, StorageError> {
                query_as::<_, $crate::storage::accounts::AccountLinkRow>(sql!("accounts/link"))
                    .bind(&hash[..])
                    .bind(millis(now))
                    .fetch_optional(&self.pool)
                    .await?
                    .map(TryInto::try_into)
                    .transpose()
            }

            async fn take_account_link(
                &self,
                hash: [u8; 32],
                now: DateTime<Utc>,
            ) -> Result<bool, StorageError> {
                let done = query(sql!("accounts/take_link"))
                    .bind(&hash[..])
                    .bind(millis(now))
                    .execute(&self.pool)
                    .await?;
                Ok(done.rows_affected() > 0)
            }

            async fn begin_second_factor(
                &self,
                link: LinkId,
                now: DateTime<Utc>,
            ) -> Result<bool, StorageError> {
                let done = query(sql!("accounts/begin_attempt"))
                    .bind(link.0)
                    .bind(millis(now))
                    .execute(&self.pool)
                    .await?;
                Ok(done.rows_affected() > 0)
            }

            async fn end_second_factor(&self, link: LinkId) -> Result<(), StorageError> {
                query(sql!("accounts/end_attempts")).bind(link.0).execute(&self.pool).await?;
                Ok(())
            }
        }
    };
}

pub(super) use implement_accounts;
