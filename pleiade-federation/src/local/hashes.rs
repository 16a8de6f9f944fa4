//! Hashing of passwords, so many at a time.

use crate::throttle::{MAX_PASSWORD_BYTES, Position, Positions, subscriber};
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use pleiade_core::{ExposeSecret as _, SecretString, SignInError};
use std::{
    fmt,
    hash::{BuildHasher as _, Hash, RandomState},
    net::IpAddr,
    sync::Arc,
    time::Duration,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// 64 MiB, 3 passes: above the floor of OWASP (19 MiB, 2 passes), some 100 ms.
const MEMORY_KIB: u32 = 64 << 10;
const PASSES: u32 = 3;
/// The most hashes computed at once for anybody: more would only take memory.
const MAX_CONCURRENT: usize = 2;
/// The most hashes computed at once for known people, besides.
const MAX_CONCURRENT_OF_KNOWN: usize = 1;
/// The most who wait for a hash: those who have their turn within [`MAX_WAIT`] on an ordinary machine. Beyond it an attempt is refused at
/// once.
const MAX_WAITING: usize = 256;
/// The most known people who wait in their own line.
const MAX_WAITING_OF_KNOWN: usize = 64;
/// The most of them from one address.
const MAX_WAITING_OF_AN_ADDRESS: usize = 16;
/// The most of them of one person.
const MAX_WAITING_OF_A_PERSON: usize = 4;
/// The longest wait.
const MAX_WAIT: Duration = Duration::from_secs(10);

/// A failure to hash or check a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HashError {
    /// Empty, or beyond 1,024 bytes.
    #[error("a password has 1 to 1,024 bytes")]
    Length,
    /// The stored text is not a hash of ours.
    #[error("a stored password hash cannot be read; give the account a new password")]
    BadHash,
    /// Too many people sign in at once, or no memory.
    #[error("this machine is too busy to check passwords now")]
    Busy,
}

impl From<HashError> for SignInError {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy => Self::Busy,
            HashError::Length | HashError::BadHash => {
                Self::Misconfigured("a stored password hash cannot be read")
            }
        }
    }
}

/// Hashes and checks passwords, a few at a time, away from the threads that answer people.
///
/// There are two lines. Anybody may wait in the first; no address takes more than a few of its places. The second is for whoever is
/// [known](Self::for_known) already, such as a browser that has signed in before: strangers, however many, have no place in it, and a part
/// of the hashing is for it alone. In either, who has waited for ten seconds is told to come again.
#[derive(Clone)]
pub struct PasswordHashes {
    shared: Arc<Shared>,
    requester: Requester,
}

struct Shared {
    argon2: Argon2<'static>,
    anybody: Line,
    known: Line,
    hasher: RandomState,
    /// A hash of nothing anybody knows, for logins that do not exist.
    decoy: String,
}

struct Line {
    running: Arc<Semaphore>,
    waiting: Positions,
}

/// The right to compute one hash, until it is dropped.
#[derive(Debug)]
#[must_use = "a turn ends when it is dropped"]
pub struct HashPermit {
    _place: Position,
    _permit: OwnedSemaphorePermit,
}

/// The caller, who determines the line.
#[derive(Debug, Clone, Copy)]
enum Requester {
    Anybody(Option<u128>),
    Known(u64),
}

impl fmt::Debug for PasswordHashes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordHashes").finish_non_exhaustive()
    }
}

impl Line {
    fn new(at_once: usize, waiting: Positions) -> Self {
        Self { running: Arc::new(Semaphore::new(at_once)), waiting }
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit, HashError> {
        Arc::clone(&self.running).acquire_owned().await.map_err(|_| HashError::Busy)
    }
}

impl PasswordHashes {
    /// The product's parameters. Takes the time of one hash.
    ///
    /// # Errors
    /// [`HashError::Busy`] when the machine has no memory or no randomness.
    pub fn new() -> Result<Self, HashError> {
        Self::with_cost(MEMORY_KIB, PASSES)
    }

