//! The connections of the read account, and the servers of a directory.
//!
//! Reading shares a bounded set of connections, bound once; a password is tried on a connection of its own, which nobody else uses.

use super::{
    config::LdapConfig,
    connection::{BindOutcome, Connection},
    dial::Address,
    profile::Profile,
};
use pleiade_core::{AccountRefusal, Clock, DirectoryError, SecretString};
use std::{
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::{Semaphore, SemaphorePermit};

/// The time for which an unused connection is kept.
const MAX_IDLE: Duration = Duration::from_secs(60);
/// The time without use after which a connection is tested.
const CHECK_AFTER_IDLE: Duration = Duration::from_secs(5);
/// The time for which a server that failed is tried last.
const SET_ASIDE_TIME: Duration = Duration::from_secs(30);

/// The servers of one directory, in order of preference.
#[derive(Debug)]
pub(super) struct Servers {
    addresses: Vec<Address>,
    clock: Arc<dyn Clock>,
    /// For each server, the end of the time for which it is tried last.
    aside: Mutex<Vec<Duration>>,
}

impl Servers {
    pub(super) fn new(config: &LdapConfig, clock: Arc<dyn Clock>) -> Result<Self, DirectoryError> {
        let address = |url| Address::new(url, config.starttls, config.ca.as_deref().map(str::as_bytes));
        let addresses = config.urls.iter().map(address).collect::<Result<Vec<_>, _>>()?;
        if addresses.is_empty() {
            return Err(DirectoryError::Misconfigured("urls names no server"));
        }
        let aside = Mutex::new(vec![Duration::ZERO; addresses.len()]);
        Ok(Self { addresses, clock, aside })
    }

    fn order(&self) -> Vec<usize> {
        let (now, aside) = (self.clock.elapsed(), self.aside.lock().unwrap_or_else(PoisonError::into_inner));
        let is_aside = |n: &usize| aside.get(*n).is_some_and(|until| *until > now);
        let (last, first): (Vec<usize>, Vec<usize>) = (0..self.addresses.len()).partition(is_aside);
        [first, last].concat()
    }

    fn set_aside(&self, n: usize, until: Duration) {
        if let Some(slot) = self.aside.lock().unwrap_or_else(PoisonError::into_inner).get_mut(n) {
            *slot = until;
        }
    }

    /// A connection to the first server that answers, for one bind.
    pub(super) async fn connect(&self, limit: Duration) -> Result<Connection, DirectoryError> {
        self.first(limit, None).await.map(|(connection, _)| connection)
    }

    /// A connection to the first server that answers and lets this account in, or refuses it for a reason that others would share.
    async fn first(
        &self,
        limit: Duration,
        account: Option<(&str, &SecretString)>,
    ) -> Result<(Connection, Arc<Profile>), DirectoryError> {
        let mut outcome = Err(DirectoryError::Unreachable("no server answers"));
        for n in self.order() {
            let Some(address) = self.addresses.get(n) else { continue };
            outcome = opened(address, limit, account).await;
            match &outcome {
                Err(DirectoryError::Unreachable(_) | DirectoryError::BadAnswer(_)) => {
                    self.set_aside(n, self.clock.elapsed().saturating_add(SET_ASIDE_TIME));
                }
                _ => {
                    self.set_aside(n, Duration::ZERO);
                    break;
                }
            }
        }
        outcome
    }
}

async fn opened(
    address: &Address,
    limit: Duration,
    account: Option<(&str, &SecretString)>,
) -> Result<(Connection, Arc<Profile>), DirectoryError> {
    let mut connection = Connection::open(address, limit).await?;
    let Some((dn, password)) = account else { return Ok((connection, Arc::default())) };
    match connection.bind(dn, password).await? {
        BindOutcome::Yes(_) => {
            let profile = Profile::fetch(&mut connection).await?;
            Ok((connection, Arc::new(profile)))
        }
        BindOutcome::MustChange => Err(DirectoryError::Refused("its password has expired")),
        BindOutcome::Wrong | BindOutcome::Refused(AccountRefusal::UnknownLogin) => {
            Err(DirectoryError::Refused("its distinguished name or its password is wrong"))
        }
        BindOutcome::Refused(AccountRefusal::Locked) => Err(DirectoryError::Refused(
            "it is locked, most often after a wrong password: open it again there",
        )),
        BindOutcome::Refused(_) => Err(DirectoryError::Refused("it is closed, or may not bind")),
    }
}

/// A connection bound as the read account.
struct Reader {
    connection: Connection,
    profile: Arc<Profile>,
    since: Duration,
}

/// The connections of the read account.
pub(super) struct Pool {
    pub(super) servers: Servers,
    bind_dn: String,
    bind_password: SecretString,
    limit: Duration,
    places: Semaphore,
    idle: Mutex<Vec<Reader>>,
}

/// A connection that is given back when it is dropped, if it is still good.
pub(super) struct Lease<'a> {
    pool: &'a Pool,
    reader: Option<Connection>,
    pub(super) profile: Arc<Profile>,
    _place: SemaphorePermit<'a>,
}

