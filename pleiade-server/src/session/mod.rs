//! Sessions: who is signed in.
//!
//! Threats: a stolen database (only the SHA-256 of a cookie value is kept), a guessed value (256 random bits), a value fixed in
//! advance by somebody else (a new one at sign-in and at each change of collectivité), a value carried to another
//! collectivité's host (refused), a right that has gone (affiliations are read again at least every [`Limits::memory`]), a session
//! that outlives its person (idle and absolute ends, closed one by one, all at once, or by the provider), a session that speaks with the
//! words of another link of the same person (it reads the facts of its own link, and of the directory that this link relies on).

mod closing;
mod cookie_value;
mod error;
mod extract;
mod facts;
mod holders;
mod life;
mod renewal;
mod renewal_state;
mod rights;
#[expect(clippy::module_inception, reason = "the file of the type that the folder is about")]
mod session;
#[cfg(test)]
mod tests;
mod tickets;
mod tokens;
mod unwritten;
mod unwritten_ends;

pub(crate) use closing::EndLine;
pub use error::SessionError;
pub use extract::{Administrator, MaybeSignedIn, SignedIn, require_role};
pub use facts::Facts;
pub use renewal::{AccessToken, TokenError};
pub use rights::{Rights, SourceRights};
pub use session::{Session, SessionId, SessionLine};
pub use tickets::SessionTicket;
pub use tokens::SessionTokens;
pub use unwritten_ends::SessionEnd;

pub(crate) use cookie_value::hash_of;
use cookie_value::new_value;

use crate::{
    seal::{Purpose, SealError, Sealer},
    storage::{NewAuditLine, SessionHash, SessionRecord, Storage, StorageError},
    web::cookies::CookieRule,
};
use chrono::{DateTime, Utc};
use moka::future::Cache;
use pleiade_core::{
    Actor, Affiliation, Clock, IdentityId, LinkId, SecretString, SourceId, Subject, TenantId,
};
use pleiade_federation::mapping::Explanation;
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio_util::task::TaskTracker;

/// Sessions remembered, and renewals of their tokens, at most. One that gave way is read again.
const MAX_REMEMBERED: u64 = 100_000;

/// Time after which a session that nobody uses is not remembered any more.
const REMEMBERED_FOR: Duration = Duration::from_secs(600);

/// Time for which the last renewal of a session's tokens is remembered.
const RENEWAL_REMEMBERED_FOR: Duration = Duration::from_secs(3600);

/// Bound on the tries to change collectivité while the tokens of the session are being renewed: ten seconds in all.
const MAX_SWITCH_TRIES: u32 = 40;

/// The durations of sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// A session unused for so long has ended.
    pub idle: Duration,
    /// A session so old has ended.
    pub absolute: Duration,
    /// Time for which a session is believed without asking storage: the longest that another replica may go on after a revocation.
    pub memory: Duration,
    /// Interval at which storage learns that a session is in use.
    pub touch: Duration,
}

impl Default for Limits {
    /// One hour idle, ten hours in all, thirty seconds in memory, one write a minute.
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(3600),
            absolute: Duration::from_secs(10 * 3600),
            memory: Duration::from_secs(30),
            touch: Duration::from_secs(60),
        }
    }
}

/// The session to open at the end of a sign-in.
#[derive(Debug)]
pub struct NewSession {
    /// The tenant whose host it is, or none on the operator's common host.
    pub site: Option<TenantId>,
    /// The person who signs in.
    pub identity: IdentityId,
    /// The link by which they came in.
    pub link: LinkId,
    /// The tenant they act for first.
    pub acting: TenantId,
    /// The source that let them in.
    pub source: SourceId,
    /// The person at that source.
    pub subject: Subject,
    /// The certainty with which the source recognised them, in its own words.
    pub acr: Option<String>,
    /// The provider's own session.
    pub provider_session: Option<String>,
    /// The tokens that the provider gave for them.
    pub tokens: Option<SessionTokens>,
}

#[derive(Debug)]
struct CachedSession {
    session: Arc<Session>,
    /// Injected monotonic time.
    read_at: Duration,
    /// Milliseconds since 1970, ahead of storage by at most [`Limits::touch`].
    last_seen: AtomicI64,
}

