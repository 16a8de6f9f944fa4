//! Simulators against independent clients, which `cargo xtask test` installs.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests panic like tests")]

mod iparapheur;
mod matrix;
mod nextcloud;
mod pastell;
mod soap;
mod zimbra;
