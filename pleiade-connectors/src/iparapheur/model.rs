//! Desks and folders, whichever version they were read from.

use crate::{
    kit::{content::plain, json::List},
    text::local,
};
use chrono::{DateTime, NaiveTime, Utc};
use chrono_tz::Tz;
use pleiade_core::{ConnectorError, Deadline};

/// The longest id taken from the application; a UUID has 36 characters.
const MAX_ID_CHARS: usize = 64;

/// True for an id that may stand in paths and come back from browsers: letters, digits, `-`, `_`.
pub(super) fn is_id(text: &str) -> bool {
    (1..=MAX_ID_CHARS).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// The place of a desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskId {
    /// The entity that the desk belongs to; none in version 4.
    pub tenant: Option<String>,
    /// The desk.
    pub desk: String,
}

/// A desk of the person.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Desk {
    /// Its place.
    pub id: DeskId,
    /// Its name.
    pub name: String,
    /// The name of its entity.
    pub tenant_name: String,
    /// True if the person assists the one whose desk it is.
    pub on_behalf: bool,
    /// Its numbers of folders.
    pub counts: Counts,
    /// True if the application refuses it to the person, or has it no more: it is not shown.
    pub(super) hidden: bool,
}

/// The numbers of folders of a desk; none for what was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Counts {
    /// To process.
    pub pending: Option<u64>,
    /// Late, among those to process.
    pub late: Option<u64>,
    /// Received by delegation.
    pub delegated: Option<u64>,
    /// Rejected, come back to the desk.
    pub rejected: Option<u64>,
    /// At the end of their circuit.
    pub finished: Option<u64>,
    /// In preparation.
    pub drafts: Option<u64>,
}

impl Counts {
    /// The late ones are among those to process: the application may count some that the person cannot act on.
    pub(super) fn clamp_late(&mut self) {
        if let (Some(late), Some(pending)) = (self.late, self.pending) {
            self.late = Some(late.min(pending));
        }
    }

    /// The number of a kind in words of people is 0 everywhere it was read.
    pub(super) fn is_nothing(&self) -> bool {
        [self.pending, self.delegated, self.rejected].into_iter().all(|count| count.is_none_or(|n| n == 0))
    }
}

/// What a folder asks of a desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestedAction {
    /// A visa.
    Visa,
    /// A signature, with a certificate.
    Signature,
    /// A signature on paper.
    PaperSignature,
    /// A seal.
    Seal,
    /// A signature by somebody outside.
    ExternalSignature,
    /// An opinion.
    Opinion,
    /// A secure mail.
    SecureMail,
    /// Something else, or something unknown.
    Other,
}

impl RequestedAction {
    /// From the code of either version.
    #[must_use]
    pub fn parse(code: &str) -> Self {
        match code {
            "VISA" => Self::Visa,
            "SIGNATURE" => Self::Signature,
            "PAPER_SIGNATURE" | "SIGN_PAPIER" => Self::PaperSignature,
            "SEAL" | "CACHET" => Self::Seal,
            "EXTERNAL_SIGNATURE" => Self::ExternalSignature,
            "SECOND_OPINION" | "AVIS_COMPLEMENTAIRE" => Self::Opinion,
            "SECURE_MAIL" | "MAILSEC" => Self::SecureMail,
            _ => Self::Other,
        }
    }

    /// True for what engages by a signature and stays in the application.
    #[must_use]
    pub fn is_signature(self) -> bool {
        matches!(self, Self::Signature | Self::PaperSignature | Self::Seal | Self::ExternalSignature)
    }
}

/// A folder to process.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Folder {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The position of its desk in the reading.
    pub(super) desk: usize,
    /// Its type and sub-type, in words.
    pub kind: String,
    /// Its deadline.
    pub due: Option<DateTime<Utc>>,
    /// The instant from which it waits: when the step began in version 5, when the folder was sent in version 4.
    pub since: Option<DateTime<Utc>>,
    /// What it asks.
    pub asks: RequestedAction,
    /// The task to act on; none in version 4, and when it is not known.
    pub task: Option<String>,
    /// The posts that the application offers the person on it.
    pub may: Rights,
    /// The reason for which nothing can be done for the moment.
    pub holdup: Option<Holdup>,
}

/// The posts that the application offers on a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Rights {
    /// A visa.
    pub visa: bool,
    /// A rejection.
    pub reject: bool,
}

