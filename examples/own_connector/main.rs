//! The server with two more kinds of connector: every command of `pleiade-server`, and `kind = "leave"` and `kind = "orders"` in its
//! configuration.
//!
//! ```console
//! cargo run -p pleiade-examples --example own_connector -- check --config pleiade.toml
//! ```

use pleiade_examples::{leave::config::LeaveSettings, orders::OrdersSettings};
use pleiade_server::{cli, config::ConnectorKinds};
use std::process::ExitCode;

/// Those of the server, and ours.
fn kinds() -> ConnectorKinds {
    ConnectorKinds::built_in().with::<LeaveSettings>("leave").with::<OrdersSettings>("orders")
}

fn main() -> ExitCode {
    cli::main_with(&kinds())
}

#[cfg(test)]
mod tests;
