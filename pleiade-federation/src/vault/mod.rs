//! The accounts that people connected to the portal, sealed.
//!
//! Threats: a stolen or copied database (secrets and logins are sealed, the key is elsewhere); somebody who writes to the database and
//! moves a row to another collectivité, link or application (the row opens only where it was sealed for); an access that outlives its
//! person ([`Vault::remove`], and whoever handles departures removes the rows); a secret that an application refuses being sent again and
//! again until the account is locked there ([`Vault::refused`]).
//!
//! Storage is whatever implements [`VaultStore`]:
//!
//! ```
//! use pleiade_core::{ConnectorId, LinkId, LinkedLogin, SystemClock, TenantId};
//! use pleiade_federation::{seal::{SealKey, Sealer}, vault::{AccessKey, Connected, MemoryStore, Vault}};
//! use std::sync::Arc;
//!
//! # async fn connect() -> Result<(), Box<dyn std::error::Error>> {
//! let sealer = Arc::new(Sealer::new(SealKey::generate()?, Vec::new()));
//! let vault = Vault::new(Arc::new(MemoryStore::default()), sealer, Arc::new(SystemClock::default()));
//! let key = AccessKey::new(TenantId::new("ville")?, LinkId(7), ConnectorId::new("nextcloud")?);
//! vault.put(&key, &LinkedLogin::new("jdupont", "app-password".to_owned().into()), Connected::LoginFlow, None).await?;
//! let access = vault.open(&key).await?.ok_or("connected above")?;
//! assert_eq!(access.account.login, "jdupont");
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
use pleiade_core::{Clock, ConnectorId, ExposeSecret as _, LinkId, LinkedLogin, TenantId};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, error::Error, fmt, sync::Arc};
use zeroize::Zeroizing;

/// How often a use is written down.
const USE_IS_NOTED_EVERY: TimeDelta = TimeDelta::minutes(1);

/// How long a secret that was refused is not sent again. An application whose own directory is down refuses everybody for a while.
const REFUSED_RESTS: TimeDelta = TimeDelta::hours(1);

/// Whose access to what.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccessKey {
    /// The collectivité the person acts for.
    pub tenant: TenantId,
    /// The link by which they are here.
    pub link: LinkId,
    /// The application.
    pub connector: ConnectorId,
}

impl AccessKey {
    /// Joins the three.
    #[must_use]
    pub fn new(tenant: TenantId, link: LinkId, connector: ConnectorId) -> Self {
        Self { tenant, link, connector }
    }

    /// What the secret of this access is sealed for.
    #[must_use]
    pub fn purpose(&self) -> Purpose<'_> {
        self.purpose_of("access")
    }

    /// What something else about this access is sealed for.
    #[must_use]
    pub fn purpose_of(&self, name: &'static str) -> Purpose<'_> {
        Purpose::new(name).of(&self.tenant, self.link).towards(&self.connector)
    }
}

/// How an account was connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Connected {
    /// The person allowed the portal on a page of the application.
    LoginFlow,
    /// The person pasted a token or an application password.
    Pasted,
}

/// A row of the vault.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessRecord {
    /// Whose access to what.
    pub key: AccessKey,
    /// Login and secret, sealed for the key.
    pub sealed: Vec<u8>,
    /// How it was connected.
    pub how: Connected,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute or so.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When the application lets it end, where known.
    pub expires_at: Option<DateTime<Utc>>,
    /// When the application last refused it.
    pub refused_at: Option<DateTime<Utc>>,
}

impl fmt::Debug for AccessRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessRecord").field("key", &self.key).finish_non_exhaustive()
    }
}

impl AccessRecord {
    /// An access that was just connected, never used or refused, and of which no end is known.
    #[must_use]
    pub fn new(key: AccessKey, sealed: Vec<u8>, how: Connected, created_at: DateTime<Utc>) -> Self {
        Self { key, sealed, how, created_at, last_used_at: None, expires_at: None, refused_at: None }
    }
}

/// Why a store failed.
pub type StoreError = Box<dyn Error + Send + Sync>;