    /// Other parameters: memory in KiB and passes.
    ///
    /// # Errors
    /// [`HashError::Busy`] when they are not allowed, or the machine has no memory or no randomness.
    pub fn with_cost(memory_kib: u32, passes: u32) -> Result<Self, HashError> {
        let params = Params::new(memory_kib, passes, 1, None).map_err(|_| HashError::Busy)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|_| HashError::Busy)?;
        let decoy = argon2.hash_password(&secret).map_err(|_| HashError::Busy)?.to_string();
        let shared = Shared {
            argon2,
            anybody: Line::new(MAX_CONCURRENT, Positions::new(MAX_WAITING, MAX_WAITING_OF_AN_ADDRESS)),
            known: Line::new(
                MAX_CONCURRENT_OF_KNOWN,
                Positions::new(MAX_WAITING_OF_KNOWN, MAX_WAITING_OF_A_PERSON),
            ),
            hasher: RandomState::new(),
            decoy,
        };
        Ok(Self { shared: Arc::new(shared), requester: Requester::Anybody(None) })
    }

    /// The same hashes for a caller at this address, of which only a few wait at once.
    #[must_use]
    pub fn for_address(&self, address: Option<IpAddr>) -> Self {
        Self { requester: Requester::Anybody(address.map(subscriber)), ..self.clone() }
    }

    /// The same hashes for a caller who is known already, by a key that nobody can invent: an account with the proof of an earlier
    /// sign-in, a session, an invitation.
    #[must_use]
    pub fn for_known(&self, person: impl Hash) -> Self {
        Self { requester: Requester::Known(self.shared.hasher.hash_one(person)), ..self.clone() }
    }

    /// Waits for a permit in the caller's line, as each hash does by itself.
    ///
    /// # Errors
    /// [`HashError::Busy`] when there is no place in that line, or none has come in time.
    pub async fn acquire(&self) -> Result<HashPermit, HashError> {
        let Shared { anybody, known, .. } = &*self.shared;
        let place = match self.requester {
            Requester::Anybody(address) => anybody.waiting.take(address),
            Requester::Known(person) => known.waiting.take(Some(person)),
        };
        let place = place.ok_or(HashError::Busy)?;
        let permit = async {
            match self.requester {
                Requester::Anybody(_) => anybody.permit().await,
                // Whichever comes first: where nobody else waits, there is more than their own part.
                Requester::Known(_) => tokio::select! {
                    biased;
                    permit = known.permit() => permit,
                    permit = anybody.permit() => permit,
                },
            }
        };
        let permit = tokio::time::timeout(MAX_WAIT, permit).await.map_err(|_| HashError::Busy)??;
        Ok(HashPermit { _place: place, _permit: permit })
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Argon2<'static>) -> Result<T, HashError> + Send + 'static,
    ) -> Result<T, HashError> {
        let (turn, argon2) = (self.acquire().await?, self.shared.argon2.clone());
        tokio::task::spawn_blocking(move || {
            // Held until the work ends, even when whoever asked has left.
            let _held = turn;
            work(&argon2)
        })
        .await
        .map_err(|_| HashError::Busy)?
    }

