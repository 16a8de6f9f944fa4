//! Sessions, and the renewal of the tokens that they hold.

use super::{
    Database, StorageError,
    columns::{hash, instant, millis, source, subject, tenant},
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::{IdentityId, LinkId, SourceId, Subject, TenantId};
use std::fmt;

/// The SHA-256 of a session's cookie value: the value itself is stored nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionHash(pub [u8; 32]);

/// The proxy-granting ticket that a session got from another source than the one that opened it.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionTicketRecord {
    /// The source whose server gave it.
    pub source: SourceId,
    /// That server's own session, by which it may take the ticket back.
    pub provider_session: String,
    /// The ticket, sealed.
    pub sealed: Vec<u8>,
}

/// The ticket is not shown.
impl fmt::Debug for SessionTicketRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionTicketRecord").field("source", &self.source).finish_non_exhaustive()
    }
}

/// One signed-in browser.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionRecord {
    /// The hash of its cookie value, by which it is found.
    pub hash: SessionHash,
    /// The tenant whose host it was opened on, or none for the operator's common host.
    pub site: Option<TenantId>,
    /// The person who is signed in.
    pub identity: IdentityId,
    /// The link by which they came in.
    pub link: LinkId,
    /// The source that let them in.
    pub source: SourceId,
    /// The person at that source.
    pub subject: Subject,
    /// The tenant they act for.
    pub acting: TenantId,
    /// The certainty with which the source recognised them, in its own words.
    pub acr: Option<String>,
    /// The provider's own session, by which it may end this one.
    pub provider_session: Option<String>,
    /// The person's tokens, sealed.
    pub tokens: Option<Vec<u8>>,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute or so.
    pub last_seen_at: DateTime<Utc>,
    /// When it ends whatever happens.
    pub expires_at: DateTime<Utc>,
    /// The fingerprint of the source when it opened the session.
    pub source_fingerprint: Option<String>,
    /// What buys proxy tickets, where another source gave it.
    pub ticket: Option<SessionTicketRecord>,
}

/// Neither the key nor the tokens are shown.
impl fmt::Debug for SessionRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionRecord")
            .field("identity", &self.identity)
            .field("source", &self.source)
            .field("acting", &self.acting)
            .finish_non_exhaustive()
    }
}

/// Sessions.
#[async_trait]
pub trait SessionStorage: Send + Sync {
    /// Keeps a new session. [`StorageError::Conflict`] when the hash exists.
    async fn create_session(&self, session: &SessionRecord) -> Result<(), StorageError>;

    /// A session by its hash, expired or not.
    async fn session(&self, hash: SessionHash) -> Result<Option<SessionRecord>, StorageError>;

    /// False when there is no such session. In a transaction, one that is there stays until the end of that.
    async fn hold_session(&self, hash: SessionHash) -> Result<bool, StorageError>;

    /// The sessions of a person, last used first, expired or not.
    async fn sessions_of_person(&self, identity: IdentityId) -> Result<Vec<SessionRecord>, StorageError>;

    /// Notes that a session was used; an older instant changes nothing.
    async fn touch_session(&self, hash: SessionHash, at: DateTime<Utc>) -> Result<(), StorageError>;

    /// Replaces the sealed tokens of a session. False when there is no such session.
    async fn update_session_tokens(
        &self,
        hash: SessionHash,
        tokens: Option<&[u8]>,
    ) -> Result<bool, StorageError>;

    /// Keeps the provider's session and the sealed tokens that a session has from now on; none leaves what is there. False when there is no
    /// such session.
    async fn update_provider_session(
        &self,
        hash: SessionHash,
        provider_session: Option<&str>,
        tokens: Option<&[u8]>,
    ) -> Result<bool, StorageError>;

    /// Keeps the proxy-granting ticket of another source in a session, in the place of the one before. False when there is no such session.
    async fn keep_session_ticket(
        &self,
        hash: SessionHash,
        ticket: &SessionTicketRecord,
    ) -> Result<bool, StorageError>;