/// Where rows are kept.
#[async_trait]
pub trait VaultStore: fmt::Debug + Send + Sync + 'static {
    /// One row.
    async fn access(&self, key: &AccessKey) -> Result<Option<AccessRecord>, StoreError>;

    /// The rows of a link acting for a tenant, by connector.
    async fn accesses(&self, tenant: &TenantId, link: LinkId) -> Result<Vec<AccessRecord>, StoreError>;

    /// Keeps a row in the place of the one with the same key.
    async fn put_access(&self, record: &AccessRecord) -> Result<(), StoreError>;

    /// Drops a row. False when there is none.
    async fn delete_access(&self, key: &AccessKey) -> Result<bool, StoreError>;

    /// Notes a use; an older instant changes nothing.
    async fn use_access(&self, key: &AccessKey, at: DateTime<Utc>) -> Result<(), StoreError>;

    /// Notes that the row made at `created_at` was refused, or no longer is. Nothing when another has taken its place.
    async fn refuse_access(
        &self,
        key: &AccessKey,
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
    #[error("the accesses of people cannot be read or written")]
    Store(#[source] StoreError),
    /// Altered, moved, or sealed with a key that is gone: the person connects their account again.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// An access, opened.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Access {
    /// The account.
    pub account: LinkedLogin,
    /// The row it came from.
    pub record: AccessRecord,
}

impl Access {
    /// Whether a use must be written down now. It is up to the caller to do so beside its own work.
    #[must_use]
    pub fn use_is_due(&self, now: DateTime<Utc>) -> bool {
        self.record.last_used_at.is_none_or(|last| last + USE_IS_NOTED_EVERY <= now)
    }

    /// Whether it must not be sent: it has ended, or was refused within the hour.
    #[must_use]
    pub fn rests(&self, now: DateTime<Utc>) -> bool {
        self.record.expires_at.is_some_and(|end| end <= now)
            || self.record.refused_at.is_some_and(|at| at + REFUSED_RESTS > now)
    }
}

#[derive(Serialize, Deserialize)]
struct Plain<'a> {
    login: Cow<'a, str>,
    secret: Cow<'a, str>,
}

/// The accesses of people. Cloning is cheap.
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

    /// Keeps an account in the place of the one that was connected before.
    ///
    /// # Errors
    /// [`VaultError`].
    pub async fn put(
        &self,
        key: &AccessKey,
        account: &LinkedLogin,
        how: Connected,
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<(), VaultError> {
        let plain = Plain { login: (&account.login).into(), secret: account.secret.expose_secret().into() };
        let plain = serde_json::to_vec(&plain).map(Zeroizing::new).map_err(|_| SealError::Refused)?;
        let record = AccessRecord {
            key: key.clone(),
            sealed: self.sealer.seal(key.purpose(), &plain)?,
            how,
            created_at: self.clock.now(),
            last_used_at: None,
            expires_at,
            refused_at: None,
        };
        self.store.put_access(&record).await.map_err(VaultError::Store)
    }

    /// An account, if it was connected.
    ///
    /// # Errors
    /// [`VaultError::Seal`] when the row is not what was kept for this key.
    pub async fn open(&self, key: &AccessKey) -> Result<Option<Access>, VaultError> {
        let record = self.store.access(key).await.map_err(VaultError::Store)?;
        record.map(|record| self.unseal(key, record)).transpose()
    }

    fn unseal(&self, key: &AccessKey, record: AccessRecord) -> Result<Access, VaultError> {
        let bytes = self.sealer.open(key.purpose(), &record.sealed)?;
        let plain: Plain<'_> = serde_json::from_slice(&bytes).map_err(|_| SealError::Refused)?;
        let account = LinkedLogin::new(plain.login, plain.secret.into_owned().into());
        Ok(Access { account, record })
    }

    /// The accesses of a link acting for a tenant, by connector. One that cannot be opened is listed with why.
    ///
    /// # Errors
    /// [`VaultError::Store`].
    pub async fn list(
        &self,
        tenant: &TenantId,
        link: LinkId,
    ) -> Result<Vec<(AccessKey, Result<Access, VaultError>)>, VaultError> {
        let records = self.store.accesses(tenant, link).await.map_err(VaultError::Store)?;
        let open = |record: AccessRecord| {
            // What opens is what was asked for, not what the row says of itself.
            let key = AccessKey::new(tenant.clone(), link, record.key.connector.clone());
            let access = self.unseal(&key, record);
            (key, access)
        };
        Ok(records.into_iter().map(open).collect())
    }

    /// Drops an access. False when there was none. The application is not told.
    ///
    /// # Errors
    /// [`VaultError::Store`].
    pub async fn remove(&self, key: &AccessKey) -> Result<bool, VaultError> {
        self.store.delete_access(key).await.map_err(VaultError::Store)
    }

    /// Notes a use.
    ///
    /// # Errors
    /// [`VaultError::Store`].
    pub async fn used(&self, key: &AccessKey) -> Result<(), VaultError> {
        self.store.use_access(key, self.clock.now()).await.map_err(VaultError::Store)
    }

    /// Notes that the application refused this very access, which rests from then on.
    ///
    /// # Errors
    /// [`VaultError::Store`].
    pub async fn refused(&self, access: &Access) -> Result<(), VaultError> {
        let record = &access.record;
        let at = Some(self.clock.now());
        self.store.refuse_access(&record.key, record.created_at, at).await.map_err(VaultError::Store)
    }

    /// Forgets that the application refused it: it has rested, and is tried again.
    ///
    /// # Errors
    /// [`VaultError::Store`].
    pub async fn tried_again(&self, access: &Access) -> Result<(), VaultError> {
        let record = &access.record;
        self.store.refuse_access(&record.key, record.created_at, None).await.map_err(VaultError::Store)
    }

    /// Forgets that an application refused anybody: an administrator mended something, and all are tried again.
    ///
    /// # Errors
    /// [`VaultError::Store`].
    pub async fn lift_refusals(&self, connector: &ConnectorId) -> Result<(), VaultError> {
        self.store.lift_refusals(connector).await.map_err(VaultError::Store)
    }
}
