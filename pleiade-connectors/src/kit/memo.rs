//! What several cards need, read once for all of them.
//!
//! Cards that load together and need the same thing wait for one reading of it, and share what it brought: the value, or the error. Nobody
//! is given a value or an error from before they asked, unless the value is still good.

use pleiade_core::ConnectorError;
use std::{
    fmt,
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::sync::Mutex;

/// A cached value that is read again on demand. One reading at a time.
pub struct Memo<T> {
    /// The number of the last caller.
    arrivals: AtomicU64,
    state: Mutex<State<T>>,
}

struct State<T> {
    value: Option<TimedValue<T>>,
    failure: Option<TimedFailure>,
}

struct TimedValue<T> {
    value: Arc<T>,
    read_at: Duration,
    /// The last caller who had arrived when it came.
    covers: u64,
}

struct TimedFailure {
    error: ConnectorError,
    /// The tag of the reading that failed.
    tag: u64,
    covers: u64,
}

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self { arrivals: AtomicU64::new(0), state: Mutex::new(State { value: None, failure: None }) }
    }
}

/// The value stays out of debug output.
impl<T> fmt::Debug for Memo<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memo").finish_non_exhaustive()
    }
}

impl<T> Memo<T> {
    /// The cached value if it was read less than `ttl` ago or since this call began, or else a new one. `now` is [`Clock::elapsed`] of the
    /// injected clock, and `read` is given the last value, however old. `opening` is that of the [`Account`](super::sessions::Account) for
    /// which it is read: the failure of another opening, perhaps with an older secret, does not count.
    ///
    /// [`Clock::elapsed`]: pleiade_core::Clock::elapsed
    ///
    /// # Errors
    /// Those of `read`, also of a reading by another caller for which this one waited.
    pub async fn get<F: Future<Output = Result<T, ConnectorError>>>(
        &self,
        now: Duration,
        ttl: Duration,
        opening: u64,
        read: impl FnOnce(Option<Arc<T>>) -> F,
    ) -> Result<Arc<T>, ConnectorError> {
        self.get_if(now, opening, |_, age| age.is_none_or(|age| age < ttl), read).await
    }

    /// As [`Self::get`], when what makes a value good is not its age alone. `is_good` is told no age for a value that was read since this
    /// call began; `tag` tells apart what readings are made with, as `opening` does there.
    pub(crate) async fn get_if<F: Future<Output = Result<T, ConnectorError>>>(
        &self,
        now: Duration,
        tag: u64,
        is_good: impl Fn(&T, Option<Duration>) -> bool,
        read: impl FnOnce(Option<Arc<T>>) -> F,
    ) -> Result<Arc<T>, ConnectorError> {
        let arrival = self.arrivals.fetch_add(1, Ordering::SeqCst) + 1;
        let mut state = self.state.lock().await;
        if let Some(known) = &state.value {
            let age = (arrival > known.covers).then(|| now.saturating_sub(known.read_at));
            if is_good(&known.value, age) {
                return Ok(Arc::clone(&known.value));
            }
        }
        if let Some(failure) = &state.failure
            && arrival <= failure.covers
            && failure.tag == tag
        {
            return Err(failure.error.clone());
        }
        let outcome = read(state.value.as_ref().map(|known| Arc::clone(&known.value))).await;
        let covers = self.arrivals.load(Ordering::SeqCst);
        match outcome {
            Ok(value) => {
                let value = Arc::new(value);
                *state = State {
                    value: Some(TimedValue { value: Arc::clone(&value), read_at: now, covers }),
                    failure: None,
                };
                Ok(value)
            }
            Err(error) => {
                state.failure = Some(TimedFailure { error: error.clone(), tag, covers });
                Err(error)
            }
        }
    }

    /// Empties the cache.
    pub async fn forget(&self) {
        *self.state.lock().await = State { value: None, failure: None };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::future::join_all;
    use pleiade_core::ErrorKind;
    use std::sync::atomic::AtomicUsize;

    const MINUTE: Duration = Duration::from_secs(60);

    struct Source {
        memo: Memo<usize>,
        calls: AtomicUsize,
        fails: bool,
    }

    impl Source {
        fn new(fails: bool) -> Self {
            Self { memo: Memo::default(), calls: AtomicUsize::new(0), fails }
        }

        async fn get(&self, now: Duration) -> Result<usize, ErrorKind> {
            let read = |_| async {
                let call = self.calls.fetch_add(1, Ordering::SeqCst) + 1;
                tokio::task::yield_now().await;
                match self.fails {
                    true => Err(ConnectorError::new(ErrorKind::Unreachable, "read")),
                    false => Ok(call),
                }
            };
            self.memo.get(now, MINUTE, 0, read).await.map(|value| *value).map_err(|error| error.kind())
        }
    }

    #[tokio::test]
    async fn what_many_need_is_read_once_and_again_when_it_is_old() {
        let source = Source::new(false);
        let all = join_all((0..8).map(|_| source.get(Duration::ZERO))).await;
        assert!(all.iter().all(|value| *value == Ok(1)));
        assert_eq!(source.get(MINUTE - Duration::from_secs(1)).await, Ok(1));
        assert_eq!(source.get(MINUTE).await, Ok(2));
        source.memo.forget().await;
        assert_eq!(source.get(MINUTE).await, Ok(3));
    }

    #[tokio::test]
    async fn a_failure_is_shared_by_those_who_waited_for_it_and_by_nobody_after() {
        let source = Source::new(true);
        let all = join_all((0..8).map(|_| source.get(Duration::ZERO))).await;
        assert!(all.iter().all(|value| *value == Err(ErrorKind::Unreachable)));
        assert_eq!(source.calls.load(Ordering::SeqCst), 1);
        assert_eq!(source.get(Duration::ZERO).await, Err(ErrorKind::Unreachable));
        assert_eq!(source.calls.load(Ordering::SeqCst), 2, "asked again by whoever came later");
    }

    #[tokio::test]
    async fn a_reading_that_is_given_up_is_made_by_the_next_who_waits() {
        let source = Source::new(false);
        let given_up = source.get(Duration::ZERO);
        let waits = source.get(Duration::ZERO);
        let mut given_up = Box::pin(given_up);
        assert!(futures_util::poll!(&mut given_up).is_pending());
        let waits = tokio::time::timeout(MINUTE, async {
            drop(given_up);
            waits.await
        });
        assert_eq!(waits.await.unwrap(), Ok(2));
    }
}
