//! Simulators against independent clients, which `cargo xtask test` installs.

mod matrix;
mod nextcloud;
mod zimbra;
