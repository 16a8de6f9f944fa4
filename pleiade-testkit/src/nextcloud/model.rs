//! What the simulated server holds.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// Everything, behind one lock.
#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) accounts: BTreeMap<String, Account>,
    /// Issued app passwords, by secret.
    pub(super) issued: BTreeMap<String, String>,
    pub(super) revoked: BTreeSet<String>,
    pub(super) flows: BTreeMap<String, Flow>,
    pub(super) maintenance: bool,
    /// True if addresses of pages go without `index.php`.
    pub(super) pretty: bool,
    /// Apps that answer 998.
    pub(super) absent_apps: BTreeSet<String>,
    /// Apps that answer 412.
    pub(super) forbidden_apps: BTreeSet<String>,
    /// Wrong passwords from the one address that all calls come from.
    pub(super) failures: usize,
    last_id: u64,
}

impl World {
    pub(super) fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    pub(super) fn is_present(&self, app: &str) -> bool {
        !self.absent_apps.contains(app) && !self.forbidden_apps.contains(app)
    }
}

/// A login that waits for a person's consent; the login once it is given.
#[derive(Debug, Default)]
pub(super) struct Flow {
    /// The half that the person sees, which is not the half that polls.
    pub(super) page: String,
    pub(super) granted: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Account {
    /// Differs from the login, as with a directory that names people by another attribute.
    pub(super) id: String,
    pub(super) display_name: String,
    pub(super) email: String,
    pub(super) disabled: bool,
    /// Used and granted bytes.
    pub(super) quota: Option<(u64, u64)>,
    pub(super) presence: Option<String>,
    pub(super) notifications: Vec<Notification>,
    pub(super) rooms: Vec<Room>,
    pub(super) events: Vec<Event>,
    pub(super) tasks: Vec<Task>,
    pub(super) files: Vec<File>,
    pub(super) shares: Vec<Share>,
    pub(super) cards: Vec<Card>,
    /// True if they ever opened Deck: then a board stands among their calendars, and its cards among its tasks.
    pub(super) has_board: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Notification {
    pub(super) id: u64,
    pub(super) app: &'static str,
    pub(super) at: DateTime<Utc>,
    pub(super) subject: String,
    pub(super) message: String,
    /// Below the server's root, or whole when it starts with a scheme.
    pub(super) link: String,
}

#[derive(Debug, Clone)]
pub(super) struct Room {
    pub(super) id: u64,
    pub(super) token: String,
    pub(super) kind: u8,
    pub(super) object_type: &'static str,
    pub(super) name: String,
    pub(super) unread: u64,
    pub(super) mentioned: bool,
    pub(super) at: DateTime<Utc>,
    pub(super) author: String,
    pub(super) message: String,
    /// True if a call goes on.
    pub(super) call: bool,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Event {
    pub(super) uid: String,
    pub(super) summary: String,
    pub(super) location: String,
    pub(super) description: String,
    pub(super) when: Span,
    /// Comes back every seven days, before and after.
    pub(super) weekly: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Span {
    At(DateTime<Utc>, TimeDelta),
    /// In no zone: at this time of day wherever one is.
    Floating(NaiveDateTime, TimeDelta),
    Day(NaiveDate),
}

#[derive(Debug, Clone)]
pub(super) struct Task {
    pub(super) uid: String,
    pub(super) summary: String,
    pub(super) due: Option<NaiveDate>,
    pub(super) priority: u8,
}

#[derive(Debug, Clone)]
pub(super) struct File {
    pub(super) id: u64,
    /// From the person's root, without a first `/`.
    pub(super) path: String,
    pub(super) at: DateTime<Utc>,
    pub(super) favourite: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Share {
    pub(super) id: u64,
    pub(super) owner: String,
    pub(super) name: String,
    pub(super) at: DateTime<Utc>,
    pub(super) pending: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Card {
    pub(super) id: u64,
    pub(super) title: String,
    pub(super) due: Option<DateTime<Utc>>,
}

impl Default for Span {
    fn default() -> Self {
        Self::Day(NaiveDate::default())
    }
}

impl Account {
    /// An account as a newcomer has it: with Talk's own three conversations, which wait for nobody.
    pub(super) fn new(
        login: &str,
        display_name: &str,
        email: &str,
        world: &mut World,
        now: DateTime<Utc>,
    ) -> Self {
        let mut own = |kind, object_type, name: &str, unread| Room {
            id: world.next_id(),
            token: format!("propre{kind}"),
            kind,
            object_type,
            name: name.to_owned(),
            unread,
            mentioned: false,
            at: now,
            author: "Nextcloud".to_owned(),
            message: "Bienvenue dans Talk".to_owned(),
            call: false,
        };
        Self {
            id: format!("{login}@annuaire"),
            display_name: display_name.to_owned(),
            email: email.to_owned(),
            rooms: vec![
                own(4, "", "Nouveautés de Talk ✅", 56),
                own(6, "note_to_self", "Mes notes", 0),
                own(2, "sample", "Premiers pas", 7),
            ],
            ..Self::default()
        }
    }
}
