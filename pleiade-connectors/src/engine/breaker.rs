//! Leaves an ill application alone, then asks it carefully. A pure state machine: time and randomness are given to it.
//!
//! ```text
//!            enough failures in a row              the wait is over
//!   closed ───────────────────────────▶ open ────────────────────────▶ half-open, one probe
//!     ▲                                   ▲                                │        │
//!     │                                   └── the probe failed: longer ────┘        │
//!     └──────────────────────────── the probe was answered ────────────────────────┘
//! ```

use pleiade_core::ErrorKind;
use std::time::Duration;

/// The settings of a circuit breaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct BreakerOptions {
    /// Failures in a row, over everybody's readings, that open the breaker. 5.
    pub failures: u32,
    /// The first time for which it stays open; doubled after each failed probe, and lengthened by up to a quarter at random. 5 s.
    pub initial_wait: Duration,
    /// The longest time before that random part. 5 min.
    pub max_wait: Duration,
}

impl Default for BreakerOptions {
    fn default() -> Self {
        Self { failures: 5, initial_wait: Duration::from_secs(5), max_wait: Duration::from_secs(300) }
    }
}

/// The result of a call, as far as it concerns the application's health.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It answered, perhaps with a refusal.
    Healthy,
    /// It did not answer, or with nonsense.
    Ill,
    /// Nothing is known: it may not even have been called.
    Unknown,
}

