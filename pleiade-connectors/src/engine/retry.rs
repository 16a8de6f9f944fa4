//! Trying again what may pass. Loading a widget only reads, so it may be done twice.

use super::random::Random;
use pleiade_core::{ConnectorError, ErrorKind, Retry};
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout_at};

/// Attempts after the first.
const MAX_RETRIES: u32 = 2;
/// Before the second attempt; doubled before the third.
const FIRST_DELAY: Duration = Duration::from_millis(200);
/// The longest wait named by the application that is spent within the call.
const MAX_WAIT_IN_PLACE: Duration = Duration::from_secs(1);

/// Calls `attempt` until it succeeds, fails for good, or the deadline leaves no time. A wait is lengthened by up to half, never shortened.
pub(super) async fn with_retries<T, F: Future<Output = Result<T, ConnectorError>>>(
    deadline: Instant,
    retries_allowed: bool,
    random: &Random,
    mut attempt: impl FnMut() -> F,
) -> Result<T, ConnectorError> {
    let mut delay = FIRST_DELAY;
    let mut left = if retries_allowed { MAX_RETRIES } else { 0 };
    loop {
        let Ok(outcome) = timeout_at(deadline, attempt()).await else {
            return Err(ConnectorError::new(ErrorKind::Timeout, "read the widget"));
        };
        let error = match outcome {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        let wait = match error.retry() {
            Retry::Transient => delay,
            Retry::After(wait) if wait <= MAX_WAIT_IN_PLACE => wait,
            _ => return Err(error),
        };
        let again = Instant::now() + wait.mul_f64(1.0 + random.share() / 2.0);
        if left == 0 || again >= deadline {
            return Err(error);
        }
        sleep_until(again).await;
        left -= 1;
        delay *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    const DEADLINE: Duration = Duration::from_secs(10);

    /// Runs attempts that answer these; returns the error's kind and the time of each attempt.
    async fn run(
        answers: Vec<Result<(), ConnectorError>>,
        retries: bool,
    ) -> (Option<ErrorKind>, Vec<Duration>) {
        let (start, random) = (Instant::now(), Random::new(Some(1)));
        let moments = RefCell::new(Vec::new());
        let mut answers = answers.into_iter();
        let outcome = with_retries(start + DEADLINE, retries, &random, || {
            moments.borrow_mut().push(start.elapsed());
            let answer = answers.next();
            async {
                match answer {
                    Some(answer) => answer,
                    None => std::future::pending().await,
                }
            }
        })
        .await;
        (outcome.err().map(|error| error.kind()), moments.into_inner())
    }

    fn unreachable() -> Result<(), ConnectorError> {
        Err(ConnectorError::new(ErrorKind::Unreachable, "test"))
    }

    #[tokio::test(start_paused = true)]
    async fn a_passing_fault_is_tried_twice_more_with_growing_waits() {
        let (kind, moments) = run(vec![unreachable(), unreachable(), Ok(())], true).await;
        assert_eq!((kind, moments.len()), (None, 3));
        let gaps: Vec<Duration> = moments.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(gaps[0] >= FIRST_DELAY && gaps[0] <= FIRST_DELAY * 3 / 2 + Duration::from_millis(1));
        assert!(gaps[1] >= FIRST_DELAY * 2 && gaps[1] <= FIRST_DELAY * 3 + Duration::from_millis(1));
        let (kind, moments) = run(vec![unreachable(), unreachable(), unreachable(), Ok(())], true).await;
        assert_eq!((kind, moments.len()), (Some(ErrorKind::Unreachable), 3));
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_pass_is_tried_once() {
        for kind in [ErrorKind::Forbidden, ErrorKind::Unauthenticated, ErrorKind::BadAnswer] {
            let (seen, moments) = run(vec![Err(ConnectorError::new(kind, "test")), Ok(())], true).await;
            assert_eq!((seen, moments.len()), (Some(kind), 1));
        }
        let long = ConnectorError::new(ErrorKind::RateLimited, "test").with_retry(Retry::After(DEADLINE / 2));
        assert_eq!(run(vec![Err(long), Ok(())], true).await.1.len(), 1, "a long wait is not spent here");
        assert_eq!(run(vec![unreachable(), Ok(())], false).await.1.len(), 1, "a probe is one call");
    }

    #[tokio::test(start_paused = true)]
    async fn a_short_wait_named_by_the_application_is_respected() {
        let wait = Duration::from_secs(1);
        let short = ConnectorError::new(ErrorKind::RateLimited, "test").with_retry(Retry::After(wait));
        let (kind, moments) = run(vec![Err(short), Ok(())], true).await;
        assert_eq!(kind, None);
        assert!(moments[1] >= wait);
    }

    #[tokio::test(start_paused = true)]
    async fn the_deadline_ends_a_call_that_hangs() {
        let start = Instant::now();
        assert_eq!(run(Vec::new(), true).await.0, Some(ErrorKind::Timeout));
        assert_eq!(start.elapsed(), DEADLINE);
    }
}
