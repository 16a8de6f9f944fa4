//! The accounts that people connected to the portal, sealed.
//!
//! Threats: a stolen or copied database (secrets and logins are sealed, the key is elsewhere); somebody who writes to the database and
//! moves a row to another collectivité, link or application (the row opens only where it was sealed for); a linked account that outlives
//! its person ([`Vault::remove`], and whoever handles departures removes the rows); a secret that an application refuses being sent again
//! and again until the account is locked there ([`Vault::note_refusal`]).
//!
//! Storage is whatever implements [`VaultStore`]:
//!
//! ```
//! use pleiade_core::{ConnectorId, LinkId, LinkedAccount, SystemClock, TenantId};
//! use pleiade_federation::{seal::{SealKey, Sealer}, vault::{LinkedAccountKey, LinkingKind, MemoryStore, Vault}};
//! use std::sync::Arc;
//!
//! # async fn connect() -> Result<(), Box<dyn std::error::Error>> {
//! let sealer = Arc::new(Sealer::new(SealKey::generate()?, Vec::new()));
//! let vault = Vault::new(Arc::new(MemoryStore::default()), sealer, Arc::new(SystemClock::default()));
//! let key = LinkedAccountKey::new(TenantId::new("ville")?, LinkId(7), ConnectorId::new("nextcloud")?);
//! vault.put(&key, &LinkedAccount::new("jdupont", "app-password".to_owned().into()), LinkingKind::LoginFlow, None).await?;
//! let opened = vault.open(&key).await?.ok_or("connected above")?;
//! assert_eq!(opened.account.login, "jdupont");
//! vault.remove(&key).await?;
//! # Ok(())
//! # }
//! ```

mod memory;
#[cfg(test)]
mod tests;

pub use memory::MemoryStore;

use crate::seal::{Purpose, SealError, Sealer};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use pleiade_core::{Clock, ConnectorId, ExposeSecret as _, LinkId, LinkedAccount, TenantId};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, error::Error, fmt, sync::Arc};
use zeroize::Zeroizing;

/// The least time between two notes of a use.
const USE_NOTE_INTERVAL: TimeDelta = TimeDelta::minutes(1);

/// The time for which a refused secret is not sent again. An application whose own directory is down refuses everybody for a while.
const REFUSAL_COOLDOWN: TimeDelta = TimeDelta::hours(1);

/// The key of a linked account.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LinkedAccountKey {
    /// The collectivité the person acts for.
    pub tenant: TenantId,
    /// The link by which they are here.
    pub link: LinkId,
    /// The application.
    pub connector: ConnectorId,
}

impl LinkedAccountKey {
    /// The key of these three.
    #[must_use]
    pub fn new(tenant: TenantId, link: LinkId, connector: ConnectorId) -> Self {
        Self { tenant, link, connector }
    }

    /// The purpose for which the account is sealed.
    #[must_use]
    pub fn purpose(&self) -> Purpose<'_> {
        self.purpose_of("access")
    }

    /// The purpose of another value that concerns this account.
    #[must_use]
    pub fn purpose_of(&self, name: &'static str) -> Purpose<'_> {
        Purpose::new(name).for_link_in(&self.tenant, self.link).for_connector(&self.connector)
    }
}

/// How an account was linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LinkingKind {
    /// The person allowed the portal on a page of the application.
    LoginFlow,
    /// The person pasted a token or an application password.
    Pasted,
}

impl LinkingKind {
    /// Its name in storage, logs and message keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LoginFlow => "login_flow",
            Self::Pasted => "pasted",
        }
    }
}

/// A row of the vault.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LinkedAccountRecord {
    /// The collectivité, link and connector that the account belongs to.
    pub key: LinkedAccountKey,
    /// Login and secret, sealed for the key.
    pub sealed: Vec<u8>,
    /// How it was linked.
    pub how: LinkingKind,
    /// The time of the linking.
    pub created_at: DateTime<Utc>,
    /// The time of its last use, to the minute or so.
    pub last_used_at: Option<DateTime<Utc>>,
    /// The time at which the application lets it end, if known.
    pub expires_at: Option<DateTime<Utc>>,
    /// The time at which the application last refused it.
    pub refused_at: Option<DateTime<Utc>>,
}