impl Verdict {
    pub(super) fn from_failure(failure: Option<ErrorKind>) -> Self {
        match failure {
            None | Some(ErrorKind::Forbidden | ErrorKind::NotFound | ErrorKind::Unsupported) => Self::Healthy,
            Some(kind) if kind.is_outage() => Self::Ill,
            Some(_) => Self::Unknown,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Closed { failures: u32 },
    Open { until: Duration, times: u32 },
    HalfOpen { probing: bool, times: u32 },
}

/// The right to make one call.
#[derive(Debug)]
pub(super) struct Permit {
    generation: u64,
    pub(super) probe: bool,
}

#[derive(Debug)]
pub(super) struct Breaker {
    options: BreakerOptions,
    state: State,
    /// The earliest next call that the application itself named.
    held_until: Duration,
    /// Changes with the state: a call admitted before it says nothing about the present state.
    generation: u64,
}

impl Breaker {
    pub(super) fn new(options: BreakerOptions) -> Self {
        Self { options, state: State::Closed { failures: 0 }, held_until: Duration::ZERO, generation: 0 }
    }

    pub(super) fn state(&self) -> State {
        self.state
    }

    /// The instant until which calls are refused; `now` itself while a probe is under way; `None` when calls are allowed.
    pub(super) fn refuses(&self, now: Duration) -> Option<Duration> {
        let held = Some(self.held_until).filter(|until| now < *until);
        let own = match self.state {
            State::Open { until, .. } if now < until => Some(until),
            State::HalfOpen { probing: true, .. } => Some(now),
            _ => None,
        };
        held.max(own)
    }

    pub(super) fn admit(&mut self, now: Duration) -> Option<Permit> {
        if self.refuses(now).is_some() {
            return None;
        }
        let probe = match self.state {
            State::Closed { .. } => false,
            State::Open { times, .. } | State::HalfOpen { times, .. } => {
                self.transition(State::HalfOpen { probing: true, times });
                true
            }
        };
        Some(Permit { generation: self.generation, probe })
    }

    /// Records the result of a call. `jitter` is a share from 0 to 1.
    pub(super) fn settle(&mut self, permit: &Permit, verdict: Verdict, now: Duration, jitter: f64) {
        if permit.generation != self.generation {
            return;
        }
        match (self.state, verdict) {
            (State::Closed { .. }, Verdict::Healthy) => self.state = State::Closed { failures: 0 },
            (State::Closed { failures }, Verdict::Ill) if failures + 1 < self.options.failures => {
                self.state = State::Closed { failures: failures + 1 };
            }
            (State::Closed { .. }, Verdict::Ill) => self.open(now, 1, jitter),
            (State::HalfOpen { .. }, Verdict::Healthy) => self.transition(State::Closed { failures: 0 }),
            (State::HalfOpen { times, .. }, Verdict::Ill) => self.open(now, times.saturating_add(1), jitter),
            (State::HalfOpen { times, .. }, Verdict::Unknown) => {
                self.transition(State::HalfOpen { probing: false, times });
            }
            (State::Closed { .. }, Verdict::Unknown) | (State::Open { .. }, _) => {}
        }
    }

    /// Refuses calls until an instant that the application named.
    pub(super) fn hold(&mut self, until: Duration) {
        self.held_until = self.held_until.max(until);
    }

    /// Closes the breaker, as if nothing had failed.
    pub(super) fn reset(&mut self) {
        self.held_until = Duration::ZERO;
        self.transition(State::Closed { failures: 0 });
    }

    fn open(&mut self, now: Duration, times: u32, jitter: f64) {
        let doubled = 2_u32.saturating_pow(times.saturating_sub(1));
        let wait = self.options.initial_wait.saturating_mul(doubled).min(self.options.max_wait);
        let wait = wait.mul_f64(1.0 + jitter.clamp(0.0, 1.0) / 4.0);
        self.transition(State::Open { until: now.saturating_add(wait), times });
    }

    fn transition(&mut self, state: State) {
        self.state = state;
        self.generation += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const OPTIONS: BreakerOptions = BreakerOptions {
        failures: 3,
        initial_wait: Duration::from_secs(5),
        max_wait: Duration::from_secs(60),
    };

    #[test]
    fn verdicts_tell_an_outage_from_a_refusal() {
        for kind in ErrorKind::ALL {
            let verdict = Verdict::from_failure(Some(kind));
            assert_eq!(verdict == Verdict::Ill, kind.is_outage(), "{kind:?}");
        }
        assert_eq!(Verdict::from_failure(None), Verdict::Healthy);
        assert_eq!(Verdict::from_failure(Some(ErrorKind::Forbidden)), Verdict::Healthy);
        assert_eq!(Verdict::from_failure(Some(ErrorKind::NotLinked)), Verdict::Unknown, "nobody was asked");
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        let mut breaker = Breaker::new(BreakerOptions { failures: 1, ..OPTIONS });
        let mut now = Duration::ZERO;
        for expected in [5, 10, 20, 40, 60, 60] {
            let permit = breaker.admit(now).unwrap();
            breaker.settle(&permit, Verdict::Ill, now, 0.0);
            let until = breaker.refuses(now).unwrap();
            assert_eq!(until - now, Duration::from_secs(expected));
            now = until;
        }
    }

    #[derive(Debug, Clone, Copy)]
    enum Step {
        Advance(u16),
        Admit,
        Settle(usize, u8),
        Hold(u16),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            3 => (0_u16..20_000).prop_map(Step::Advance),
            4 => Just(Step::Admit),
            5 => (any::<usize>(), 0_u8..6).prop_map(|(which, how)| Step::Settle(which, how)),
            1 => (0_u16..10_000).prop_map(Step::Hold),
        ];
        prop::collection::vec(step, 1..200)
    }

    proptest! {
        /// Against a model that only remembers what a reader of the documentation would.
        #[test]
        fn it_keeps_its_promises(steps in steps(), jitter in 0.0_f64..1.0) {
            let mut breaker = Breaker::new(OPTIONS);
            let mut now = Duration::ZERO;
            let mut under_way: Vec<Permit> = Vec::new();
            let (mut refused_until, mut held_until) = (Duration::ZERO, Duration::ZERO);
            for step in steps {
                match step {
                    Step::Advance(milliseconds) => now += Duration::from_millis(milliseconds.into()),
                    Step::Hold(milliseconds) => {
                        let until = now + Duration::from_millis(milliseconds.into());
                        breaker.hold(until);
                        held_until = held_until.max(until);
                    }
                    Step::Admit => {
                        let refused = breaker.refuses(now);
                        let probing = matches!(breaker.state(), State::HalfOpen { probing: true, .. });
                        let permit = breaker.admit(now);
                        prop_assert_eq!(permit.is_none(), refused.is_some());
                        if let Some(permit) = permit {
                            prop_assert!(now >= refused_until && now >= held_until, "never before its time");
                            prop_assert!(!probing, "never a second probe");
                            under_way.push(permit);
                        }
                    }
                    Step::Settle(..) if under_way.is_empty() => {}
                    Step::Settle(which, how) => {
                        let permit = under_way.swap_remove(which % under_way.len());
                        let before = breaker.state();
                        let verdict = match how {
                            0 | 1 => Verdict::Healthy,
                            2..=4 => Verdict::Ill,
                            _ => Verdict::Unknown,
                        };
                        let current = permit.generation == breaker.generation;
                        breaker.settle(&permit, verdict, now, jitter);
                        match breaker.state() {
                            State::Open { until, .. } if breaker.state() != before => {
                                prop_assert!(current && verdict == Verdict::Ill);
                                prop_assert!(until >= now + OPTIONS.initial_wait);
                                prop_assert!(until <= now + OPTIONS.max_wait * 5 / 4);
                                refused_until = until;
                            }
                            State::Closed { failures } => prop_assert!(failures < OPTIONS.failures),
                            _ => {}
                        }
                        if current && verdict == Verdict::Healthy {
                            prop_assert_eq!(breaker.state(), State::Closed { failures: 0 }, "closes after a success");
                        }
                        if !current {
                            prop_assert_eq!(breaker.state(), before, "an old call changes nothing");
                        }
                    }
                }
                let probes = under_way.iter().filter(|p| p.probe && p.generation == breaker.generation).count();
                let expected = usize::from(matches!(breaker.state(), State::HalfOpen { probing: true, .. }));
                prop_assert_eq!(probes, expected, "the probe that is waited for exists, and is alone");
            }
        }
    }
}
