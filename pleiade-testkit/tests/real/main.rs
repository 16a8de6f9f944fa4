//! Simulators against independent clients, which `cargo xtask test` installs.

mod iparapheur;
mod matrix;
mod nextcloud;
mod pastell;
mod soap;
mod zimbra;
