//! Local accounts, and the links by which somebody chooses their password.
//!
//! Threat: a stolen database. It holds password hashes, and digests of links.

use super::{
    Database, NewIdentity, SecondFactor, StorageError,
    columns::{from_name, hash, instant, millis, name, source},
    identities::{insert_identity, write_affiliations},
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::{Affiliation, IdentityId, LinkId, SourceId, TenantId};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// An account kept by the portal itself.
#[derive(Clone, PartialEq, Eq)]
pub struct LocalAccount {
    /// The local source it belongs to; a login is unique within it.
    pub source: SourceId,
    /// As typed, lower case.
    pub login: String,
    /// The random stable key that takes the place of the login in the person's subject: a login may be given again, this never is.
    pub subject: String,
    /// The link of the account: what opens it, its factors for one, belongs to it.
    pub link: LinkId,
    /// The person of the account.
    pub identity: IdentityId,
    /// In PHC string format.
    pub password_hash: String,
    /// A disabled account lets nobody in.
    pub disabled: bool,
}

impl LocalAccount {
    /// Changes whenever the password does, or which second factors the account has: a digest of both.
    #[must_use]
    pub fn version(&self, factors: &[SecondFactor]) -> String {
        let mut digest = Sha256::new_with_prefix(self.password_hash.as_bytes());
        let mut ids: Vec<i64> = factors.iter().map(|factor| factor.id).collect();
        ids.sort_unstable();
        ids.iter().for_each(|id| digest.update(id.to_be_bytes()));
        digest.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Debug for LocalAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalAccount").field("identity", &self.identity).finish_non_exhaustive()
    }
}

/// An account to create together with its person, link and affiliations.
#[derive(Clone)]
pub struct NewLocalAccount {
    /// Person, source, subject and owner. The subject's id is stored as [`LocalAccount::subject`].
    pub person: NewIdentity,
    /// As it will be typed, lower case.
    pub login: String,
    /// In PHC string format.
    pub password_hash: String,
    /// For whom the person may act.
    pub affiliations: Vec<Affiliation>,
}

impl fmt::Debug for NewLocalAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewLocalAccount").field("source", &self.person.source).finish_non_exhaustive()
    }
}

/// A local account, as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountLine {
    /// The local source it belongs to.
    pub source: SourceId,
    /// Lower case.
    pub login: String,
    /// The random stable key of the account, its subject.
    pub subject: String,
    /// The link from that subject to its person.
    pub link: LinkId,
    /// The person of the account.
    pub identity: IdentityId,
    /// The name to show of that person.
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

/// The purpose of an account link.
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
    /// The local source of the account.
    pub source: SourceId,
    /// The login of the account, in lower case.
    pub login: String,
    /// What it is for: an invitation or a reset.
    pub purpose: LinkPurpose,
    /// The administrator who made it; none for the command line.
    pub created_by: Option<IdentityId>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// Local accounts.
#[async_trait]
pub trait AccountStorage: Send + Sync {
    /// Creates a local account with its person, link and affiliations. [`StorageError::Conflict`] when the login is taken.
    async fn create_local_account(&self, new: &NewLocalAccount)
    -> Result<(IdentityId, LinkId), StorageError>;

    /// A local account by its login in lower case.
    async fn local_account(
        &self,
        source: &SourceId,
        login: &str,
    ) -> Result<Option<LocalAccount>, StorageError>;

    /// A local account by its stable key.
    async fn local_account_by_subject(
        &self,
        source: &SourceId,
        subject: &str,
    ) -> Result<Option<super::LocalAccount>, StorageError>;

    /// The account of a person's link.
    async fn local_account_of_link(&self, link: LinkId) -> Result<Option<super::LocalAccount>, StorageError>;

    /// The accounts of a source, by login; only those with an affiliation to a tenant when one is given.
    async fn local_accounts(
        &self,
        source: &SourceId,
        tenant: Option<&TenantId>,
    ) -> Result<Vec<AccountLine>, StorageError>;

    /// Replaces the password hash of the account of a link. False when it has none.
    async fn set_password_hash(&self, link: LinkId, password_hash: &str) -> Result<bool, StorageError>;

    /// Replaces a password hash by another. False when the account has a third one by now, or is disabled. Replaced by itself in a
    /// transaction, it stays what it is until the end of that.
    async fn replace_password_hash(
        &self,
        link: LinkId,
        before: &str,
        after: &str,
    ) -> Result<bool, StorageError>;

    /// Disables the account of a link or enables it. False when it has none.
    async fn set_account_disabled(&self, link: LinkId, disabled: bool) -> Result<bool, StorageError>;

    /// Keeps a link by which a password is chosen, in the place of any earlier one of the same account.
    async fn put_account_link(&self, link: &AccountLink) -> Result<(), StorageError>;

    /// Drops every link by which the password of an account is chosen.
    async fn drop_account_links(&self, source: &SourceId, login: &str) -> Result<(), StorageError>;

    /// The link with this hash by which a password is chosen, unless it has ended.
    async fn account_link(
        &self,
        hash: [u8; 32],
        now: DateTime<Utc>,
    ) -> Result<Option<AccountLink>, StorageError>;

    /// Takes the link with this hash, which opens nothing after that. True for one caller only; false when it has ended.
    async fn take_account_link(&self, hash: [u8; 32], now: DateTime<Utc>) -> Result<bool, StorageError>;
}

