//! Checks, tests and test servers of the Pléiade workspace. See README.md beside this folder.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool speaks on its standard streams"
)]

mod check;
mod install;
mod process;
mod servers;
mod steps;
mod test;
mod workspace;

use std::process::ExitCode;

/// What went wrong, as a sentence for the person at the terminal.
pub(crate) type Result<T> = std::result::Result<T, String>;

const USAGE: &str = "\
Usage:
  cargo xtask check                            formatting, lints, documentation, packages
  cargo xtask test [--only unit|real|browser]  installs what is missing, starts the servers, runs the tests
  cargo xtask servers [--env FILE]             starts the test servers and keeps them until it is stopped";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["check"] => check::run(),
        ["test"] => test::run(None),
        ["test", "--only", part @ ("unit" | "real" | "browser")] => test::run(Some(part)),
        ["servers"] => servers::run(None),
        ["servers", "--env", file] => servers::run(Some(file.as_ref())),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
