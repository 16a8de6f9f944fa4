//! Keeps readings fresh.
