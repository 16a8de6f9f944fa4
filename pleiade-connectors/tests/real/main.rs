//! Connectors against real servers, which `cargo xtask test` starts.

#[cfg(feature = "jitsi")]
mod jitsi;
#[cfg(feature = "matrix")]
mod matrix;
#[cfg(feature = "exchange")]
mod postgresql;
