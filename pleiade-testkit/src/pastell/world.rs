//! For tests and demonstrations only: what a simulated platform knows.

use bytes::Bytes;
use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Europe::Paris;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) entities: BTreeMap<u64, Entity>,
    pub(super) documents: Vec<Document>,
    /// By login.
    pub(super) accounts: BTreeMap<String, Account>,
    /// The login of each open session.
    pub(super) sessions: BTreeMap<String, String>,
    /// Tickets that were used.
    pub(super) spent: BTreeSet<String>,
    pub(super) revoked: BTreeSet<String>,
    /// When credentials were refused.
    pub(super) failures: Vec<DateTime<Utc>>,
    /// The first of them that no longer count, since a good one came.
    pub(super) forgiven: usize,
    pub(super) details_hidden: bool,
    /// True for a version whose counts write flags as the database does.
    pub(super) old_flags: bool,
    /// Answers that get lost, in the order in which they do.
    pub(super) lost: Vec<(Write, Loss)>,
    /// What happens while such a call is answered.
    pub(super) meanwhile: Vec<(Write, Meanwhile)>,
    /// Documents that were ever made by a call.
    pub(super) made: usize,
    number: u64,
}

/// A call that writes a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Write {
    /// Makes it.
    Creation,
    /// Fills its fields.
    Fields,
    /// Attaches its file.
    File,
    /// Takes an action on it.
    Action,
}

/// What others do meanwhile.
#[derive(Debug, Clone)]
pub(super) enum Meanwhile {
    /// A draft in an entity, of a flow, with a title.
    Draft(u64, String, String),
    /// The end of a token.
    Revocation(String),
}

/// The way in which the answer of a call gets lost: a proxy says that it took too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// It was done.
    Done,
    /// It was not done, and never will be.
    NotDone,
}

#[derive(Debug)]
pub(super) struct Entity {
    pub(super) name: String,
    /// 0 at the top.
    pub(super) parent: u64,
    pub(super) active: bool,
}

#[derive(Debug, Default)]
pub(super) struct Account {
    pub(super) id: u64,
    pub(super) disabled: bool,
    /// The flows that the person may read in an entity and in those below it.
    pub(super) rights: BTreeMap<u64, BTreeSet<String>>,
    /// Those that they may write, in the same way.
    pub(super) writable: BTreeMap<u64, BTreeSet<String>>,
    pub(super) tokens: Vec<u64>,
}

#[derive(Debug, Clone)]
pub(super) struct Document {
    pub(super) id: String,
    pub(super) entity: u64,
    pub(super) flow: String,
    pub(super) title: String,
    pub(super) state: String,
    pub(super) state_words: String,
    pub(super) changed_at: DateTime<Utc>,
    /// The number of its folder in the signature book, once it was sent there.
    pub(super) folder: Option<String>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) fields: BTreeMap<String, String>,
    /// The name and the bytes of its main file.
    pub(super) file: Option<AttachedFile>,
}

#[derive(Clone)]
pub(super) struct AttachedFile {
    pub(super) name: String,
    pub(super) content: Bytes,
}

/// Files are long.
impl fmt::Debug for AttachedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} bytes)", self.name, self.content.len())
    }
}

impl Document {
    /// The last change by the clock of the server.
    pub(super) fn local_time(&self) -> NaiveDateTime {
        Self::local(self.changed_at)
    }

    /// A moment by the clock of the server.
    pub(super) fn local(at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&Paris).naive_local()
    }

    /// True while it may still be changed.
    pub(super) fn is_draft(&self) -> bool {
        matches!(self.state.as_str(), "creation" | "modification")
    }
}

impl World {
    pub(super) fn next_number(&mut self) -> u64 {
        self.number += 1;
        self.number
    }

    /// The owner of a token: `pastell-token-of-login`, or the same with the number of a renewal.
    pub(super) fn token_owner(&self, token: &str) -> Option<String> {
        if self.revoked.contains(token) {
            return None;
        }
        let named = token.strip_prefix("pastell-token-of-")?;
        let is_of = |login: &&String| {
            named.strip_prefix(login.as_str()).is_some_and(|rest| {
                rest.is_empty() || rest.strip_prefix('-').is_some_and(|number| number.parse::<u32>().is_ok())
            })
        };
        self.accounts.keys().find(is_of).cloned()
    }

    /// The flows that a person may read in an entity: roles are given on an entity and its descendants.
    pub(super) fn flows(&self, login: &str, entity: u64) -> BTreeSet<String> {
        self.accounts.get(login).map(|account| self.granted(&account.rights, entity)).unwrap_or_default()
    }

    /// True if a person may write documents of a flow in an entity.
    pub(super) fn may_write(&self, login: &str, entity: u64, flow: &str) -> bool {
        let account = self.accounts.get(login);
        account.is_some_and(|account| self.granted(&account.writable, entity).contains(flow))
    }

    fn granted(&self, rights: &BTreeMap<u64, BTreeSet<String>>, entity: u64) -> BTreeSet<String> {
        let mut flows = BTreeSet::new();
        let (mut at, mut steps) = (entity, 0);
        while let Some(known) = self.entities.get(&at).filter(|_| steps < 50) {
            flows.extend(rights.get(&at).into_iter().flatten().cloned());
            at = known.parent;
            steps += 1;
        }
        flows
    }

    /// The loss of the answer to this call, if it is to get lost.
    pub(super) fn take_loss(&mut self, write: Write) -> Option<Loss> {
        let place = self.lost.iter().position(|(known, _)| *known == write)?;
        Some(self.lost.remove(place).1)
    }

    /// The entities in which a person has a right, in order.
    pub(super) fn visible(&self, login: &str) -> Vec<u64> {
        self.entities.keys().copied().filter(|entity| !self.flows(login, *entity).is_empty()).collect()
    }
}
