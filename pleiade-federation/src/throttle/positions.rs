//! Who waits at the same moment.

use std::{
    collections::HashMap,
    hash::{BuildHasher as _, Hash, RandomState},
    sync::{Arc, Mutex, PoisonError},
};

/// Bounds how many wait or work at the same moment, and how many of them are of one origin, so that no origin takes every place. Cloning
/// gives the same positions.
#[derive(Debug, Clone)]
pub struct Positions(Arc<State>);

#[derive(Debug)]
struct State {
    most: usize,
    most_of_one: usize,
    hasher: RandomState,
    taken: Mutex<TakenPositions>,
}

#[derive(Debug, Default)]
struct TakenPositions {
    all: usize,
    by_origin: HashMap<u64, usize>,
}

impl Positions {
    /// At most `most` positions in all, and `most_of_one` of one origin.
    #[must_use]
    pub fn new(most: usize, most_of_one: usize) -> Self {
        Self(Arc::new(State { most, most_of_one, hasher: RandomState::new(), taken: Mutex::default() }))
    }

    /// Takes a position until it is dropped; `None` when there is none left, or none for this origin. Without an origin, only all of them
    /// count.
    #[must_use]
    pub fn take(&self, origin: Option<impl Hash>) -> Option<Position> {
        let origin = origin.map(|origin| self.0.hasher.hash_one(origin));
        let mut taken = self.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.all >= self.0.most {
            return None;
        }
        if let Some(origin) = origin {
            let mine = taken.by_origin.entry(origin).or_default();
            if *mine >= self.0.most_of_one {
                return None;
            }
            *mine += 1;
        }
        taken.all += 1;
        Some(Position { state: self.0.clone(), origin })
    }
}

/// A position that is taken; dropping it gives it back.
#[derive(Debug)]
pub struct Position {
    state: Arc<State>,
    origin: Option<u64>,
}

impl Drop for Position {
    fn drop(&mut self) {
        let mut taken = self.state.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all = taken.all.saturating_sub(1);
        if let Some(origin) = self.origin
            && let Some(mine) = taken.by_origin.get_mut(&origin)
        {
            *mine = mine.saturating_sub(1);
            if *mine == 0 {
                taken.by_origin.remove(&origin);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_origin_takes_every_place() {
        let positions = Positions::new(10, 4);
        let mut held: Vec<Position> = (0..20).filter_map(|_| positions.take(Some("flood"))).collect();
        assert_eq!(held.len(), 4);
        held.extend((0..20).filter_map(|n| positions.take(Some(n))));
        assert_eq!(held.len(), 10);
        assert!(positions.take(None::<u8>).is_none());
        held.clear();
        assert!(positions.take(Some("flood")).is_some(), "what is dropped is given back");
        assert!(positions.0.taken.lock().unwrap().by_origin.is_empty());
    }
}