impl fmt::Debug for LinkedAccountRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkedAccountRecord").field("key", &self.key).finish_non_exhaustive()
    }
}

impl LinkedAccountRecord {
    /// A row of an account that was just linked: never used or refused, without a known end.
    #[must_use]
    pub fn new(key: LinkedAccountKey, sealed: Vec<u8>, how: LinkingKind, created_at: DateTime<Utc>) -> Self {
        Self { key, sealed, how, created_at, last_used_at: None, expires_at: None, refused_at: None }
    }
}

/// The error of a store.
pub type StoreError = Box<dyn Error + Send + Sync>;

/// The store of linked accounts.
#[async_trait]
pub trait VaultStore: fmt::Debug + Send + Sync + 'static {
    /// One row.
    async fn linked_account(&self, key: &LinkedAccountKey)
    -> Result<Option<LinkedAccountRecord>, StoreError>;

    /// The rows of a link acting for a tenant, by connector.
    async fn linked_accounts(
        &self,
        tenant: &TenantId,
        link: LinkId,
    ) -> Result<Vec<LinkedAccountRecord>, StoreError>;

    /// Keeps a row in the place of the one with the same key.
    async fn put_linked_account(&self, record: &LinkedAccountRecord) -> Result<(), StoreError>;

    /// Drops a row. False when there is none.
    async fn delete_linked_account(&self, key: &LinkedAccountKey) -> Result<bool, StoreError>;

    /// Notes a use; an older instant changes nothing.
    async fn note_use(&self, key: &LinkedAccountKey, at: DateTime<Utc>) -> Result<(), StoreError>;

    /// Notes that the row made at `created_at` was refused, or no longer is. Nothing when another has taken its place.
    async fn note_refusal(
        &self,
        key: &LinkedAccountKey,
        created_at: DateTime<Utc>,
        refused_at: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError>;

    /// Notes of every row of an application that it is refused no longer.
    async fn lift_refusals(&self, connector: &ConnectorId) -> Result<(), StoreError>;
}

/// A vault that does not answer or a row that cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// The store failed.
    #[error("the linked accounts of people cannot be read or written")]
    Store(#[source] StoreError),
    /// Altered, moved, or sealed with a key that is gone: the person connects their account again.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// A linked account, unsealed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct UnsealedAccount {
    /// The login and the secret.
    pub account: LinkedAccount,
    /// The row it came from.
    pub record: LinkedAccountRecord,
}

impl UnsealedAccount {
    /// True if a use must be noted now. It is up to the caller to do so beside its own work.
    #[must_use]
    pub fn use_is_due(&self, now: DateTime<Utc>) -> bool {
        self.record.last_used_at.is_none_or(|last| last + USE_NOTE_INTERVAL <= now)
    }

    /// True if the secret must not be sent: it has ended, or was refused within the hour.
    #[must_use]
    pub fn is_in_cooldown(&self, now: DateTime<Utc>) -> bool {
        self.record.expires_at.is_some_and(|end| end <= now)
            || self.record.refused_at.is_some_and(|at| at + REFUSAL_COOLDOWN > now)
    }
}

#[derive(Serialize, Deserialize)]
struct SealedContent<'a> {
    login: Cow<'a, str>,
    secret: Cow<'a, str>,
}

/// The linked accounts of people, sealed. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Vault {
    store: Arc<dyn VaultStore>,
    sealer: Arc<Sealer>,
    clock: Arc<dyn Clock>,
}

impl Vault {
    /// Joins the parts.
    #[must_use]
    pub fn new(store: Arc<dyn VaultStore>, sealer: Arc<Sealer>, clock: Arc<dyn Clock>) -> Self {
        Self { store, sealer, clock }
    }

