//! The commands of the operator.
//!
//! A mistake gets one message on standard error and its own exit code ([`Failure`]); what a command tells goes to standard output, the
//! log to standard error.

mod args;
mod check;
#[cfg(feature = "demo")]
mod demo;
mod failure;
mod key;
mod lemonldap;
mod scim;
mod serve;
mod sync;
mod upgrade;
mod user;

use args::ConfigFile;
pub use failure::Failure;

use crate::config::ConnectorKinds;
#[cfg(feature = "demo")]
use crate::demo::DemoOptions;
use clap::{Parser, Subcommand};
use std::{
    io::{self, Write as _},
    process::ExitCode,
    time::Duration,
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
    #[cfg(feature = "demo")]
    Demo {
        /// Address of this machine to listen on, for others on its network, who can then all sign in as the sample people.
        #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
        listen: std::net::IpAddr,
        /// Port to listen on; 0 for any free one.
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// Folder to keep what people change in the desk (accounts, delegations, what they put off, the audit log); by default a
        /// temporary one that is removed at the end. The simulated applications begin anew at each start.
        #[arg(long, value_name = "FOLDER")]
        data: Option<std::path::PathBuf>,
    },
    /// Serve the desk.
    Serve(ConfigFile),
    /// Say what is wrong with a configuration, and whether what it names answers. Changes nothing but the row that shows that a database
    /// takes writes.
    Check(check::CheckArgs),
    /// Say what an upgrade from a version before links closes. Changes nothing without `--apply`.
    Upgrade(upgrade::UpgradeArgs),
    /// Read directories now: say what changed since the last time, and write it unless somebody must decide first.
    Sync(sync::SyncArgs),
    /// Local accounts.
    #[command(subcommand)]
    User(user::UserCommand),
    /// The sources that identity managers push to.
    #[command(subcommand)]
    Scim(scim::ScimCommand),
    /// The configuration that LemonLDAP::NG needs.
    #[command(subcommand)]
    Lemonldap(lemonldap::LemonldapCommand),
    /// The sealing key.
    #[command(subcommand)]
    Key(KeyCommand),
}

/// The time that whatever still runs when a command has ended takes at most.
const RUNTIME_END: Duration = Duration::from_secs(2);

#[derive(Debug, Subcommand)]
enum KeyCommand {
    /// Write a new sealing key to standard output.
    New,
    /// Say how many records each key has sealed.
    Status(ConfigFile),
    /// Seal again with the present key what the previous one sealed, while the server goes on.
    Rotate(ConfigFile),
}

/// Runs the command of this process and gives its exit code.
#[must_use]
pub fn main() -> ExitCode {
    main_with(&ConnectorKinds::built_in())
}

/// [`main`] for a program that has connectors of its own: every command reads its configuration with these kinds.
#[must_use]
pub fn main_with(kinds: &ConnectorKinds) -> ExitCode {
    let cli = Cli::parse();
    let outcome = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => {
            let outcome = runtime.block_on(run(cli.command, kinds));
            // What still runs was given its time by the command itself, and never keeps the process.
            runtime.shutdown_timeout(RUNTIME_END);
            outcome
        }
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

async fn run(command: Command, kinds: &ConnectorKinds) -> Result<(), Failure> {
    match command {
        #[cfg(feature = "demo")]
        Command::Demo { listen, port, data } => demo::demo(DemoOptions { listen, port, data }).await,
        Command::Serve(file) => serve::serve(&file.config, kinds).await,
        Command::Check(args) => check::check(&args, kinds).await,
        Command::Upgrade(args) => upgrade::upgrade(&args, kinds).await,
        Command::Sync(args) => sync::run_command(&args, kinds).await,
        Command::User(command) => user::run(command, kinds).await,
        Command::Scim(command) => scim::run(command, kinds).await,
        Command::Lemonldap(command) => lemonldap::run(&command, kinds),
        Command::Key(KeyCommand::New) => key::new(),
        Command::Key(KeyCommand::Status(file)) => key::status(&file.config, kinds).await,
        Command::Key(KeyCommand::Rotate(file)) => key::rotate(&file.config, kinds).await,
    }
}