struct LocalAccountRow {
    source: String,
    login: String,
    subject: String,
    link: i64,
    identity: i64,
    password_hash: String,
    disabled: bool,
}
from_row!(LocalAccountRow { source, login, subject, link, identity, password_hash, disabled });

impl TryFrom<LocalAccountRow> for LocalAccount {
    type Error = StorageError;
    fn try_from(row: LocalAccountRow) -> Result<Self, StorageError> {
        Ok(Self {
            source: source(row.source)?,
            login: row.login,
            subject: row.subject,
            link: LinkId(row.link),
            identity: IdentityId(row.identity),
            password_hash: row.password_hash,
            disabled: row.disabled,
        })
    }
}

struct AccountRow {
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

struct AccountLinkRow {
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

#[async_trait]
impl AccountStorage for Database {
    async fn create_local_account(
        &self,
        new: &NewLocalAccount,
    ) -> Result<(IdentityId, LinkId), StorageError> {
        let transaction = self.transaction().await?;
        let (identity, link) = insert_identity(&transaction, &new.person).await?;
        write_affiliations(&transaction, link, &new.affiliations).await?;
        transaction
            .query(sql!(accounts, "create_local_account"))
            .bind(new.person.source.as_str())
            .bind(&new.login)
            .bind(new.person.subject.id())
            .bind(link.0)
            .bind(&new.password_hash)
            .bind(millis(new.person.created_at))
            .execute()
            .await?;
        transaction.commit().await?;
        Ok((identity, link))
    }

    async fn local_account(
        &self,
        source: &SourceId,
        login: &str,
    ) -> Result<Option<LocalAccount>, StorageError> {
        self.query(sql!(accounts, "local_account"))
            .bind(source.as_str())
            .bind(login)
            .fetch_value::<LocalAccountRow, _>()
            .await
    }

    async fn local_account_by_subject(
        &self,
        source: &SourceId,
        subject: &str,
    ) -> Result<Option<LocalAccount>, StorageError> {
        self.query(sql!(accounts, "local_account_by_subject"))
            .bind(source.as_str())
            .bind(subject)
            .fetch_value::<LocalAccountRow, _>()
            .await
    }

    async fn local_account_of_link(&self, link: LinkId) -> Result<Option<LocalAccount>, StorageError> {
        self.query(sql!(accounts, "local_account_of_link"))
            .bind(link.0)
            .fetch_value::<LocalAccountRow, _>()
            .await
    }

    async fn local_accounts(
        &self,
        source: &SourceId,
        tenant: Option<&TenantId>,
    ) -> Result<Vec<AccountLine>, StorageError> {
        self.query(sql!(accounts, "local_accounts"))
            .bind(source.as_str())
            .bind(tenant.map(TenantId::as_str))
            .fetch_values::<AccountRow, _>()
            .await
    }

    async fn set_password_hash(&self, link: LinkId, password_hash: &str) -> Result<bool, StorageError> {
        self.query(sql!(accounts, "set_password_hash")).bind(link.0).bind(password_hash).changed().await
    }

    async fn replace_password_hash(
        &self,
        link: LinkId,
        before: &str,
        after: &str,
    ) -> Result<bool, StorageError> {
        self.query(sql!(accounts, "replace_password_hash"))
            .bind(link.0)
            .bind(before)
            .bind(after)
            .changed()
            .await
    }

    async fn set_account_disabled(&self, link: LinkId, disabled: bool) -> Result<bool, StorageError> {
        self.query(sql!(accounts, "set_account_disabled")).bind(link.0).bind(disabled).changed().await
    }

    async fn put_account_link(&self, link: &AccountLink) -> Result<(), StorageError> {
        let transaction = self.transaction().await?;
        transaction
            .query(sql!(accounts, "drop_account_links"))
            .bind(link.source.as_str())
            .bind(&link.login)
            .bind(millis(link.created_at))
            .execute()
            .await?;
        transaction
            .query(sql!(accounts, "add_account_link"))
            .bind(&link.hash[..])
            .bind(link.source.as_str())
            .bind(&link.login)
            .bind(name(&link.purpose)?)
            .bind(link.created_by.map(|id| id.0))
            .bind(millis(link.created_at))
            .bind(millis(link.expires_at))
            .execute()
            .await?;
        transaction.commit().await
    }

    async fn drop_account_links(&self, source: &SourceId, login: &str) -> Result<(), StorageError> {
        self.query(sql!(accounts, "drop_account_links"))
            .bind(source.as_str())
            .bind(login)
            .bind(0_i64)
            .execute()
            .await?;
        Ok(())
    }

    async fn account_link(
        &self,
        hash: [u8; 32],
        now: DateTime<Utc>,
    ) -> Result<Option<AccountLink>, StorageError> {
        self.query(sql!(accounts, "account_link"))
            .bind(&hash[..])
            .bind(millis(now))
            .fetch_value::<AccountLinkRow, _>()
            .await
    }

    async fn take_account_link(&self, hash: [u8; 32], now: DateTime<Utc>) -> Result<bool, StorageError> {
        self.query(sql!(accounts, "take_account_link")).bind(&hash[..]).bind(millis(now)).changed().await
    }
}