/// The sessions of the instance. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Sessions(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    storage: Arc<dyn Storage>,
    sealer: Arc<Sealer>,
    clock: Arc<dyn Clock>,
    limits: Limits,
    cookie: CookieRule,
    rights: Rights,
    known: Cache<SessionHash, Arc<CachedSession>>,
    lives: life::Lives,
    /// Counts revocations, so that a session read just before one is not remembered just after it.
    revocations: AtomicU64,
    tasks: TaskTracker,
    unwritten: unwritten_ends::UnwrittenEnds,
    renewals: Cache<SessionHash, Arc<renewal_state::Renewal>>,
}

/// Its person, who asks for something in it.
impl From<&Session> for crate::audit::AuditActor {
    fn from(session: &Session) -> Self {
        Self { party: (&session.actor.identity).into(), session: Some(session.hash) }
    }
}

/// Whether a session that was read a moment ago is good enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lookup {
    /// It is.
    Remembered,
    /// It is read again.
    Stored,
}

impl Sessions {
    /// Sessions kept in storage, their rights judged by these rules. A session of a source that has no rules here, or was something else
    /// when it opened the session, is nobody's. `tasks` runs the writes that no request waits for.
    #[must_use]
    pub fn new(
        storage: Arc<dyn Storage>,
        sealer: Arc<Sealer>,
        clock: Arc<dyn Clock>,
        limits: Limits,
        cookie: CookieRule,
        tasks: TaskTracker,
        rights: Rights,
    ) -> Self {
        let known = Cache::builder().max_capacity(MAX_REMEMBERED).time_to_idle(REMEMBERED_FOR).build();
        let revocations = AtomicU64::new(0);
        let renewals =
            Cache::builder().max_capacity(MAX_REMEMBERED).time_to_idle(RENEWAL_REMEMBERED_FOR).build();
        Self(Arc::new(Inner {
            storage,
            sealer,
            clock,
            limits,
            cookie,
            rights,
            known,
            lives: life::Lives::default(),
            revocations,
            tasks,
            unwritten: unwritten_ends::UnwrittenEnds::default(),
            renewals,
        }))
    }

    /// What a source is now: see [`SourceRights`](rights::SourceRights). None where there is no such source.
    pub(crate) fn present_fingerprint(&self, source: &SourceId) -> Option<&str> {
        self.0.rights.fingerprint(source)
    }

    fn is_of_present_source(&self, source: &SourceId, fingerprint: Option<&String>) -> bool {
        self.0
            .rights
            .fingerprint(source)
            .is_some_and(|present| Some(present) == fingerprint.map(String::as_str))
    }

    /// The rule by which the cookie is named and written.
    #[must_use]
    pub fn cookie(&self) -> CookieRule {
        self.0.cookie
    }

    /// Opens a session and gives its cookie value. Whatever value the browser had before means nothing.
    ///
    /// # Errors
    /// [`SessionError::NotAllowed`] when the source gives no such affiliation.
    pub async fn open(&self, new: NewSession) -> Result<SecretString, SessionError> {
        self.open_with(new, None, None).await
    }

    /// [`open`](Self::open), in one transaction with the line that tells it, for a local account whose password and second factors were
    /// verified in this version: whoever changes them meanwhile closes this session too.
    ///
    /// # Errors
    /// Those of [`open`](Self::open); [`SessionError::NotAllowed`] too when the account is another by now.
    pub async fn open_with(
        &self,
        new: NewSession,
        line: Option<NewAuditLine>,
        account_version: Option<&str>,
    ) -> Result<SecretString, SessionError> {
        let now = self.0.clock.now();
        let facts = self.facts(new.link).await?.filter(|facts| {
            let own = &facts.own;
            own.identity == new.identity && own.source == new.source && own.subject == new.subject
        });
        let facts = facts.ok_or(SessionError::NotAllowed)?;
        let theirs = self.0.rights.judge(&facts, new.site.as_ref(), new.acr.as_deref());
        if !theirs.iter().any(|affiliation| affiliation.tenant == new.acting) {
            return Err(SessionError::NotAllowed);
        }
        let fingerprint = self.0.rights.fingerprint(&new.source).ok_or(SessionError::NotAllowed)?.to_owned();
        let sealed =
            new.tokens.as_ref().map(|tokens| self.seal(&new.acting, new.link, tokens)).transpose()?;
        let (value, hash) = new_value()?;
        let record = SessionRecord {
            hash,
            site: new.site,
            identity: new.identity,
            link: new.link,
            source: new.source,
            subject: new.subject,
            acting: new.acting,
            acr: new.acr,
            provider_session: new.provider_session,
            tokens: sealed,
            created_at: now,
            last_seen_at: now,
            expires_at: now + self.0.limits.absolute,
            source_fingerprint: Some(fingerprint),
            ticket: None,
        };
        let change = self.0.storage.begin().await?;
        if !change.hold_open_link(record.link).await? {
            return Err(SessionError::NotAllowed);
        }
        if let Some(version) = account_version {
            let account = change.local_account_of_link(record.link).await?;
            let factors = change.factors(record.link).await?;
            let verified = account.filter(|account| account.version(&factors) == version);
            let hash = verified.map(|account| account.password_hash).ok_or(SessionError::NotAllowed)?;
            if !change.replace_password_hash(record.link, &hash, &hash).await? {
                return Err(SessionError::NotAllowed);
            }
        }
        change.create_session(&record).await?;
        change.commit_with(line).await?;
        Ok(value)
    }

