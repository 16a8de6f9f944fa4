//! Desks, folders and sessions.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Europe::Paris;
use std::collections::{BTreeMap, BTreeSet};

/// A ticket of version 4 lasts an hour.
const TICKET_SECONDS: i64 = 3600;

/// The entities.
pub(super) const TENANTS: [(&str, &str); 5] = [
    ("8a4dba5f-b034-4f92-8625-3aee7be97d46", "Ville de La Roche-aux-Fées"),
    ("5c01b6a2-70f4-4bcb-9a52-8f2b0f3f6c11", "Pays des Trois Rivières"),
    ("1d3f6f0e-5b0a-4c0e-9d57-2f6f3f1c7a01", "Saint-Aubin-des-Bois"),
    ("1d3f6f0e-5b0a-4c0e-9d57-2f6f3f1c7a02", "Val-d’Ombre"),
    ("1d3f6f0e-5b0a-4c0e-9d57-2f6f3f1c7a03", "Mesnil-sur-Aure"),
];

#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) desks: Vec<Desk>,
    pub(super) folders: Vec<Folder>,
    pub(super) delegations: Vec<Delegation>,
    /// Logins and ends by ticket.
    pub(super) tickets: BTreeMap<String, (String, DateTime<Utc>)>,
    pub(super) spent: BTreeSet<String>,
    pub(super) seen_tokens: BTreeSet<String>,
    pub(super) ended_tokens: BTreeSet<String>,
    pub(super) compares_logins: bool,
    pub(super) has_no_tenant: bool,
    /// True if the counts of version 4 hold a late folder on which nobody can act.
    pub(super) counts_others_late: bool,
    last_id: u64,
}

#[derive(Debug, Clone)]
pub(super) struct Desk {
    pub(super) id: String,
    /// Its entity, by number.
    pub(super) tenant: usize,
    pub(super) name: String,
    pub(super) owners: Vec<String>,
    pub(super) secretaries: Vec<String>,
    pub(super) is_forbidden: bool,
}

impl Desk {
    pub(super) fn is_of(&self, login: &str) -> bool {
        self.owners.iter().chain(&self.secretaries).any(|one| one == login)
    }
}

#[derive(Debug, Clone)]
pub(super) struct Folder {
    pub(super) id: String,
    pub(super) desk: String,
    pub(super) title: String,
    pub(super) kind: String,
    pub(super) subkind: String,
    /// `PENDING`, `DELEGATED`, `REJECTED`, `FINISHED`, `DRAFT`.
    pub(super) state: String,
    /// The code of version 5.
    pub(super) asks: String,
    pub(super) task: String,
    pub(super) sent: DateTime<Utc>,
    pub(super) since: DateTime<Utc>,
    pub(super) due: Option<DateTime<Utc>>,
    pub(super) is_read: bool,
    pub(super) must_be_read: bool,
    pub(super) is_locked: bool,
    /// The words of whoever acted last.
    pub(super) note: String,
}

#[derive(Debug, Clone)]
pub(super) struct Delegation {
    pub(super) id: String,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) start: DateTime<Utc>,
    pub(super) end: DateTime<Utc>,
}

impl World {
    /// A number in the form of a UUID.
    pub(super) fn next_id(&mut self) -> String {
        self.last_id += 1;
        format!("835694de-e26c-11f0-946c-{:012x}", self.last_id)
    }

    pub(super) fn open(&mut self, login: &str, now: DateTime<Utc>) -> String {
        self.last_id += 1;
        let ticket = format!("TICKET_{:040x}", self.last_id);
        self.tickets.insert(ticket.clone(), (login.to_owned(), now + TimeDelta::seconds(TICKET_SECONDS)));
        ticket
    }

    pub(super) fn knows(&self, login: &str) -> bool {
        self.desks.iter().any(|desk| desk.is_of(login))
    }

    /// The desk of somebody, or the status of the refusal.
    pub(super) fn desk(&self, login: &str, id: &str) -> Result<&Desk, u16> {
        let desk = self.desks.iter().find(|desk| desk.id == id).ok_or(404_u16)?;
        if desk.is_of(login) && !desk.is_forbidden { Ok(desk) } else { Err(403) }
    }

    pub(super) fn in_state<'a>(
        &'a self,
        desk: &'a str,
        state: &'a str,
        now: DateTime<Utc>,
    ) -> impl Iterator<Item = &'a Folder> {
        self.folders.iter().filter(move |folder| {
            folder.desk == desk
                && match state {
                    // Not before the day on which it is due has ended.
                    "LATE" => folder.state == "PENDING" && folder.due.is_some_and(|due| day(due) < day(now)),
                    state => folder.state == state,
                }
        })
    }
}

fn day(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&Paris).date_naive()
}