    /// Drops the proxy-granting tickets that a source gave other sources' sessions under this session of its own. The sessions go on. Gives
    /// them.
    async fn drop_session_tickets(
        &self,
        source: &SourceId,
        provider_session: &str,
    ) -> Result<Vec<SessionHash>, StorageError>;

    /// Claims the renewal of a session's tokens until an instant; whoever claims it next waits until then, or until the tokens are
    /// replaced. False when somebody else renews them now, or there is no such session.
    async fn claim_renewal(
        &self,
        hash: SessionHash,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<bool, StorageError>;

    /// Gives the claim of a renewal up without new tokens.
    async fn release_renewal(&self, hash: SessionHash) -> Result<(), StorageError>;

    /// Puts a session in the place of another in one step. False when that one is gone, has other tokens or another proxy-granting ticket by
    /// now, or is being renewed: nothing has changed then.
    async fn replace_session(
        &self,
        before: &SessionRecord,
        after: &SessionRecord,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError>;

    /// The collectivité for which whoever comes by a link chose to act last.
    async fn last_acting(&self, link: LinkId) -> Result<Option<TenantId>, StorageError>;

    /// Keeps that choice.
    async fn keep_last_acting(&self, link: LinkId, tenant: &TenantId) -> Result<(), StorageError>;

    /// Every source that has opened a session that is still here, with the fingerprint of its settings then.
    async fn session_sources(&self) -> Result<Vec<(SourceId, Option<String>)>, StorageError>;

    /// Ends one session. Gives what was ended.
    async fn delete_session(&self, hash: SessionHash) -> Result<Vec<SessionHash>, StorageError>;

    /// Ends every session opened by a link, and by the links that rely on it. Gives what was ended.
    async fn delete_sessions_by_link(&self, link: LinkId) -> Result<Vec<SessionHash>, StorageError>;

    /// Ends the sessions that a provider opened under this session of its own. Gives what was ended.
    async fn delete_sessions_by_provider(
        &self,
        source: &SourceId,
        provider_session: &str,
    ) -> Result<Vec<SessionHash>, StorageError>;

    /// Ends the sessions that a source has opened while its settings had this fingerprint. Gives what was ended.
    async fn delete_sessions_of_source(
        &self,
        source: &SourceId,
        fingerprint: Option<&str>,
    ) -> Result<Vec<SessionHash>, StorageError>;
}

struct SessionRow {
    hash: Vec<u8>,
    site: Option<String>,
    identity: i64,
    link: i64,
    source: String,
    issuer: String,
    subject: String,
    acting: String,
    acr: Option<String>,
    provider_session: Option<String>,
    tokens: Option<Vec<u8>>,
    created_at: i64,
    last_seen_at: i64,
    expires_at: i64,
    source_print: Option<String>,
    ticket_source: Option<String>,
    ticket_session: Option<String>,
    ticket: Option<Vec<u8>>,
}
from_row!(SessionRow {
    hash,
    site,
    identity,
    link,
    source,
    issuer,
    subject,
    acting,
    acr,
    provider_session,
    tokens,
    created_at,
    last_seen_at,
    expires_at,
    source_print,
    ticket_source,
    ticket_session,
    ticket
});

impl TryFrom<SessionRow> for SessionRecord {
    type Error = StorageError;
    fn try_from(row: SessionRow) -> Result<Self, StorageError> {
        let ticket = match (row.ticket_source, row.ticket_session, row.ticket) {
            (Some(from), Some(provider_session), Some(sealed)) => {
                Some(SessionTicketRecord { source: source(from)?, provider_session, sealed })
            }
            _ => None,
        };
        Ok(Self {
            hash: SessionHash(hash(row.hash)?),
            site: row.site.map(tenant).transpose()?,
            identity: IdentityId(row.identity),
            link: LinkId(row.link),
            source: source(row.source)?,
            subject: subject(&row.issuer, &row.subject)?,
            acting: tenant(row.acting)?,
            acr: row.acr,
            provider_session: row.provider_session,
            tokens: row.tokens,
            created_at: instant(row.created_at)?,
            last_seen_at: instant(row.last_seen_at)?,
            expires_at: instant(row.expires_at)?,
            source_fingerprint: row.source_print,
            ticket,
        })
    }
}

async fn insert_session(database: &Database, session: &SessionRecord) -> Result<(), StorageError> {
    database
        .query(sql!(sessions, "create_session"))
        .bind(&session.hash.0[..])
        .bind(session.site.as_ref().map(TenantId::as_str))
        .bind(session.identity.0)
        .bind(session.link.0)
        .bind(session.source.as_str())
        .bind(session.subject.issuer())
        .bind(session.subject.id())
        .bind(session.acting.as_str())
        .bind(&session.provider_session)
        .bind(&session.tokens)
        .bind(millis(session.created_at))
        .bind(millis(session.last_seen_at))
        .bind(millis(session.expires_at))
        .bind(&session.source_fingerprint)
        .bind(&session.acr)
        .bind(session.ticket.as_ref().map(|ticket| ticket.source.as_str()))
        .bind(session.ticket.as_ref().map(|ticket| ticket.provider_session.as_str()))
        .bind(session.ticket.as_ref().map(|ticket| ticket.sealed.as_slice()))
        .execute()
        .await?;
    Ok(())
}

struct HashRow {
    hash: Vec<u8>,
}
from_row!(HashRow { hash });

impl TryFrom<HashRow> for SessionHash {
    type Error = StorageError;
    fn try_from(row: HashRow) -> Result<Self, StorageError> {
        hash(row.hash).map(Self)
    }
}

struct ActingRow {
    tenant: String,
}
from_row!(ActingRow { tenant });

#[async_trait]
impl SessionStorage for Database {
    async fn create_session(&self, session: &SessionRecord) -> Result<(), StorageError> {
        let savepoint = self.savepoint().await?;
        insert_session(&savepoint, session).await?;
        savepoint.commit().await
    }

    async fn session(&self, hash: SessionHash) -> Result<Option<SessionRecord>, StorageError> {
        self.query(sql!(sessions, "session")).bind(&hash.0[..]).fetch_value::<SessionRow, _>().await
    }

    async fn hold_session(&self, hash: SessionHash) -> Result<bool, StorageError> {
        self.query(sql!(sessions, "hold_session")).bind(&hash.0[..]).changed().await
    }

    async fn sessions_of_person(&self, identity: IdentityId) -> Result<Vec<SessionRecord>, StorageError> {
        self.query(sql!(sessions, "sessions_of_person"))
            .bind(identity.0)
            .fetch_values::<SessionRow, _>()
            .await
    }

    async fn touch_session(&self, hash: SessionHash, at: DateTime<Utc>) -> Result<(), StorageError> {
        self.query(sql!(sessions, "touch_session")).bind(&hash.0[..]).bind(millis(at)).execute().await?;
        Ok(())
    }

    async fn update_session_tokens(
        &self,
        hash: SessionHash,
        tokens: Option<&[u8]>,
    ) -> Result<bool, StorageError> {
        self.query(sql!(sessions, "update_session_tokens")).bind(&hash.0[..]).bind(tokens).changed().await
    }

    async fn update_provider_session(
        &self,
        hash: SessionHash,
        provider_session: Option<&str>,
        tokens: Option<&[u8]>,
    ) -> Result<bool, StorageError> {
        self.query(sql!(sessions, "update_provider_session"))
            .bind(&hash.0[..])
            .bind(provider_session)
            .bind(tokens)
            .changed()
            .await
    }

    async fn keep_session_ticket(
        &self,
        hash: SessionHash,
        ticket: &SessionTicketRecord,
    ) -> Result<bool, StorageError> {
        self.query(sql!(sessions, "keep_session_ticket"))
            .bind(&hash.0[..])
            .bind(ticket.source.as_str())
            .bind(ticket.provider_session.as_str())
            .bind(ticket.sealed.as_slice())
            .changed()
            .await
    }

    async fn drop_session_tickets(
        &self,
        source: &SourceId,
        provider_session: &str,
    ) -> Result<Vec<SessionHash>, StorageError> {
        self.query(sql!(sessions, "drop_session_tickets"))
            .bind(source.as_str())
            .bind(provider_session)
            .fetch_values::<HashRow, _>()
            .await
    }

    async fn claim_renewal(
        &self,
        hash: SessionHash,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        self.query(sql!(sessions, "claim_renewal"))
            .bind(&hash.0[..])
            .bind(millis(until))
            .bind(millis(now))
            .changed()
            .await
    }

    async fn release_renewal(&self, hash: SessionHash) -> Result<(), StorageError> {
        self.query(sql!(sessions, "release_renewal")).bind(&hash.0[..]).execute().await?;
        Ok(())
    }

    async fn last_acting(&self, link: LinkId) -> Result<Option<TenantId>, StorageError> {
        let row =
            self.query(sql!(sessions, "last_acting")).bind(link.0).fetch_optional::<ActingRow>().await?;
        row.map(|row| tenant(row.tenant)).transpose()
    }

    async fn keep_last_acting(&self, link: LinkId, acting: &TenantId) -> Result<(), StorageError> {
        self.query(sql!(sessions, "keep_last_acting")).bind(link.0).bind(acting.as_str()).execute().await?;
        Ok(())
    }

    async fn replace_session(
        &self,
        before: &SessionRecord,
        after: &SessionRecord,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let transaction = self.transaction().await?;
        let taken = transaction
            .query(sql!(sessions, "take_session"))
            .bind(&before.hash.0[..])
            .bind(&before.tokens)
            .bind(millis(now))
            .bind(before.ticket.as_ref().map(|ticket| ticket.sealed.as_slice()))
            .execute()
            .await?;
        if taken == 0 {
            return Ok(false);
        }
        insert_session(&transaction, after).await?;
        transaction.commit().await?;
        Ok(true)
    }

    async fn session_sources(&self) -> Result<Vec<(SourceId, Option<String>)>, StorageError> {
        let rows: Vec<(String, Option<String>)> =
            self.query(sql!(sessions, "session_sources")).fetch_all().await?;
        rows.into_iter().map(|(id, fingerprint)| Ok((source(id)?, fingerprint))).collect()
    }

    async fn delete_session(&self, hash: SessionHash) -> Result<Vec<SessionHash>, StorageError> {
        self.query(sql!(sessions, "delete_session")).bind(&hash.0[..]).fetch_values::<HashRow, _>().await
    }

    async fn delete_sessions_by_link(&self, link: LinkId) -> Result<Vec<SessionHash>, StorageError> {
        self.query(sql!(sessions, "delete_sessions_by_link")).bind(link.0).fetch_values::<HashRow, _>().await
    }

    async fn delete_sessions_by_provider(
        &self,
        source: &SourceId,
        provider_session: &str,
    ) -> Result<Vec<SessionHash>, StorageError> {
        self.query(sql!(sessions, "delete_sessions_by_provider"))
            .bind(source.as_str())
            .bind(provider_session)
            .fetch_values::<HashRow, _>()
            .await
    }

    async fn delete_sessions_of_source(
        &self,
        source: &SourceId,
        fingerprint: Option<&str>,
    ) -> Result<Vec<SessionHash>, StorageError> {
        self.query(sql!(sessions, "delete_sessions_of_source"))
            .bind(source.as_str())
            .bind(fingerprint)
            .fetch_values::<HashRow, _>()
            .await
    }
}

/// Drops the sessions that have ended or were not used since, and says how many.
pub(super) async fn purge(
    database: &Database,
    now: DateTime<Utc>,
    idle_since: DateTime<Utc>,
) -> Result<u64, StorageError> {
    database
        .query(sql!(sessions, "purge_sessions"))
        .bind(millis(now))
        .bind(millis(idle_since))
        .execute()
        .await
}
