//! For tests and demonstrations only: numbers that look drawn, always the same for the same seed.

use std::time::Duration;

/// SplitMix64: small, and the same on every machine and in every version. No secret comes from here.
#[derive(Debug, Clone)]
pub struct SplitMix64(u64);

impl SplitMix64 {
    /// The sequence of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// The next number, as a share from 0 to 1, 1 excluded.
    pub fn share(&mut self) -> f64 {
        let drawn = u32::try_from(self.draw() >> 32).unwrap_or_default();
        f64::from(drawn) / (f64::from(u32::MAX) + 1.0)
    }

    /// A duration, uniform between two.
    pub fn between(&mut self, shortest: Duration, longest: Duration) -> Duration {
        shortest + longest.saturating_sub(shortest).mul_f64(self.share())
    }

    /// The time until the next of events that come by chance, `mean` apart on average (a Poisson process).
    pub fn until_next(&mut self, mean: Duration) -> Duration {
        mean.mul_f64(-(1.0 - self.share()).ln())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_a_known_sequence_within_bounds() {
        // The first numbers of the reference implementation for the seed 0.
        let mut zero = SplitMix64::new(0);
        assert_eq!([zero.draw(), zero.draw()], [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4]);
        let (mut random, second) = (SplitMix64::new(1), Duration::from_secs(1));
        let drawn: Vec<Duration> = (0..10_000).map(|_| random.between(second, 2 * second)).collect();
        assert!(drawn.iter().all(|drawn| (second..2 * second).contains(drawn)));
        let waited: Duration = (0..10_000).map(|_| random.until_next(second)).sum();
        assert!((9_500..10_500).contains(&waited.as_secs()), "{waited:?}");
    }
}
