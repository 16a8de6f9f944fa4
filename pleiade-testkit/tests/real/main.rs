//! Simulators against independent clients, which `cargo xtask test` installs.

mod zimbra;
