//! What lists people and groups.

use crate::{MailAddress, SourceId, Subject};
use async_trait::async_trait;
use std::fmt;

/// A person as a directory describes them.
#[derive(Clone)]
#[non_exhaustive]
pub struct DirectoryPerson {
    /// Stable key: the directory's id and `entryUUID`, `objectGUID`…
    pub subject: Subject,
    /// Name to show.
    pub display_name: String,
    /// Login.
    pub login: Option<String>,
    /// Contact address.
    pub mail: Option<MailAddress>,
    /// Function.
    pub function: Option<String>,
    /// Service within the collectivité.
    pub department: Option<String>,
    /// Telephone number as written.
    pub telephone: Option<String>,
    /// Names of their groups.
    pub groups: Vec<String>,
}

impl DirectoryPerson {
    /// A person known by name only.
    #[must_use]
    pub fn new(subject: Subject, display_name: impl Into<String>) -> Self {
        Self {
            subject,
            display_name: display_name.into(),
            login: None,
            mail: None,
            function: None,
            department: None,
            telephone: None,
            groups: Vec::new(),
        }
    }
}

/// Personal data stays out of debug output.
impl fmt::Debug for DirectoryPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DirectoryPerson").field("subject", &self.subject).finish_non_exhaustive()
    }
}

/// A failed look-up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DirectoryError {
    /// No connection, no TLS, or no answer in time.
    #[error("the directory cannot be reached: {0}")]
    Unreachable(&'static str),
    /// The read account is refused, or may not read.
    #[error("the directory refuses the read account: {0}")]
    Refused(&'static str),
    /// An answer that makes no sense or is beyond the caps.
    #[error("the directory's answer was refused: {0}")]
    BadAnswer(&'static str),
    /// The directory stopped before the end: what came is not all. Never taken for a full list.
    #[error("the directory cut its answer; allow paged results for the read account")]
    Incomplete,
    /// Something that the operator must change.
    #[error("the directory is wrongly configured: {0}")]
    Misconfigured(&'static str),
}

/// Something that lists people. It only reads: Pléiade writes in no directory.
#[async_trait]
pub trait Directory: fmt::Debug + Send + Sync + 'static {
    /// The configured source.
    fn id(&self) -> &SourceId;

    /// One person by their stable key.
    ///
    /// # Errors
    /// Those of the directory; absence is `None`, not an error.
    async fn person(&self, subject: &Subject) -> Result<Option<DirectoryPerson>, DirectoryError>;

    /// People whose name, login or mail begins with `text`, at most `limit`.
    ///
    /// # Errors
    /// Those of the directory.
    async fn search(&self, text: &str, limit: usize) -> Result<Vec<DirectoryPerson>, DirectoryError>;

    /// Proves that the directory answers and lets the read account in.
    ///
    /// # Errors
    /// Those of the directory.
    async fn probe(&self) -> Result<(), DirectoryError>;
}
