//! Arguments and output that commands share.

use super::failure::Failure;
use clap::Args;
use std::{
    io::{self, Write as _},
    path::PathBuf,
};

#[derive(Debug, Args)]
pub(super) struct ConfigFile {
    /// The configuration.
    #[arg(long, short, env = "PLEIADE_CONFIG")]
    pub(super) config: PathBuf,
}

/// One line on standard output.
pub(super) fn print_line(line: &str) -> Result<(), Failure> {
    writeln!(io::stdout(), "{line}").map_err(|_| Failure::other("standard output is closed"))
}