/// The reason for which a folder cannot be acted on from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Holdup {
    /// It must be read first.
    MustBeRead,
    /// An action on it is under way.
    Locked,
}

/// Everything that one reading brought.
#[derive(Debug, Default)]
pub(super) struct DeskReading {
    /// The desks that were read or named, in the order of the application.
    pub(super) desks: Vec<Desk>,
    /// Folders to process, each with its desk.
    pub(super) folders: Vec<Folder>,
    /// True if the application has more folders to process than these.
    pub(super) more: bool,
    /// Desks and entities that could not be understood: every sum is a minimum then.
    pub(super) unreadable_desks: usize,
    /// Folders that could not be understood.
    pub(super) unreadable_folders: usize,
    /// Names of the desks and entities that there was no budget for.
    pub(super) unread: Vec<String>,
    /// Desks that there was no budget for and whose names are not known.
    pub(super) unnamed: u64,
    /// Names of the desks of which only the folders to process were read.
    pub(super) half_read: Vec<String>,
    /// Names of the desks whose folders are counted and not listed.
    pub(super) unlisted: Vec<String>,
    /// The first call that failed.
    pub(super) missing: Option<ConnectorError>,
    /// Delegations in force.
    pub(super) delegations: Vec<Delegation>,
}

impl DeskReading {
    /// True if a sum may be too small.
    pub(super) fn is_partial(&self) -> bool {
        self.unreadable_desks > 0 || self.unnamed > 0 || !self.unread.is_empty()
    }

    /// Notes a call that failed.
    pub(super) fn miss(&mut self, error: ConnectorError) {
        self.missing.get_or_insert(error);
    }

    /// Adds the folders of a desk.
    pub(super) fn add_folders(&mut self, list: List<Folder>) {
        self.unreadable_folders += list.unreadable;
        self.folders.extend(list.items);
    }

    /// Sorts folders by deadline, those without one last, then by age, and keeps the first of each id and as many as are shown.
    pub(super) fn keep_first(&mut self, max: usize) {
        self.folders.sort_by_cached_key(|folder| {
            (folder.due.is_none(), folder.due, folder.since.is_none(), folder.since, folder.id.clone())
        });
        let mut seen = std::collections::HashSet::new();
        self.folders.retain(|folder| seen.insert(folder.id.clone()));
        self.more |= self.folders.len() > max;
        self.folders.truncate(max);
    }

    /// The desks to show.
    pub(super) fn shown(&self) -> impl Iterator<Item = &Desk> {
        self.desks.iter().filter(|desk| !desk.hidden)
    }

    /// Leaves a desk out that is not the person's.
    pub(super) fn hide(&mut self, position: usize) {
        if let Some(desk) = self.desks.get_mut(position) {
            desk.hidden = true;
        }
    }

    /// True if desks of several entities were read, so that their names alone would not tell them apart.
    fn has_several_tenants(&self) -> bool {
        let mut tenants = self.shown().map(|desk| (desk.id.tenant.as_deref(), plain(&desk.tenant_name)));
        let first = tenants.next();
        tenants.any(|tenant| Some(&tenant) != first.as_ref())
    }

    /// The name of a desk, with its entity where there are several.
    pub(super) fn place(&self, desk: &Desk) -> String {
        match self.has_several_tenants() && !desk.tenant_name.is_empty() {
            true => format!("{} ({})", plain(&desk.name), plain(&desk.tenant_name)),
            false => plain(&desk.name),
        }
    }
}

/// A delegation between two desks.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delegation {
    /// Its id.
    pub id: String,
    /// The desk that delegates.
    pub from: String,
    /// The desk that stands in.
    pub to: String,
    /// Its first instant, if it has one.
    pub start: Option<DateTime<Utc>>,
    /// Its last instant, if it has one.
    pub end: Option<DateTime<Utc>>,
}

/// A deadline as people chose it: a midnight is a whole day, because the application asks for a day and keeps an instant.
pub(super) fn deadline(due: DateTime<Utc>, zone: Tz) -> Deadline {
    let here = local(zone, due).naive_local();
    if here.time() == NaiveTime::MIN {
        return Deadline::Day(here.date());
    }
    match due.time() == NaiveTime::MIN {
        true => Deadline::Day(due.date_naive()),
        false => Deadline::At(due),
    }
}