    /// The PHC text (`$argon2id$…`) to store.
    ///
    /// # Errors
    /// [`HashError`] when the password cannot be hashed.
    pub async fn hash(&self, password: &SecretString) -> Result<String, HashError> {
        let password = password.clone();
        if password.expose_secret().is_empty() || password.expose_secret().len() > MAX_PASSWORD_BYTES {
            return Err(HashError::Length);
        }
        self.run(move |argon2| {
            let hash =
                argon2.hash_password(password.expose_secret().as_bytes()).map_err(|_| HashError::Busy)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// True if a hash was made with other parameters than the present ones, and should be made again while the password is at hand.
    #[must_use]
    pub fn is_outdated(&self, hash: &str) -> bool {
        let Ok(hash) = PasswordHash::new(hash) else { return true };
        let present = self.shared.argon2.params();
        let same = Params::try_from(&hash).is_ok_and(|params| {
            params.m_cost() == present.m_cost()
                && params.t_cost() == present.t_cost()
                && params.p_cost() == present.p_cost()
        });
        !same || hash.algorithm != argon2::ARGON2ID_IDENT
    }

    /// True if the password is the one hashed. Without a hash, the same time is spent and the answer is false.
    ///
    /// # Errors
    /// [`HashError`] when that cannot be told.
    pub async fn verify(&self, password: &SecretString, hash: Option<&str>) -> Result<bool, HashError> {
        let known = hash.is_some();
        let (password, hash) = (password.clone(), hash.unwrap_or(&self.shared.decoy).to_owned());
        if password.expose_secret().len() > MAX_PASSWORD_BYTES {
            return Ok(false);
        }
        self.run(move |argon2| {
            let hash = PasswordHash::new(&hash).map_err(|_| HashError::BadHash)?;
            Ok(argon2.verify_password(password.expose_secret().as_bytes(), &hash).is_ok() && known)
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        future::Future,
        pin::Pin,
        task::{Context, Poll, Waker},
    };

    type Waiting = Pin<Box<dyn Future<Output = Result<HashPermit, HashError>> + Send>>;

    /// Stands in line, unless there is no place.
    fn stand(hashes: PasswordHashes) -> Option<Waiting> {
        let mut waiting: Waiting = Box::pin(async move { hashes.acquire().await });
        match waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Pending => Some(waiting),
            Poll::Ready(Err(HashError::Busy)) => None,
            Poll::Ready(outcome) => panic!("{outcome:?}"),
        }
    }

    fn from(hashes: &PasswordHashes, n: u8) -> PasswordHashes {
        hashes.for_address(Some(IpAddr::from([198, 51, 100, n])))
    }

    async fn checks(hashes: &PasswordHashes) -> Result<bool, HashError> {
        hashes.verify(&"x".into(), None).await
    }

    #[tokio::test(start_paused = true)]
    async fn strangers_have_no_place_in_the_line_of_the_known() {
        let hashes = PasswordHashes::with_cost(8, 1).unwrap();
        let turns = [from(&hashes, 1).acquire().await.unwrap(), from(&hashes, 1).acquire().await.unwrap()];
        let of_one: Vec<_> = (0..80).filter_map(|_| stand(from(&hashes, 1))).collect();
        assert_eq!(
            turns.len() + of_one.len(),
            MAX_WAITING_OF_AN_ADDRESS,
            "one address does not take every place"
        );
        let others: Vec<_> = (2..=255).filter_map(|n| stand(from(&hashes, n))).collect();
        assert_eq!(turns.len() + of_one.len() + others.len(), MAX_WAITING);
        assert_eq!(checks(&hashes).await, Err(HashError::Busy));
        assert_eq!(checks(&hashes.for_known("jeanne")).await, Ok(false));
        assert!(hashes.for_known("jeanne").hash(&"x".into()).await.is_ok());
        drop((turns, of_one, others));
        assert_eq!(checks(&hashes).await, Ok(false));
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_known_takes_every_place_and_nobody_waits_without_end() {
        let hashes = PasswordHashes::with_cost(8, 1).unwrap();
        let jeanne = hashes.for_known("jeanne");
        let strangers = [hashes.acquire().await.unwrap(), hashes.acquire().await.unwrap()];
        let first = hashes.for_known("mallory").acquire().await.unwrap();
        let others: Vec<_> = (0..80).filter_map(|_| stand(hashes.for_known("mallory"))).collect();
        assert_eq!(1 + others.len(), MAX_WAITING_OF_A_PERSON);
        // Paused time moves on when everybody waits.
        let began = tokio::time::Instant::now();
        assert_eq!(checks(&jeanne).await, Err(HashError::Busy));
        assert_eq!(began.elapsed(), MAX_WAIT);
        drop((first, others));
        assert_eq!(checks(&jeanne).await, Ok(false));
        drop(strangers);
        let _own = jeanne.acquire().await.unwrap();
        assert_eq!(
            checks(&jeanne).await,
            Ok(false),
            "where no stranger waits, there is more than their part"
        );
    }
}
