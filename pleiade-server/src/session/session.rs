//! One session, as handlers and a person's own list see it.

use super::{SessionTicket, SessionTokens, cookie_value::hash_of, life::Life};
use crate::storage::{Notice, SessionHash};
use chrono::{DateTime, Utc};
use pleiade_core::{Actor, Affiliation, LinkId, SecretString, SourceId, TenantId};
use std::{fmt, sync::Arc};
use tokio::sync::{OwnedSemaphorePermit, futures::Notified};
use tokio_util::sync::WaitForCancellationFuture;

/// A session's public name, for lists and forms: too short to be the key of anything.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SessionId(String);

impl SessionId {
    pub(super) fn from_hash(hash: SessionHash) -> Self {
        let [a, b, c, d, e, f, ..] = hash.0;
        Self([a, b, c, d, e, f].iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// That of a cookie's value; none when it cannot be one.
    pub(crate) fn from_cookie_value(value: &str) -> Option<Self> {
        hash_of(value).map(Self::from_hash)
    }

    /// As text: twelve hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Somebody signed in. A clone is the same session: it ends with it.
#[derive(Clone)]
pub struct Session {
    /// Its public name.
    pub id: SessionId,
    /// The person and the collectivité they act for.
    pub actor: Arc<Actor>,
    /// Everything they may act for from here, the acting one included.
    pub affiliations: Vec<Affiliation>,
    /// The link by which they came in, and the directory's that it relies on (the same twice when there is none): what was kept by these
    /// is theirs to see here.
    pub links: [LinkId; 2],
    /// The source that told their names, login and address.
    pub named_by: SourceId,
    /// The notices that they are shown until they put them away.
    pub notices: Vec<Notice>,
    /// The source that let them in.
    pub source: SourceId,
    /// The certainty with which that source recognised them, in its own words.
    pub acr: Option<String>,
    /// The tenant whose host it was opened on, or none on the operator's common host.
    pub site: Option<TenantId>,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// When it ends whatever happens.
    pub expires_at: DateTime<Utc>,
    pub(super) tokens: Option<SessionTokens>,
    pub(super) ticket: Option<SessionTicket>,
    pub(super) provider_session: Option<String>,
    pub(super) hash: SessionHash,
    pub(super) life: Arc<Life>,
}

/// Neither names nor tokens are shown.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("id", &self.id)
            .field("identity", &self.actor.identity.id)
            .field("acting", &self.actor.acting.tenant)
            .finish_non_exhaustive()
    }
}

impl Session {
    /// The person's tokens, where the source gave some.
    #[must_use]
    pub fn tokens(&self) -> Option<&SessionTokens> {
        self.tokens.as_ref()
    }

    /// The person's access token while it lives, and when it ends.
    #[must_use]
    pub fn access_token(&self, now: DateTime<Utc>) -> Option<(SecretString, Option<DateTime<Utc>>)> {
        let tokens = self.tokens.as_ref()?;
        let alive = tokens.expires_at.is_none_or(|end| end > now);
        let access = tokens.access.clone().filter(|_| alive)?;
        Some((access, tokens.expires_at))
    }

    /// The same session as it acts for another collectivité of its person, for one call: the rights are those of that affiliation, and
    /// nothing is kept of it. None when it is none of theirs here.
    #[must_use]
    pub fn acting_for(&self, tenant: &TenantId) -> Option<Self> {
        let affiliation = self.affiliations.iter().find(|affiliation| affiliation.tenant == *tenant)?;
        let actor = Actor::new(self.actor.identity.clone(), affiliation.clone());
        Some(Self { actor: Arc::new(actor), ..self.clone() })
    }

    /// Its key in storage.
    pub(crate) fn hash(&self) -> SessionHash {
        self.hash
    }

    /// The provider's own session, for signing out there.
    #[must_use]
    pub fn provider_session(&self) -> Option<&str> {
        self.provider_session.as_deref()
    }

    /// A place for one more stream of cards, if the session has not too many: each one reads a whole board again and again.
    #[must_use]
    pub fn stream_place(&self) -> Option<OwnedSemaphorePermit> {
        self.life.streams.clone().try_acquire_owned().ok()
    }

    /// Has the session's streams look at once: what its person has just done changes what their pages show.
    pub(crate) fn note_change(&self) {
        self.life.changed.notify_waiters();
    }

    /// Ends at the next change that the person makes on this server, from now on.
    pub fn changed(&self) -> Notified<'_> {
        self.life.changed.notified()
    }

    /// Ends when this server closes the session. A closing elsewhere is seen by [`Sessions::reload`](super::Sessions::reload) only.
    pub fn ended(&self) -> WaitForCancellationFuture<'_> {
        self.life.end.cancelled()
    }
}

/// A session in a person's own list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionLine {
    /// Its public name, by which forms name it.
    pub id: SessionId,
    pub(super) hash: SessionHash,
    /// The link by which it was opened.
    pub link: LinkId,
    /// The source that let its person in.
    pub source: SourceId,
    /// The collectivité that its person acts for.
    pub acting: TenantId,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute or so.
    pub last_seen_at: DateTime<Utc>,
    pub(super) expires_at: DateTime<Utc>,
}