    /// Stores an account in place of the one that was linked before.
    ///
    /// # Errors
    /// [`VaultError`].
    pub async fn put(
        &self,
        key: &LinkedAccountKey,
        account: &LinkedAccount,
        how: LinkingKind,
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<(), VaultError> {
        let record = self.seal(key, account, how, expires_at)?;
        self.store.put_linked_account(&record).await.map_err(VaultError::Store)
    }

    /// The row of an account that was just linked, for a host that stores it in a transaction of its own.
    ///
    /// # Errors
    /// [`VaultError::Seal`].
    pub fn seal(
        &self,
        key: &LinkedAccountKey,
        account: &LinkedAccount,
        how: LinkingKind,
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<LinkedAccountRecord, VaultError> {
        let plain =
            SealedContent { login: (&account.login).into(), secret: account.secret.expose_secret().into() };
        let plain = serde_json::to_vec(&plain).map(Zeroizing::new).map_err(|_| SealError::Refused)?;
        Ok(LinkedAccountRecord {
            key: key.clone(),
            sealed: self.sealer.seal(key.purpose(), &plain)?,
            how,
            created_at: self.clock.now(),
            last_used_at: None,
            expires_at,
            refused_at: None,
        })
    }

    /// The account, if one was linked.
    ///
    /// # Errors
    /// [`VaultError::Seal`] when the row is not what was kept for this key.
    pub async fn open(&self, key: &LinkedAccountKey) -> Result<Option<UnsealedAccount>, VaultError> {
        let record = self.store.linked_account(key).await.map_err(VaultError::Store)?;
        record.map(|record| self.unseal(key, record)).transpose()
    }

    fn unseal(
        &self,
        key: &LinkedAccountKey,
        record: LinkedAccountRecord,
    ) -> Result<UnsealedAccount, VaultError> {
        let bytes = self.sealer.open(key.purpose(), &record.sealed)?;
        let plain: SealedContent<'_> = serde_json::from_slice(&bytes).map_err(|_| SealError::Refused)?;
        let account = LinkedAccount::new(plain.login, plain.secret.into_owned().into());
        Ok(UnsealedAccount { account, record })
    }

    /// The linked accounts of a link acting for a tenant, by connector. One that cannot be opened is listed with the error.
    ///
    /// # Errors
    /// [`VaultError::Store`].
    pub async fn list(
        &self,
        tenant: &TenantId,
        link: LinkId,
    ) -> Result<Vec<(LinkedAccountKey, Result<UnsealedAccount, VaultError>)>, VaultError> {
        let records = self.store.linked_accounts(tenant, link).await.map_err(VaultError::Store)?;
        let open = |record: LinkedAccountRecord| {
            // What opens is what was asked for, not what the row says of itself.
            let key = LinkedAccountKey::new(tenant.clone(), link, record.key.connector.clone());
            let linked_account = self.unseal(&key, record);
            (key, linked_account)
        };
        Ok(records.into_iter().map(open).collect())
    }

    /// Drops an account. False when there was none. The application is not told.
    ///
    /// # Errors
    /// [`VaultError::Store`].
    pub async fn remove(&self, key: &LinkedAccountKey) -> Result<bool, VaultError> {
        self.store.delete_linked_account(key).await.map_err(VaultError::Store)
    }

    /// Notes a use.
    ///
    /// # Errors
    /// [`VaultError::Store`].
    pub async fn note_use(&self, key: &LinkedAccountKey) -> Result<(), VaultError> {
        self.store.note_use(key, self.clock.now()).await.map_err(VaultError::Store)
    }

    /// Notes that the application refused this very account, which is in cooldown from then on.
    ///
    /// # Errors
    /// [`VaultError::Store`].
    pub async fn note_refusal(&self, linked_account: &UnsealedAccount) -> Result<(), VaultError> {
        let record = &linked_account.record;
        let at = Some(self.clock.now());
        self.store.note_refusal(&record.key, record.created_at, at).await.map_err(VaultError::Store)
    }

    /// Forgets the refusal of an account whose cooldown is over: it is tried again.
    ///
    /// # Errors
    /// [`VaultError::Store`].
    pub async fn clear_refusal(&self, linked_account: &UnsealedAccount) -> Result<(), VaultError> {
        let record = &linked_account.record;
        self.store.note_refusal(&record.key, record.created_at, None).await.map_err(VaultError::Store)
    }

    /// Forgets every refusal of an application: an administrator corrected something, and all are tried again.
    ///
    /// # Errors
    /// [`VaultError::Store`].
    pub async fn lift_refusals(&self, connector: &ConnectorId) -> Result<(), VaultError> {
        self.store.lift_refusals(connector).await.map_err(VaultError::Store)
    }
}
