//! Files that a person gives to an application in their own name, one after the other: a batch to the signature book.
//!
//! A connector offers this by [`Connector::deposit`](crate::Connector::deposit). Whoever calls it holds one file at a time and keeps none.

use crate::{ActionInput, CallContext, ConnectorError, Message, Text};
use async_trait::async_trait;
use bytes::Bytes;
use std::fmt;
use url::Url;

/// The bounds of what an application is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DepositLimits {
    /// Files at most in one batch.
    pub max_files: usize,
    /// Bytes at most of one file.
    pub max_file_bytes: usize,
    /// Characters at most of a title.
    pub max_title_chars: usize,
    /// The media type of the files: `application/pdf`.
    pub media_type: &'static str,
    /// The bytes with which each of them begins: `%PDF-`.
    pub magic: &'static [u8],
}

impl DepositLimits {
    /// PDF files, with titles of at most 200 characters.
    #[must_use]
    pub const fn pdf(max_files: usize, max_file_bytes: usize) -> Self {
        Self {
            max_files,
            max_file_bytes,
            max_title_chars: 200,
            media_type: "application/pdf",
            magic: b"%PDF-",
        }
    }
}

/// A place to which files can be given.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DepositPlace {
    /// Its id, opaque to everybody but the connector; not a secret.
    pub id: String,
    /// Its name: a flow, and what is done with it.
    pub title: Text,
    /// Where it stands: an entity. Places of one group come one after the other.
    pub group: Text,
    /// Words that the person writes for all files of the batch, if any.
    pub input: Option<ActionInput>,
}

impl DepositPlace {
    /// A place that asks for no words.
    #[must_use]
    pub fn new(id: impl Into<String>, title: impl Into<Text>, group: impl Into<Text>) -> Self {
        Self { id: id.into(), title: title.into(), group: group.into(), input: None }
    }

    /// The same with words of the person.
    #[must_use]
    pub fn with_input(mut self, input: ActionInput) -> Self {
        self.input = Some(input);
        self
    }
}

/// The places to which somebody may give files.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct DepositPlaces {
    /// The places, in the order to show.
    pub places: Vec<DepositPlace>,
    /// True if there are more than these.
    pub more: bool,
}

/// A file to give, as it came from a browser: the connector checks every field like any hostile input.
#[derive(Clone)]
#[non_exhaustive]
pub struct DepositFile {
    /// The id of the place.
    pub place: String,
    /// The words that the person wrote for the batch; none when they wrote none.
    pub text: Option<String>,
    /// The title.
    pub title: String,
    /// The name of the file.
    pub name: String,
    /// The file.
    pub content: Bytes,
}

impl DepositFile {
    /// Joins the parts, without words for the batch.
    #[must_use]
    pub fn new(
        place: impl Into<String>,
        title: impl Into<String>,
        name: impl Into<String>,
        content: Bytes,
    ) -> Self {
        Self { place: place.into(), text: None, title: title.into(), name: name.into(), content }
    }

    /// The same with words for the batch.
    #[must_use]
    pub fn with_text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }
}

/// Titles and files may be personal: only the length is shown.
impl fmt::Debug for DepositFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DepositFile").field("bytes", &self.content.len()).finish_non_exhaustive()
    }
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Deposited {
    /// How far it went.
    pub state: DepositState,
    /// That in the connector's words.
    pub message: Message,
    /// The page of the application that shows it, or on which the person finds out.
    pub link: Option<Url>,
}

impl Deposited {
    /// Joins the parts.
    #[must_use]
    pub fn new(state: DepositState, message: Message, link: Option<Url>) -> Self {
        Self { state, message, link }
    }
}

/// How far a file went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DepositState {
    /// The application has it.
    Sent,
    /// The application does not take it, and has nothing of it, or a draft that the message tells of.
    NotSent,
    /// Nobody knows: the answer was lost. It was not sent again.
    Unknown,
}

/// The giving of files to one application, in the person's own name.
#[async_trait]
pub trait FileDeposit: Send + Sync {
    /// What is done, as the title of the page: « Envoyer des PDF à la signature ».
    fn title(&self) -> Message;

    /// The bounds.
    fn limits(&self) -> DepositLimits;

    /// The places to which this person may give files, as far as the application tells before it is asked to take one.
    ///
    /// # Errors
    /// Those of the application.
    async fn places(&self, cx: &CallContext) -> Result<DepositPlaces, ConnectorError>;

    /// Gives one file, at most once: a call whose answer is lost is looked up and never made again. It takes as long as the application,
    /// and bounds each of its calls itself.
    ///
    /// # Errors
    /// Those of the application, when it has taken nothing for certain.
    async fn deposit(&self, cx: &CallContext, file: DepositFile) -> Result<Deposited, ConnectorError>;
}