    /// The session of a cookie value on this site (none: the operator's common host). What is malformed, unknown, ended, of another site,
    /// or without right any more is nobody.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn find_session(
        &self,
        value: &str,
        site: Option<&TenantId>,
    ) -> Result<Option<Arc<Session>>, SessionError> {
        self.find_session_as(value, site, Lookup::Remembered).await
    }

    /// The same as storage has it by now, for whoever is about to change something: what another replica ended a moment ago is nobody here
    /// too. While storage fails, as it is remembered.
    ///
    /// # Errors
    /// When storage fails and nothing is remembered.
    pub async fn find_stored_session(
        &self,
        value: &str,
        site: Option<&TenantId>,
    ) -> Result<Option<Arc<Session>>, SessionError> {
        self.find_session_as(value, site, Lookup::Stored).await
    }

    async fn find_session_as(
        &self,
        value: &str,
        site: Option<&TenantId>,
        lookup: Lookup,
    ) -> Result<Option<Arc<Session>>, SessionError> {
        let Some(hash) = hash_of(value) else { return Ok(None) };
        let Some(known) = self.session_by_hash(hash, lookup).await? else { return Ok(None) };
        if known.session.site.as_ref() != site {
            return Ok(None);
        }
        self.touch(&known);
        Ok(Some(known.session.clone()))
    }

    /// The session as it is by now, without counting as a use of it; none when it has ended. For whoever holds one for longer than a
    /// request.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn reload(&self, session: &Session) -> Result<Option<Arc<Session>>, SessionError> {
        if session.life.end.is_cancelled() {
            return Ok(None);
        }
        Ok(self.session_by_hash(session.hash, Lookup::Remembered).await?.map(|known| known.session.clone()))
    }

    /// Acts for another tenant: a new cookie value, the old one opens nothing any more, and the line that tells it. Age and end stay.
    ///
    /// # Errors
    /// [`SessionError::NotAllowed`].
    pub async fn switch(
        &self,
        session: &Session,
        acting: &TenantId,
        line: &NewAuditLine,
    ) -> Result<SecretString, SessionError> {
        for _ in 0..MAX_SWITCH_TRIES {
            if self.0.unwritten.refuses(session.hash) {
                return Err(SessionError::NotAllowed);
            }
            let record = self.0.storage.session(session.hash).await?.ok_or(SessionError::NotAllowed)?;
            let theirs = self.affiliations_of_record(&record).await?;
            if !theirs.iter().any(|affiliation| affiliation.tenant == *acting) {
                return Err(SessionError::NotAllowed);
            }
            let tokens = self.open_tokens(&record)?;
            let tokens = tokens.map(|tokens| self.seal(acting, record.link, &tokens)).transpose()?;
            let (value, hash) = new_value()?;
            let now = self.0.clock.now();
            let ticket = self.reseal_ticket(&record, acting)?;
            let acting = acting.clone();
            let after = SessionRecord { hash, acting, tokens, ticket, last_seen_at: now, ..record.clone() };
            // In one step: a session that its provider ends meanwhile does not live on under another name, and tokens that are being
            // renewed are waited for.
            let change = self.0.storage.begin().await?;
            if change.replace_session(&record, &after, now).await? {
                change.keep_last_acting(record.link, &after.acting).await?;
                change.commit_with([line.clone()]).await?;
                self.0.lives.go_on(&session.life, hash);
                session.life.end.cancel();
                // A sign-out meanwhile that storage could not take has ended the session under its new name too.
                if self.0.unwritten.refuses(session.hash) {
                    let _ = self.end(hash, after.expires_at, None).await?;
                    return Err(SessionError::NotAllowed);
                }
                self.forget(vec![session.hash]).await;
                return Ok(value);
            }
            drop(change);
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        Err(SessionError::Busy)
    }

    /// Replaces the provider's session and the tokens, each as a whole, by those of a new proof; one that was not given stays. The end of
    /// the new provider session ends ours from now on. False when the session has ended meanwhile.
    ///
    /// A renewal under way elsewhere may still put the tokens of the old provider session back: they are the same person's.
    ///
    /// # Errors
    /// When sealing or storage fails.
    pub async fn replace_provider_session(
        &self,
        session: &Session,
        provider_session: Option<&str>,
        tokens: Option<&SessionTokens>,
    ) -> Result<bool, SessionError> {
        let actor = &session.actor;
        let seal = |tokens| self.seal(&actor.acting.tenant, actor.identity.link, tokens);
        let sealed = tokens.map(seal).transpose()?;
        let kept =
            self.0.storage.update_provider_session(session.hash, provider_session, sealed.as_deref()).await?;
        self.invalidate(session).await;
        Ok(kept)
    }

    /// Forgets a session that has changed in storage: it is read again by the next look, and goes on.
    pub(crate) async fn invalidate(&self, session: &Session) {
        self.invalidate_hash(&session.hash).await;
    }

    async fn invalidate_hash(&self, hash: &SessionHash) {
        self.0.revocations.fetch_add(1, Ordering::SeqCst);
        self.0.known.invalidate(hash).await;
    }

    fn open_tokens(&self, record: &SessionRecord) -> Result<Option<SessionTokens>, SessionError> {
        let Some(sealed) = &record.tokens else { return Ok(None) };
        let purpose = SessionTokens::PURPOSE.for_link_in(&record.acting, record.link);
        Ok(Some(SessionTokens::from_json(&self.0.sealer.open(purpose, sealed)?)?))
    }

    /// The living sessions of a person by whichever link, last used first. Whoever shows or closes them keeps those that are the reader's
    /// to see: of their own link, or acting for the collectivité that they administer.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn list(&self, identity: IdentityId) -> Result<Vec<SessionLine>, SessionError> {
        let now = self.0.clock.now();
        let mut records = self.0.storage.sessions_of_person(identity).await?;
        records.retain(|record| {
            self.is_alive(record.expires_at, record.last_seen_at, now)
                && !self.0.unwritten.refuses(record.hash)
        });
        let line = |record: SessionRecord| SessionLine {
            id: SessionId::from_hash(record.hash),
            hash: record.hash,
            link: record.link,
            source: record.source,
            acting: record.acting,
            created_at: record.created_at,
            last_seen_at: record.last_seen_at,
            expires_at: record.expires_at,
        };
        Ok(records.into_iter().map(line).collect())
    }

    /// The living sessions that the link of a session opened, that one among them: one that another link opened is that one's to see and
    /// to close.
    ///
    /// # Errors
    /// When storage fails.
    pub(crate) async fn list_of_link(&self, session: &Session) -> Result<Vec<SessionLine>, SessionError> {
        let identity = &session.actor.identity;
        let mut lines = self.list(identity.id).await?;
        lines.retain(|line| line.link == identity.link);
        Ok(lines)
    }

    /// Drops from storage what has ended. To be called now and then by one background task.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn purge(&self) -> Result<u64, SessionError> {
        let now = self.0.clock.now();
        Ok(self.0.storage.purge_expired(now, now - self.0.limits.idle).await?)
    }

    fn is_alive(&self, expires_at: DateTime<Utc>, last_seen_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        expires_at > now && last_seen_at + self.0.limits.idle > now
    }

    /// A living session, from memory while young enough, else from storage.
    async fn session_by_hash(
        &self,
        hash: SessionHash,
        lookup: Lookup,
    ) -> Result<Option<Arc<CachedSession>>, SessionError> {
        if self.0.unwritten.refuses(hash) {
            return Ok(None);
        }
        let now = self.0.clock.now();
        let before = self.0.known.get(&hash).await;
        let young = |known: &Arc<CachedSession>| {
            self.0.clock.elapsed().saturating_sub(known.read_at) < self.0.limits.memory
        };
        let known = match before {
            Some(known) if young(&known) && lookup == Lookup::Remembered => known,
            before => {
                let seen = self.0.revocations.load(Ordering::SeqCst);
                let loaded = match (self.load(hash, before.as_deref()).await, &before) {
                    (Err(SessionError::Storage(_)), Some(known)) if young(known) => Some(known.clone()),
                    (loaded, _) => loaded?,
                };
                let Some(known) = loaded else {
                    // An invented value ends nothing, and must not disturb those who are being remembered.
                    match before {
                        Some(_) => drop(self.forget(vec![hash]).await),
                        None => self.0.lives.end(hash),
                    }
                    return Ok(None);
                };
                self.0.known.insert(hash, known.clone()).await;
                if self.0.revocations.load(Ordering::SeqCst) != seen {
                    self.0.known.invalidate(&hash).await;
                }
                known
            }
        };
        let last_seen =
            DateTime::from_timestamp_millis(known.last_seen.load(Ordering::Relaxed)).unwrap_or_default();
        Ok(self.is_alive(known.session.expires_at, last_seen, now).then_some(known))
    }

    async fn load(
        &self,
        hash: SessionHash,
        before: Option<&CachedSession>,
    ) -> Result<Option<Arc<CachedSession>>, SessionError> {
        let read_at = self.0.clock.elapsed();
        let Some(record) = self.0.storage.session(hash).await? else { return Ok(None) };
        if !self.is_of_present_source(&record.source, record.source_fingerprint.as_ref()) {
            return Ok(None);
        }
        let Some(facts) = self.facts_of(&record).await? else { return Ok(None) };
        let affiliations = self.0.rights.judge(&facts, record.site.as_ref(), record.acr.as_deref());
        let Some(acting) = affiliations.iter().find(|affiliation| affiliation.tenant == record.acting) else {
            return Ok(None);
        };
        let tokens = self.open_tokens(&record)?;
        let identity = facts.identity();
        let of_person = |ticket: &SessionTicket| identity.login.as_deref() == Some(ticket.user.as_str());
        let ticket = self.open_ticket(&record).filter(of_person);
        let (links, named_by) = (facts.links(), facts.named_by().clone());
        let memory = before.map_or(i64::MIN, |known| known.last_seen.load(Ordering::Relaxed));
        let last_seen = AtomicI64::new(record.last_seen_at.timestamp_millis().max(memory));
        let session = Arc::new(Session {
            id: SessionId::from_hash(hash),
            actor: Arc::new(Actor::new(identity, acting.clone())),
            affiliations,
            notices: self.0.storage.notices_of_links(links).await?,
            links,
            named_by,
            source: record.source,
            acr: record.acr,
            site: record.site,
            created_at: record.created_at,
            expires_at: record.expires_at,
            tokens,
            ticket,
            provider_session: record.provider_session,
            hash,
            // An end that came meanwhile is theirs too.
            life: before.map_or_else(|| self.0.lives.of(hash), |known| known.session.life.clone()),
        });
        Ok(Some(Arc::new(CachedSession { session, read_at, last_seen })))
    }

    /// The facts that a link tells, and those of the directory that it relies on; none when it is closed or gone.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn facts(&self, link: LinkId) -> Result<Option<Facts>, StorageError> {
        let Some(own) = self.0.storage.link_facts(link).await?.filter(|own| !own.disabled) else {
            return Ok(None);
        };
        let directory = match (self.0.rights.directory(&own.source), own.directory) {
            (Some(source), Some(id)) => {
                let told = self.0.storage.link_facts(id).await?;
                told.filter(|told| told.source == *source && !told.disabled)
            }
            _ => None,
        };
        Ok(Some(Facts { own, directory }))
    }

    /// The facts of a session's link, if it still is the link that opened the session.
    async fn facts_of(&self, record: &SessionRecord) -> Result<Option<Facts>, StorageError> {
        let facts = self.facts(record.link).await?;
        Ok(facts.filter(|Facts { own, .. }| {
            own.identity == record.identity && own.source == record.source && own.subject == record.subject
        }))
    }

    /// The affiliations of somebody who comes by a link on this site, with their roles.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn affiliations(
        &self,
        link: LinkId,
        site: Option<&TenantId>,
        acr: Option<&str>,
    ) -> Result<Vec<Affiliation>, StorageError> {
        let facts = self.facts(link).await?;
        Ok(facts.map_or_else(Vec::new, |facts| self.0.rights.judge(&facts, site, acr)))
    }

    /// The affiliation that these facts give to a collectivité, with its roles, whatever the site.
    #[must_use]
    pub fn judge(&self, facts: &Facts, tenant: &TenantId) -> Option<Affiliation> {
        self.0
            .rights
            .judge(facts, Some(tenant), None)
            .into_iter()
            .find(|affiliation| affiliation.tenant == *tenant)
    }

    async fn affiliations_of_record(&self, record: &SessionRecord) -> Result<Vec<Affiliation>, StorageError> {
        let facts = self.facts_of(record).await?;
        Ok(facts.map_or_else(Vec::new, |facts| {
            self.0.rights.judge(&facts, record.site.as_ref(), record.acr.as_deref())
        }))
    }

    /// The reasons for which a session has its rights, by collectivité.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn explain(
        &self,
        session: &Session,
    ) -> Result<BTreeMap<TenantId, Vec<Explanation>>, StorageError> {
        let facts = self.facts(session.actor.identity.link).await?;
        Ok(facts.map_or_else(BTreeMap::new, |facts| {
            self.0.rights.explain(&facts, session.site.as_ref(), session.acr.as_deref())
        }))
    }

    /// The reasons for which a person could have rights in a collectivité, through any link that gives them an affiliation there, for its
    /// administrators. Roles that ask for a surer sign-in are told as withheld.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn explain_at(
        &self,
        person: IdentityId,
        tenant: &TenantId,
    ) -> Result<Vec<Explanation>, StorageError> {
        let mut why: Vec<Explanation> = Vec::new();
        for record in self.0.storage.links_of_person(person).await? {
            let Some(facts) = self.facts(record.id).await? else { continue };
            let theirs = self.0.rights.explain(&facts, Some(tenant), None);
            // A directory is heard again through each link that relies on it.
            for one in theirs.into_values().flatten() {
                if !why.contains(&one) {
                    why.push(one);
                }
            }
        }
        Ok(why)
    }

    /// Notes the use; storage learns of it once per [`Limits::touch`], in the background.
    fn touch(&self, known: &CachedSession) {
        let now = self.0.clock.now();
        let pace = i64::try_from(self.0.limits.touch.as_millis()).unwrap_or(i64::MAX);
        let last = known.last_seen.load(Ordering::Relaxed);
        let due = now.timestamp_millis().saturating_sub(last) >= pace;
        let mine = due
            && known
                .last_seen
                .compare_exchange(last, now.timestamp_millis(), Ordering::Relaxed, Ordering::Relaxed)
                .is_ok();
        if mine {
            let (storage, hash) = (self.0.storage.clone(), known.session.hash);
            self.0.tasks.spawn(async move {
                if let Err(error) = storage.touch_session(hash, now).await {
                    tracing::warn!(%error, "the use of a session was not noted");
                }
            });
        }
    }

    async fn forget(&self, hashes: Vec<SessionHash>) -> usize {
        self.0.revocations.fetch_add(1, Ordering::SeqCst);
        for hash in &hashes {
            self.0.renewals.invalidate(hash).await;
            self.0.known.invalidate(hash).await;
            self.0.lives.end(*hash);
        }
        hashes.len()
    }

    /// Drops sessions from memory. One that another replica closed a moment ago is in storage no more, and remembered here all the same.
    async fn forget_remembered(&self, ends: impl Fn(&Session) -> bool) {
        let known = self.0.known.iter().filter(|(_, known)| ends(&known.session));
        let hashes = known.map(|(hash, _)| *hash).collect();
        self.forget(hashes).await;
    }

    fn seal(&self, acting: &TenantId, link: LinkId, tokens: &SessionTokens) -> Result<Vec<u8>, SealError> {
        self.0.sealer.seal(SessionTokens::PURPOSE.for_link_in(acting, link), &tokens.to_json()?)
    }
}

impl SessionTokens {
    /// The purpose under which they are sealed.
    pub(crate) const PURPOSE: Purpose<'static> = Purpose::new("session tokens");
}
