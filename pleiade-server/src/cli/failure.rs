//! The failure of a command: its exit code and its message.

use crate::{
    assemble::AssembleError,
    config::{ConfigError, Problem, ProblemKind},
    storage::StorageError,
};
use std::{net::SocketAddr, process::ExitCode};

/// One message and one exit code. The codes are part of the interface: scripts rely on them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub(super) code: u8,
    pub(super) message: String,
}

impl Failure {
    /// Anything else: 1.
    pub const OTHER: u8 = 1;
    /// A configuration that makes no sense: 3. (2 is a wrong command line.)
    pub const CONFIGURATION: u8 = 3;
    /// An unknown key: 4.
    pub const UNKNOWN_KEY: u8 = 4;
    /// An address that is none: 5.
    pub const BAD_URL: u8 = 5;
    /// A file named by a `…_file` key that cannot be read: 6.
    pub const MISSING_FILE: u8 = 6;
    /// The address to listen on is taken or not allowed: 7.
    pub const LISTEN: u8 = 7;
    /// The database is locked: 8.
    pub const DATABASE_LOCKED: u8 = 8;
    /// The database comes from a newer version: 9.
    pub const DATABASE_NEWER: u8 = 9;
    /// The database cannot be used otherwise: 10.
    pub const DATABASE: u8 = 10;
    /// A directory, an identity provider or an application does not answer as it should: 11.
    pub const UNREACHABLE: u8 = 11;
    /// A synchronisation waits for a decision: 12.
    pub const UNDECIDED: u8 = 12;
    /// A directory's answer was refused: 13.
    pub const REFUSED: u8 = 13;
    /// Another run of the same directory is under way: 14.
    pub const BUSY: u8 = 14;

    /// The database needs the command `upgrade`: 15.
    pub const UPGRADE: u8 = 15;

    /// There is no such account, source or collectivité: 12.
    pub const UNKNOWN: u8 = 12;

    pub(super) fn new(code: u8, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    pub(super) fn other(message: impl Into<String>) -> Self {
        Self::new(Self::OTHER, message)
    }

    pub(super) fn listen(address: SocketAddr, error: &std::io::Error) -> Self {
        let why = match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                "another program already listens there; stop it or choose another port in server.listen"
            }
            std::io::ErrorKind::PermissionDenied => {
                "this account may not listen there; ports below 1024 need a right of their own"
            }
            std::io::ErrorKind::AddrNotAvailable => {
                "this machine does not have that address; correct server.listen"
            }
            _ => "listening failed",
        };
        Self::new(Self::LISTEN, format!("{address}: {why}"))
    }

    /// The same, with what it is about in front: a path, a source.
    pub(super) fn about(self, what: &str) -> Self {
        Self { message: format!("{what}: {}", self.message), ..self }
    }

    /// The message.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The process's exit code.
    #[must_use]
    pub fn code(&self) -> ExitCode {
        ExitCode::from(self.code)
    }
}

fn code_of(kind: ProblemKind) -> u8 {
    match kind {
        ProblemKind::UnknownKey => Failure::UNKNOWN_KEY,
        ProblemKind::BadUrl => Failure::BAD_URL,
        ProblemKind::MissingSecretFile => Failure::MISSING_FILE,
        ProblemKind::Wrong => Failure::CONFIGURATION,
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::new(code_of(error.kind()), error.to_string())
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::new(code_of(problem.kind), problem.to_string())
    }
}

impl From<StorageError> for Failure {
    fn from(error: StorageError) -> Self {
        let code = match error {
            StorageError::Locked => Self::DATABASE_LOCKED,
            StorageError::NewerSchema { .. } => Self::DATABASE_NEWER,
            StorageError::UpgradeNeeded { .. } => Self::UPGRADE,
            StorageError::NoSuchLink { .. } => Self::UNKNOWN,
            _ => Self::DATABASE,
        };
        Self::new(code, error.to_string())
    }
}

impl From<AssembleError> for Failure {
    fn from(error: AssembleError) -> Self {
        match error {
            AssembleError::Config(problem) => problem.into(),
            AssembleError::Storage(error) => error.into(),
            AssembleError::Key(error) => Self::new(Self::MISSING_FILE, format!("the sealing key: {error}")),
            error => Self::other(error.to_string()),
        }
    }
}
