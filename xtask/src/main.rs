//! Checks, tests and test servers of the Pléiade workspace. See README.md beside this folder.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool speaks on its standard streams"
)]

mod check;
mod circles;
mod each_connector;
mod fuzz;
mod install;
mod process;
mod release;
mod servers;
mod steps;
mod test;
mod workspace;

use std::process::ExitCode;

use steps::Steps;

/// A result whose error is a sentence for the person at the terminal.
pub(crate) type Result<T> = std::result::Result<T, String>;

const USAGE: &str = "\
Usage:
  cargo xtask check                            formatting, lints, documentation, features, packages, licences
  cargo xtask check --circles                  files of a crate that use each other
  cargo xtask check --each-connector           removes each connector in turn from a copy, which must compile without it
  cargo xtask test [--only unit|real|browser]  installs what is missing, starts the servers, runs the tests
  cargo xtask ci                               both, with one summary
  cargo xtask pictures                         makes the pictures of the README and the guide from the demonstration
  cargo xtask fuzz [TARGET] [--seconds 120]    runs the fuzz targets, each for so long, and `model`
  cargo xtask release-check [--write]          compares what the libraries show with docs/public-api, or writes it
  cargo xtask servers [--env FILE]             starts the test servers and keeps them until it is stopped";

fn check() -> Result<()> {
    let mut steps = Steps::default();
    check::run(&mut steps);
    steps.finish()
}

fn each_connector() -> Result<()> {
    let mut steps = Steps::default();
    each_connector::run(&mut steps)?;
    steps.finish()
}

fn test(only: Option<&str>) -> Result<()> {
    let mut steps = Steps::default();
    test::run(&mut steps, only)?;
    steps.finish()
}

fn pictures() -> Result<()> {
    let mut steps = Steps::default();
    test::pictures(&mut steps)?;
    steps.finish()
}

fn release_check(write: bool) -> Result<()> {
    let mut steps = Steps::default();
    release::run(&mut steps, write);
    steps.finish()
}

fn ci() -> Result<()> {
    let mut steps = Steps::default();
    check::run(&mut steps);
    test::run(&mut steps, None)?;
    steps.finish()
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["check"] => check(),
        ["check", "--circles"] => circles::check(),
        ["check", "--each-connector"] => each_connector(),
        ["test"] => test(None),
        ["test", "--only", part @ ("unit" | "real" | "browser")] => test(Some(part)),
        ["ci"] => ci(),
        ["pictures"] => pictures(),
        ["release-check"] => release_check(false),
        ["release-check", "--write"] => release_check(true),
        ["fuzz", words @ ..] => fuzz::run(words),
        ["servers"] => servers::run(None),
        ["servers", "--env", file] => servers::run(Some(file.as_ref())),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            // After a summary everything has been said.
            if !message.is_empty() {
                eprintln!("{message}");
            }
            ExitCode::FAILURE
        }
    }
}
