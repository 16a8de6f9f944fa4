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
    /// True if some of their groups were left out: nested deeper, or more, than the directory's reader looks at.
    pub groups_are_cut: bool,
    /// Every other attribute that was asked for, by its name at the source, for declarative mapping.
    pub attributes: BTreeMap<String, Vec<String>>,
    /// True if the directory lets them in; false for a disabled or expired account.
    pub active: bool,
}

impl DirectoryPerson {
    /// A person of whom only the key and the name are known.
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
            groups_are_cut: false,
            attributes: BTreeMap::new(),
            active: true,
        }
    }
}

/// The claims that a source of sign-in would give for this person, for mapping; function, department and telephone become attributes of
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

/// The changes of a directory since a cursor.
#[derive(Debug)]
#[non_exhaustive]
pub enum DirectoryChanges {
    /// Everybody: people who are absent here are no longer in the directory.
    Everybody {
        /// All of them.
        people: Vec<DirectoryPerson>,
        /// The cursor for the next call, where the directory offers one. Opaque; at most 8 kB.
        cursor: Option<String>,
    },
    /// Only what has changed.
    Some {
        /// New and changed people, whole.
        changed: Vec<DirectoryPerson>,
        /// The keys of people who have left.
        gone: Vec<Subject>,
        /// The cursor for the next call.
        cursor: Option<String>,
    },
}

/// Personal data stays out of debug output.
impl fmt::Debug for DirectoryPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DirectoryPerson").field("subject", &self.subject).finish_non_exhaustive()
    }
}

/// A failed request to a directory.
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
    /// The directory stopped before the end: the list is incomplete, and never to be taken for a full one.
    #[error("the directory cut its answer; allow paged results for the read account")]
    Incomplete,
    /// Something that the operator must change.
    #[error("the directory is wrongly configured: {0}")]
    Misconfigured(&'static str),
}

/// A list of people, read only: Pléiade writes in no directory.
#[async_trait]
pub trait Directory: fmt::Debug + Send + Sync + 'static {
    /// The configured source.
    fn id(&self) -> &SourceId;

    /// The person with this stable key.
    ///
    /// # Errors
    /// Those of the directory; absence is `None`, not an error.
    async fn person(&self, subject: &Subject) -> Result<Option<DirectoryPerson>, DirectoryError>;

    /// People whose name, login or mail begins with `text`, at most `limit`.
    ///
    /// # Errors
    /// Those of the directory.
    async fn search(&self, text: &str, limit: usize) -> Result<Vec<DirectoryPerson>, DirectoryError>;

    /// People whose login is exactly this one, case aside: none, one, or several where the directory allows it. The default implementation
    /// calls [`search`](Self::search), then reads each person whole; a directory that can ask for the login itself does better.
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

    /// The changes since `cursor`, or everybody without one. A cursor that the directory no longer honours, or that another of its servers
    /// gave, answers with everybody. Never a part taken for the whole: see [`DirectoryError::Incomplete`].
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
