//! The simulated Nextcloud against the recorded one, and its connector against both of its moods.

mod behaviour;
mod shape;
