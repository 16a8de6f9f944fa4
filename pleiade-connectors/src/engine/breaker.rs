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

/// When an application is left alone, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct BreakerOptions {
    /// Failures in a row, over everybody's readings, that say that the application is ill. 5.
    pub failures: u32,
    /// How long it is left alone the first time; doubled after each failed probe, and lengthened by up to a quarter at random. 5 s.
    pub first_wait: Duration,
    /// The longest wait before that random part. 5 min.
    pub longest_wait: Duration,
}

impl Default for BreakerOptions {
    fn default() -> Self {
        Self { failures: 5, first_wait: Duration::from_secs(5), longest_wait: Duration::from_secs(300) }
    }
}

/// What a call says about the application's health.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It answered, be it with a refusal.
    Healthy,
    /// It did not, or with nonsense.
    Ill,
    /// It may not even have been asked.
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

/// The right to call once.
#[derive(Debug)]
pub(super) struct Pass {
    generation: u64,
    pub(super) probe: bool,
}

#[derive(Debug)]
pub(super) struct Breaker {
    options: BreakerOptions,
    state: State,
    /// The application itself named this moment.
    held_until: Duration,
    /// Changes with the state, so that a call allowed before says nothing about now.
    generation: u64,
}

impl Breaker {
    pub(super) fn new(options: BreakerOptions) -> Self {
        Self { options, state: State::Closed { failures: 0 }, held_until: Duration::ZERO, generation: 0 }
    }

    pub(super) fn state(&self) -> State {
        self.state
    }

    /// Until when nobody may call; `now` itself while a probe is under way.
    pub(super) fn refuses(&self, now: Duration) -> Option<Duration> {
        let held = Some(self.held_until).filter(|until| now < *until);
        let own = match self.state {
            State::Open { until, .. } if now < until => Some(until),
            State::HalfOpen { probing: true, .. } => Some(now),
            _ => None,
        };
        held.max(own)
    }

    pub(super) fn admit(&mut self, now: Duration) -> Option<Pass> {
        if self.refuses(now).is_some() {
            return None;
        }
        let probe = match self.state {
            State::Closed { .. } => false,
            State::Open { times, .. } | State::HalfOpen { times, .. } => {
                self.turn(State::HalfOpen { probing: true, times });
                true
            }
        };
        Some(Pass { generation: self.generation, probe })
    }

    /// Ends a call. `jitter` is a share from 0 to 1.
    pub(super) fn settle(&mut self, pass: &Pass, verdict: Verdict, now: Duration, jitter: f64) {
        if pass.generation != self.generation {
            return;
        }
        match (self.state, verdict) {
            (State::Closed { .. }, Verdict::Healthy) => self.state = State::Closed { failures: 0 },
            (State::Closed { failures }, Verdict::Ill) if failures + 1 < self.options.failures => {
                self.state = State::Closed { failures: failures + 1 };
            }
            (State::Closed { .. }, Verdict::Ill) => self.open(now, 1, jitter),
            (State::HalfOpen { .. }, Verdict::Healthy) => self.turn(State::Closed { failures: 0 }),
            (State::HalfOpen { times, .. }, Verdict::Ill) => self.open(now, times.saturating_add(1), jitter),
            (State::HalfOpen { times, .. }, Verdict::Unknown) => {
                self.turn(State::HalfOpen { probing: false, times });
            }
            (State::Closed { .. }, Verdict::Unknown) | (State::Open { .. }, _) => {}
        }
    }

    /// Refuses until a moment that the application named.
    pub(super) fn hold(&mut self, until: Duration) {
        self.held_until = self.held_until.max(until);
    }

    /// Allows calls again, as if nothing had failed.
    pub(super) fn reset(&mut self) {
        self.held_until = Duration::ZERO;
        self.turn(State::Closed { failures: 0 });
    }

    fn open(&mut self, now: Duration, times: u32, jitter: f64) {
        let doubled = 2_u32.saturating_pow(times.saturating_sub(1));
        let wait = self.options.first_wait.saturating_mul(doubled).min(self.options.longest_wait);
        let wait = wait.mul_f64(1.0 + jitter.clamp(0.0, 1.0) / 4.0);
        self.turn(State::Open { until: now.saturating_add(wait), times });
    }

    fn turn(&mut self, state: State) {
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
        first_wait: Duration::from_secs(5),
        longest_wait: Duration::from_secs(60),
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
            let pass = breaker.admit(now).unwrap();
            breaker.settle(&pass, Verdict::Ill, now, 0.0);
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
            let mut under_way: Vec<Pass> = Vec::new();
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
                        let pass = breaker.admit(now);
                        prop_assert_eq!(pass.is_none(), refused.is_some());
                        if let Some(pass) = pass {
                            prop_assert!(now >= refused_until && now >= held_until, "never before its time");
                            prop_assert!(!probing, "never a second probe");
                            under_way.push(pass);
                        }
                    }
                    Step::Settle(..) if under_way.is_empty() => {}
                    Step::Settle(which, how) => {
                        let pass = under_way.swap_remove(which % under_way.len());
                        let before = breaker.state();
                        let verdict = match how {
                            0 | 1 => Verdict::Healthy,
                            2..=4 => Verdict::Ill,
                            _ => Verdict::Unknown,
                        };
                        let current = pass.generation == breaker.generation;
                        breaker.settle(&pass, verdict, now, jitter);
                        match breaker.state() {
                            State::Open { until, .. } if breaker.state() != before => {
                                prop_assert!(current && verdict == Verdict::Ill);
                                prop_assert!(until >= now + OPTIONS.first_wait);
                                prop_assert!(until <= now + OPTIONS.longest_wait * 5 / 4);
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
