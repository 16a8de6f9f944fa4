//! What the operator types.
//!
//! A mistake gets one message on standard error and its own exit code ([`Failure`]); what a command tells goes to standard output, the
//! log to standard error.

mod check;
mod demo;
mod failure;
mod serve;
mod user;

pub use failure::Failure;

use crate::seal::SealKey;
use clap::{Args, Parser, Subcommand};
use pleiade_core::{MailAddress, PersonKind, Role, SourceId, TenantId};
use std::{
    io::{self, Write as _},
    path::PathBuf,
    process::ExitCode,
};

/// One page with every application of an agent or an élu and everything that waits for them.
#[derive(Debug, Parser)]
#[command(name = "pleiade-server", version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show the desk on simulated applications, with sample people; nothing to configure.
    Demo {
        /// Port to listen on, on this machine only; 0 for any free one.
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// Folder to keep what people change; by default a temporary one that is removed at the end.
        #[arg(long)]
        data: Option<PathBuf>,
    },
    /// Serve the desk.
    Serve(ConfigFile),
    /// Say what is wrong with a configuration, and whether what it names answers. Changes nothing.
    Check(ConfigFile),
    /// Local accounts.
    #[command(subcommand)]
    User(UserCommand),
    /// The sealing key.
    #[command(subcommand)]
    Key(KeyCommand),
}

#[derive(Debug, Args)]
struct ConfigFile {
    /// The configuration.
    #[arg(long, short, env = "PLEIADE_CONFIG")]
    config: PathBuf,
}

#[derive(Debug, Subcommand)]
enum UserCommand {
    /// Create a local account. The password is asked for, or read from standard input.
    Add(NewUser),
}

/// A local account to create.
#[derive(Debug, Args)]
struct NewUser {
    #[command(flatten)]
    file: ConfigFile,
    /// For which collectivité; several times for somebody who works for several.
    #[arg(long, required = true)]
    tenant: Vec<TenantId>,
    /// What the person types to sign in.
    #[arg(long)]
    login: String,
    /// The name to show; the login by default.
    #[arg(long)]
    name: Option<String>,
    /// Contact address.
    #[arg(long)]
    mail: Option<MailAddress>,
    /// agent, elu or partner.
    #[arg(long, default_value = "agent")]
    kind: PersonKind,
    /// Function, for example "Secrétaire de mairie".
    #[arg(long)]
    function: Option<String>,
    /// tenant_administrator or operator; several times for both.
    #[arg(long)]
    role: Vec<Role>,
    /// Which local source, when the configuration has several for this collectivité.
    #[arg(long)]
    source: Option<SourceId>,
}

#[derive(Debug, Subcommand)]
enum KeyCommand {
    /// Write a new sealing key to standard output.
    New,
}

/// Runs the command of this process and gives its exit code.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(run(cli.command)),
        Err(_) => Err(Failure::other("the machine gives no threads")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nobody is left to tell when even this fails.
            let _ = writeln!(io::stderr(), "{}", failure.message());
            failure.code()
        }
    }
}

async fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Demo { port, data } => demo::demo(port, data).await,
        Command::Serve(file) => serve::serve(&file.config).await,
        Command::Check(file) => check::check(&file.config).await,
        Command::User(UserCommand::Add(new)) => user::add(&new).await,
        Command::Key(KeyCommand::New) => {
            let key = SealKey::generate().map_err(|error| Failure::other(error.to_string()))?;
            say(&key.to_base64())
        }
    }
}

/// One line on standard output.
fn say(line: &str) -> Result<(), Failure> {
    writeln!(io::stdout(), "{line}").map_err(|_| Failure::other("standard output is closed"))
}
