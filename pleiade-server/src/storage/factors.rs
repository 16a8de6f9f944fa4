//! Second factors and recovery codes of local accounts.
//!
//! Threat: a stolen database. It holds factors sealed for their person, and digests of recovery codes.

use super::{
    Database, StorageError,
    columns::{from_name, instant, millis, name},
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::LinkId;
use serde::{Deserialize, Serialize};
use std::fmt;

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
    /// The link of the account that it protects.
    pub link: LinkId,
    /// Authenticator application or passkey.
    pub kind: FactorKind,
    /// The name that the person gave it.
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
    /// The portal's number of the factor.
    pub id: i64,
    /// The factor itself.
    pub factor: NewFactor,
    /// When it last let somebody in.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// Second factors and recovery codes.
#[async_trait]
pub trait FactorStorage: Send + Sync {
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

    /// Counts an attempt at a second factor as a failure, before it is looked at. False when the person must wait: after four failures
    /// each costs a delay, from 10 seconds to 15 minutes; an hour of rest forgets them.
    async fn begin_second_factor(&self, link: LinkId, now: DateTime<Utc>) -> Result<bool, StorageError>;

    /// Forgets the failures of somebody who proved themselves.
    async fn end_second_factor(&self, link: LinkId) -> Result<(), StorageError>;
}

struct FactorRow {
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

#[async_trait]
impl FactorStorage for Database {
    async fn add_factor(&self, new: &NewFactor) -> Result<i64, StorageError> {
        // A credential may be known already.
        let savepoint = self.savepoint().await?;
        let (id,) = savepoint
            .query(sql!(factors, "add_factor"))
            .bind(new.link.0)
            .bind(name(&new.kind)?)
            .bind(&new.name)
            .bind(&new.host)
            .bind(&new.credential)
            .bind(&new.sealed)
            .bind(new.last_step)
            .bind(millis(new.created_at))
            .fetch_one()
            .await?;
        savepoint.commit().await?;
        Ok(id)
    }

    async fn factors(&self, link: LinkId) -> Result<Vec<SecondFactor>, StorageError> {
        self.query(sql!(factors, "factors")).bind(link.0).fetch_values::<FactorRow, _>().await
    }

    async fn factor_by_credential(&self, credential: &[u8]) -> Result<Option<SecondFactor>, StorageError> {
        self.query(sql!(factors, "factor_by_credential")).bind(credential).fetch_value::<FactorRow, _>().await
    }

    async fn use_factor(
        &self,
        id: i64,
        at: DateTime<Utc>,
        step: Option<i64>,
        sealed: Option<&[u8]>,
    ) -> Result<bool, StorageError> {
        self.query(sql!(factors, "use_factor"))
            .bind(id)
            .bind(millis(at))
            .bind(step)
            .bind(sealed)
            .changed()
            .await
    }

    async fn remove_factor(&self, link: LinkId, id: i64) -> Result<bool, StorageError> {
        self.query(sql!(factors, "remove_factor")).bind(link.0).bind(id).changed().await
    }

    async fn clear_factors(&self, link: LinkId) -> Result<u64, StorageError> {
        let transaction = self.transaction().await?;
        let cleared = transaction.query(sql!(factors, "clear_factors")).bind(link.0).execute().await?;
        transaction.query(sql!(factors, "clear_recovery_codes")).bind(link.0).execute().await?;
        transaction.query(sql!(factors, "end_second_factor")).bind(link.0).execute().await?;
        transaction.commit().await?;
        Ok(cleared)
    }

    async fn replace_recovery_codes(&self, link: LinkId, hashes: &[[u8; 32]]) -> Result<(), StorageError> {
        let transaction = self.transaction().await?;
        transaction.query(sql!(factors, "clear_recovery_codes")).bind(link.0).execute().await?;
        for hash in hashes {
            transaction
                .query(sql!(factors, "add_recovery_code"))
                .bind(link.0)
                .bind(&hash[..])
                .execute()
                .await?;
        }
        transaction.commit().await
    }

    async fn use_recovery_code(
        &self,
        link: LinkId,
        hash: [u8; 32],
        at: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        self.query(sql!(factors, "use_recovery_code"))
            .bind(link.0)
            .bind(&hash[..])
            .bind(millis(at))
            .changed()
            .await
    }

    async fn recovery_codes_left(&self, link: LinkId) -> Result<i64, StorageError> {
        let (left,) = self.query(sql!(factors, "recovery_codes_left")).bind(link.0).fetch_one().await?;
        Ok(left)
    }

    async fn begin_second_factor(&self, link: LinkId, now: DateTime<Utc>) -> Result<bool, StorageError> {
        self.query(sql!(factors, "begin_second_factor")).bind(link.0).bind(millis(now)).changed().await
    }

    async fn end_second_factor(&self, link: LinkId) -> Result<(), StorageError> {
        self.query(sql!(factors, "end_second_factor")).bind(link.0).execute().await?;
        Ok(())
    }
}
