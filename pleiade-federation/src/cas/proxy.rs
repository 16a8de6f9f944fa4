//! Proxy-granting tickets on their way: the server brings one on its own, before the validation that names it is answered.
//!
//! Threat: whoever knows the address may bring tickets too, which mean nothing and must keep none that does from its place. So they are
//! taken only while a validation of ours may bring one, and where too many wait the oldest gives way: a server's own waits for as long as
//! its answer is on the way, and no longer.

use super::answer::is_ticket;
use async_trait::async_trait;
use pleiade_core::{Clock, SecretString, SignInError, SourceId};
use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// The longest wait of a ticket for the validation that names it.
pub const TICKET_TTL: Duration = Duration::from_secs(60);

/// The most tickets of one source that wait at once.
pub const MAX_WAITING_TICKETS: usize = 10_000;

/// The least time for which a validation lets its server bring a ticket: longer than the call may take.
pub const EXPECTATION_TIME: Duration = super::VALIDATION_TIMEOUT.saturating_add(Duration::from_secs(2));

/// A proxy-granting ticket as the server brings it.
#[derive(Debug)]
#[non_exhaustive]
pub struct ProxyGrantingTicket {
    /// Its public name, which the validation gives.
    pub iou: String,
    /// The ticket.
    pub ticket: SecretString,
}

impl ProxyGrantingTicket {
    /// Reads the query of the server's call. None for anything but both parameters, once each, well formed: most often the server that
    /// only tries whether somebody answers.
    #[must_use]
    pub fn from_query(query: &str) -> Option<Self> {
        if query.len() > 1024 {
            return None;
        }
        let (mut iou, mut ticket) = (None, None);
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let place = match &*name {
                "pgtIou" => &mut iou,
                "pgtId" => &mut ticket,
                _ => return None,
            };
            if place.replace(value.into_owned()).is_some() {
                return None;
            }
        }
        let (iou, ticket) = (iou?, ticket?);
        (is_ticket(&iou, "PGTIOU-") && is_ticket(&ticket, "PGT-"))
            .then(|| Self { iou, ticket: ticket.into() })
    }
}

/// The waiting tickets, for [`TICKET_TTL`] at most and [`MAX_WAITING_TICKETS`] of a source at once. Several processes that serve one
/// address share one store.
#[async_trait]
pub trait PgtStore: fmt::Debug + Send + Sync + 'static {
    /// A validation begins for which the server of this source may bring a ticket, within [`EXPECTATION_TIME`] and not much later.
    ///
    /// # Errors
    /// When the store fails.
    async fn expect(&self, source: &SourceId) -> Result<(), SignInError>;

    /// Keeps a ticket that a validation may name, in the place of the oldest where too many wait. One that nobody expects, or that bears a
    /// name that is taken, is dropped. True if it was kept.
    ///
    /// # Errors
    /// When the store fails.
    async fn keep(&self, source: &SourceId, granted: ProxyGrantingTicket) -> Result<bool, SignInError>;

    /// Takes a ticket out by its name, once.
    ///
    /// # Errors
    /// When the store fails.
    async fn take(&self, source: &SourceId, iou: &str) -> Result<Option<SecretString>, SignInError>;
}

/// A store in the memory of one process.
#[derive(Debug)]
pub struct MemoryPgtStore {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Until when the server of each source may bring tickets.
    expected: BTreeMap<SourceId, Duration>,
    waiting: BTreeMap<(SourceId, String), WaitingTicket>,
}

#[derive(Debug)]
struct WaitingTicket {
    ticket: SecretString,
    until: Duration,
}

impl MemoryPgtStore {
    /// An empty store.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl PgtStore for MemoryPgtStore {
    async fn expect(&self, source: &SourceId) -> Result<(), SignInError> {
        let until = self.clock.elapsed() + EXPECTATION_TIME;
        self.state().expected.insert(source.clone(), until);
        Ok(())
    }

    async fn keep(&self, source: &SourceId, granted: ProxyGrantingTicket) -> Result<bool, SignInError> {
        let (now, mut state) = (self.clock.elapsed(), self.state());
        if state.expected.get(source).is_none_or(|until| *until <= now) {
            return Ok(false);
        }
        state.waiting.retain(|_, ticket| ticket.until > now);
        let place = (source.clone(), granted.iou);
        if state.waiting.contains_key(&place) {
            return Ok(false);
        }
        let theirs = || state.waiting.iter().filter(|((of, _), _)| of == source);
        if theirs().count() >= MAX_WAITING_TICKETS
            && let Some(oldest) =
                theirs().min_by_key(|(_, ticket)| ticket.until).map(|(name, _)| name.clone())
        {
            state.waiting.remove(&oldest);
        }
        state.waiting.insert(place, WaitingTicket { ticket: granted.ticket, until: now + TICKET_TTL });
        Ok(true)
    }

    async fn take(&self, source: &SourceId, iou: &str) -> Result<Option<SecretString>, SignInError> {
        let (now, mut state) = (self.clock.elapsed(), self.state());
        let found = state.waiting.remove(&(source.clone(), iou.to_owned()));
        Ok(found.filter(|ticket| ticket.until > now).map(|ticket| ticket.ticket))
    }
}
