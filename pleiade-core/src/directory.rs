//! What lists people and groups.

use crate::{Claims, MailAddress, SourceId, Subject};
use async_trait::async_trait;
use std::{collections::BTreeMap, fmt};

/// A person as a directory describes them.
#[derive(Clone)]
#[non_exhaustive]
pub struct DirectoryPerson {
    /// Stable key: the directory's id and `entryUUID`, `objectGUID`…
    pub subject: Subject,
    /// Name to show.
    pub display_name: String,
    /// First name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
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
    /// Their groups, nested ones included where the directory can tell: names, or distinguished names if the operator asks for them.
    pub groups: Vec<String>,
    /// Every other attribute that was asked for, by its name at the source, for declarative mapping.
    pub attributes: BTreeMap<String, Vec<String>>,
    /// Whether the directory lets them in: false for a disabled or expired account.
    pub active: bool,
}

impl DirectoryPerson {
    /// A person known by name only.
    #[must_use]
    pub fn new(subject: Subject, display_name: impl Into<String>) -> Self {
        Self {
            subject,
            display_name: display_name.into(),
            given_name: None,
            family_name: None,
            login: None,
            mail: None,
            function: None,
            department: None,
            telephone: None,
            groups: Vec::new(),
            attributes: BTreeMap::new(),
            active: true,
        }
    }
}

/// The same person as a source of sign-in would describe them, for mapping; their function, department and telephone are attributes of
/// these names.
impl From<DirectoryPerson> for Claims {
    fn from(person: DirectoryPerson) -> Self {
        let mut claims = Self::new(person.subject);
        claims.display_name = Some(person.display_name);
        claims.given_name = person.given_name;
        claims.family_name = person.family_name;
        claims.mail = person.mail;
        claims.login = person.login;
        claims.groups = person.groups;
        claims.attributes = person.attributes;
        for (name, value) in [
            ("function", person.function),
            ("department", person.department),
            ("telephone", person.telephone),
        ] {
            if let Some(value) = value {
                claims.attributes.entry(name.to_owned()).or_insert_with(|| vec![value]);
            }
        }
        claims
    }
}

/// What a directory says since a cursor.
#[derive(Debug)]
#[non_exhaustive]
pub enum DirectoryChanges {
    /// Everybody: whoever is not here is no longer in the directory.
    Everybody {
        /// All of them.
        people: Vec<DirectoryPerson>,
        /// From where to go on next time, where the directory offers it. Opaque; at most 8 kB.
        cursor: Option<String>,
    },
    /// Only what has changed.
    Some {
        /// New and changed people, whole.
        changed: Vec<DirectoryPerson>,
        /// Who has left, by their key.
        gone: Vec<Subject>,
        /// From where to go on next time.
        cursor: Option<String>,
    },
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

    /// People who sign in with exactly this login, case aside: one, none, or several where the directory allows it. By default what
    /// [`search`](Self::search) finds, then each read whole; a directory that can ask for the login itself does better.
    ///
    /// # Errors
    /// Those of the directory.
    async fn by_login(&self, login: &str) -> Result<Vec<DirectoryPerson>, DirectoryError> {
        let login = login.trim().to_lowercase();
        if login.is_empty() {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        for person in self.search(&login, 50).await? {
            if person.login.as_ref().is_some_and(|theirs| theirs.to_lowercase() == login) {
                found.extend(self.person(&person.subject).await?);
            }
        }
        Ok(found)
    }

    /// What has changed since `cursor`, or everybody without one. A cursor that the directory no longer honours, or that another server
    /// of it gave, answers with everybody again. Never a part taken for the whole: see [`DirectoryError::Incomplete`].
    ///
    /// # Errors
    /// Those of the directory.
    async fn changes(&self, cursor: Option<&str>) -> Result<DirectoryChanges, DirectoryError>;

    /// Proves that the directory answers and lets the read account in.
    ///
    /// # Errors
    /// Those of the directory.
    async fn probe(&self) -> Result<(), DirectoryError>;
}
