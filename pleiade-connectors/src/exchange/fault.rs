//! Why what a business application handed over cannot be used.

use pleiade_core::{ConnectorError, ErrorKind, Message};

/// Why what was handed over cannot be used. The words are for whoever makes the export; they hold none of its content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExchangeFault {
    /// Neither UTF-8 nor Windows-1252, or cut within a character.
    #[error("the text is cut, or in another encoding than UTF-8 or Windows-1252")]
    Encoding,
    /// A quote that is opened and not closed.
    #[error("a quotation mark is opened and never closed: the file is cut, or its quotes are not doubled")]
    OpenQuote,
    /// No line of column names.
    #[error("the first line does not name the columns")]
    NoHeader,
    /// What is wrong with one file of several.
    #[error("`{file}`: {fault}")]
    OfFile {
        /// The file's name.
        file: String,
        /// What is wrong with it.
        fault: Box<Self>,
    },
    /// A column that the contract requires.
    #[error("the column `{column}` is missing")]
    MissingColumn {
        /// Its name.
        column: &'static str,
    },
    /// More rows than a connector holds.
    #[error("there are more than {max} rows")]
    TooManyRows {
        /// The bound.
        max: usize,
    },
    /// A file larger than a connector reads.
    #[error("`{file}` is larger than {max} bytes")]
    TooLarge {
        /// The file's name.
        file: String,
        /// The bound.
        max: u64,
    },
    /// A file that is not there.
    #[error("`{file}` is not there")]
    NotThere {
        /// The file's name.
        file: String,
    },
    /// A file that the server may not read, or a disk that fails.
    #[error("`{file}` cannot be read: {reason}")]
    Unreadable {
        /// The file's name.
        file: String,
        /// The operating system's reason.
        reason: String,
    },
    /// A file that is still changing.
    #[error("`{file}` is being written: it is read once its size and time have stayed the same for a minute")]
    BeingWritten {
        /// The file's name.
        file: String,
    },
    /// A manifest that is not what the contract says.
    #[error("the manifest is not `pleiade.depot/1`: {why}")]
    Manifest {
        /// What is wrong.
        why: &'static str,
    },
    /// A file that is not the one of the manifest.
    #[error(
        "`{file}` is not the file of the manifest, whose digest or count of lines differs: it is still being written, or was changed"
    )]
    NotOfManifest {
        /// The file's name.
        file: String,
    },
    /// No row at all.
    #[error("`{file}` has no row; with `may_be_empty = true` that means that nobody has anything")]
    Empty {
        /// The file's name.
        file: String,
    },
    /// Far fewer rows than before.
    #[error("`{file}` has {rows} rows, and had {before}: whoever finds that right has it taken as it is")]
    Shrunken {
        /// The file's name.
        file: String,
        /// Its rows now.
        rows: usize,
        /// Those of the last good reading.
        before: usize,
    },
}

impl ExchangeFault {
    /// The same, of this file of several.
    #[must_use]
    pub fn of_file(self, file: &str) -> Self {
        Self::OfFile { file: file.to_owned(), fault: Box::new(self) }
    }

    /// True if it may be gone without anything being written anew: a file that is not there yet, a disk that fails.
    #[must_use]
    pub fn passes(&self) -> bool {
        matches!(self, Self::NotThere { .. } | Self::Unreadable { .. } | Self::BeingWritten { .. })
    }

    /// What a card says of it beside the last good reading: a message `kit-exchange-…` without arguments. What exactly is wrong stands in
    /// the log, for whoever makes the export.
    #[must_use]
    pub fn notice(&self) -> Message {
        Message::new(match self {
            Self::OfFile { fault, .. } => return fault.notice(),
            Self::NotThere { .. } => "kit-exchange-not-there",
            Self::Unreadable { .. } => "kit-exchange-unreadable",
            Self::BeingWritten { .. } | Self::NotOfManifest { .. } | Self::OpenQuote | Self::Encoding => {
                "kit-exchange-half-written"
            }
            Self::Empty { .. } | Self::Shrunken { .. } => "kit-exchange-short",
            _ => "kit-exchange-refused",
        })
    }

    /// As a connector's error, in words of what is handed over: no application was asked.
    #[must_use]
    pub fn into_error(self) -> ConnectorError {
        ConnectorError::new(ErrorKind::NotHandedOver, "read what the application hands over")
            .with_hint(self.to_string())
    }
}
