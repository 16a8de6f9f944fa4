//! The errors of a configuration, with their place in a file.

use std::{fmt, path::PathBuf};

/// A place in a file; lines and columns start at 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FilePosition {
    /// The file.
    pub file: PathBuf,
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

impl fmt::Display for FilePosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file.display(), self.line, self.column)
    }
}

/// The subject of a problem: each kind ends the program with its own exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemKind {
    /// A file that cannot be read, a syntax error, or a value that makes no sense.
    Wrong,
    /// A key that does not exist.
    UnknownKey,
    /// An address that is none.
    BadUrl,
    /// A file named by a `…_file` key that cannot be read.
    MissingSecretFile,
}

/// One mistake. Its text never holds a value of the file, which may be a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The subject.
    pub kind: ProblemKind,
    /// The place in the file, as far as it is known.
    pub place: Option<FilePosition>,
    /// The path of the key, for example `tenants[1].hosts[0]`.
    pub key: String,
    /// The fault and its remedy.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.message)
    }
}

/// Every mistake found, one a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError(pub Vec<Problem>);

impl ConfigError {
    /// The subject of the first problem.
    #[must_use]
    pub fn kind(&self) -> ProblemKind {
        self.0.first().map_or(ProblemKind::Wrong, |problem| problem.kind)
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, problem) in self.0.iter().enumerate() {
            if n > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl From<Problem> for ConfigError {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}
