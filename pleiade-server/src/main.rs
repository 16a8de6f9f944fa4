//! The command line of the Pléiade desk.

use std::process::ExitCode;

fn main() -> ExitCode {
    pleiade_server::cli::main()
}
