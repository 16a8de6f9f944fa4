//! Proxy-granting tickets on their way: the server brings one on its own, before the validation that names it is answered.

use super::answer::is_ticket;
use async_trait::async_trait;
use pleiade_core::{Clock, SecretString, SignInError, SourceId};
use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// The longest wait of a ticket for the validation that names it.
pub const TICKET_TTL: Duration = Duration::from_secs(60);

/// The most tickets that wait at once; the callback is open to anybody.
pub const MAX_WAITING_TICKETS: usize = 10_000;

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

/// The waiting tickets, for [`TICKET_TTL`] at most and [`MAX_WAITING_TICKETS`] at once. Several processes that serve one address share one
/// store.
#[async_trait]
pub trait PgtStore: fmt::Debug + Send + Sync + 'static {
    /// Keeps a ticket. What does not fit, or bears a name that is taken, is dropped.
    ///
    /// # Errors
    /// When the store fails.
    async fn keep(&self, source: &SourceId, granted: ProxyGrantingTicket) -> Result<(), SignInError>;

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
    waiting: Mutex<BTreeMap<(SourceId, String), WaitingTicket>>,
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
        Self { clock, waiting: Mutex::default() }
    }
}

#[async_trait]
impl PgtStore for MemoryPgtStore {
    async fn keep(&self, source: &SourceId, granted: ProxyGrantingTicket) -> Result<(), SignInError> {
        let now = self.clock.elapsed();
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, ticket| ticket.until > now);
        if waiting.len() < MAX_WAITING_TICKETS {
            let kept = WaitingTicket { ticket: granted.ticket, until: now + TICKET_TTL };
            waiting.entry((source.clone(), granted.iou)).or_insert(kept);
        }
        Ok(())
    }

    async fn take(&self, source: &SourceId, iou: &str) -> Result<Option<SecretString>, SignInError> {
        let now = self.clock.elapsed();
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let found = waiting.remove(&(source.clone(), iou.to_owned()));
        Ok(found.filter(|ticket| ticket.until > now).map(|ticket| ticket.ticket))
    }
}