impl Pool {
    pub(super) fn new(config: &LdapConfig, clock: Arc<dyn Clock>) -> Result<Self, DirectoryError> {
        Ok(Self {
            servers: Servers::new(config, clock)?,
            bind_dn: config.bind_dn.clone(),
            bind_password: config.bind_password.clone(),
            limit: config.timeout(),
            places: Semaphore::new(config.pool_size.clamp(1, 100)),
            idle: Mutex::default(),
        })
    }

    pub(super) async fn lease(&self) -> Result<Lease<'_>, DirectoryError> {
        let place = tokio::time::timeout(self.limit, self.places.acquire())
            .await
            .map_err(|_| DirectoryError::Unreachable("every connection of the read account is busy"))?
            .map_err(|_| DirectoryError::Unreachable("it is being closed"))?;
        while let Some(mut reader) = self.take() {
            reader.connection.allow(self.limit);
            let doubtful = self.servers.clock.elapsed().saturating_sub(reader.since) > CHECK_AFTER_IDLE;
            if reader.connection.is_sound()
                && (!doubtful || Profile::is_answered(&mut reader.connection).await)
            {
                let Reader { connection, profile, .. } = reader;
                return Ok(Lease { pool: self, reader: Some(connection), profile, _place: place });
            }
        }
        let account = Some((self.bind_dn.as_str(), &self.bind_password));
        let (connection, profile) = self.servers.first(self.limit, account).await?;
        Ok(Lease { pool: self, reader: Some(connection), profile, _place: place })
    }

    fn take(&self) -> Option<Reader> {
        let now = self.servers.clock.elapsed();
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|reader| now.saturating_sub(reader.since) < MAX_IDLE);
        idle.pop()
    }

    fn give_back(&self, connection: Connection, profile: Arc<Profile>) {
        let now = self.servers.clock.elapsed();
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|reader| now.saturating_sub(reader.since) < MAX_IDLE);
        idle.push(Reader { connection, profile, since: now });
    }
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool").field("servers", &self.servers).finish_non_exhaustive()
    }
}

const GIVEN_BACK: &str = "a lease holds its connection until it is dropped";

#[expect(clippy::expect_used, reason = "only `drop` takes the connection out")]
impl Deref for Lease<'_> {
    type Target = Connection;
    fn deref(&self) -> &Connection {
        self.reader.as_ref().expect(GIVEN_BACK)
    }
}

#[expect(clippy::expect_used, reason = "only `drop` takes the connection out")]
impl DerefMut for Lease<'_> {
    fn deref_mut(&mut self) -> &mut Connection {
        self.reader.as_mut().expect(GIVEN_BACK)
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        if let Some(mut connection) = self.reader.take()
            && connection.is_sound()
        {
            self.pool.give_back(connection, self.profile.clone());
        }
    }
}
