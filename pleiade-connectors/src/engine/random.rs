//! Delays that differ and references that people can read aloud. No secret comes from here.

use rand::{Rng, SeedableRng, rngs::StdRng};
use std::sync::{Mutex, PoisonError};

/// Letters and digits that are not mistaken for one another, without vowels so that they form no word.
const ALPHABET: &[u8; 26] = b"23456789BCDFGHJKMNPQRTVWXZ";

pub(super) struct Random(Mutex<StdRng>);

impl Random {
    pub(super) fn new(seed: Option<u64>) -> Self {
        Self(Mutex::new(seed.map_or_else(StdRng::from_os_rng, StdRng::seed_from_u64)))
    }

    fn with<T>(&self, draw: impl FnOnce(&mut StdRng) -> T) -> T {
        draw(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A number from 0 to 1, 1 excluded.
    pub(super) fn share(&self) -> f64 {
        self.with(|rng| rng.random::<f64>())
    }

    /// The reference of a failure.
    pub(super) fn reference(&self) -> String {
        reference(self.with(Rng::random))
    }
}

/// A short reference from six random bytes, such as `7K-42QD`: a person reads it aloud, and the log line of the failure bears it. 308
/// million of them.
#[must_use]
pub fn reference(random: [u8; 6]) -> String {
    let [a, b, c, d, e, f] = random.map(|byte| {
        let index = usize::from(byte) % ALPHABET.len();
        ALPHABET.get(index).copied().map_or('2', char::from)
    });
    format!("{a}{b}-{c}{d}{e}{f}")
}
