//! What the server holds.

use crate::random::SplitMix64;
use chrono::{DateTime, Utc};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// Everything.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) structures: Vec<Structure>,
}

/// An authority.
#[derive(Debug, Clone)]
pub(super) struct Structure {
    /// The sample collectivité that it is.
    pub(super) tenant: &'static str,
    pub(super) id: String,
    pub(super) name: String,
    pub(super) key: String,
    pub(super) users: Vec<User>,
    pub(super) sittings: Vec<Sitting>,
}

#[derive(Debug, Clone)]
pub(super) struct User {
    pub(super) id: String,
    pub(super) login: String,
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) mail: String,
    pub(super) role: &'static str,
    pub(super) is_active: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Sitting {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) date: DateTime<Utc>,
    pub(super) place: Option<String>,
    pub(super) is_archived: bool,
    pub(super) revision: u32,
    pub(super) projects: Vec<Project>,
    pub(super) convocations: Vec<Convocation>,
}

#[derive(Debug, Clone)]
pub(super) struct Project {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) annexes: Vec<String>,
}

#[derive(Debug, Clone)]
pub(super) struct Convocation {
    pub(super) id: String,
    pub(super) login: String,
    pub(super) sent_at: Option<DateTime<Utc>>,
    pub(super) read_at: Option<DateTime<Utc>>,
    pub(super) answer: Attendance,
}

/// An answer about an attendance. A version that does not know one says the nearest that it knows.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Attendance {
    /// None yet.
    None,
    /// Comes.
    Present,
    /// Takes part from afar.
    Remote,
    /// Does not come.
    Absent,
    /// Does not come, and gives a proxy to this user (by login).
    Proxy(String),
    /// Does not come, and sends this user (by login).
    Deputy(String),
    /// A word of a version to come.
    Unknown(String),
}

/// An identifier, always the same for the same text.
#[must_use]
pub fn uuid(of: &str) -> String {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    let mut random = SplitMix64::new(hasher.finish());
    let (high, low) = (random.draw(), random.draw());
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        (low >> 48) & 0xfff,
        low & 0xffff_ffff_ffff
    )
}

pub(super) fn user_id(tenant: &str, login: &str) -> String {
    uuid(&format!("user {login} of {tenant}"))
}

impl Structure {
    pub(super) fn user(&self, login: &str) -> Option<&User> {
        self.users.iter().find(|user| user.login == login)
    }

    /// The end of the user names.
    pub(super) fn suffix(&self) -> &'static str {
        self.tenant
    }

    pub(super) fn add_user(&mut self, login: &str, names: (&str, &str), role: &'static str) {
        self.users.push(User {
            id: user_id(self.tenant, login),
            login: login.to_owned(),
            first_name: names.0.to_owned(),
            last_name: names.1.to_owned(),
            mail: super::Idelibre::mail(login),
            role,
            is_active: true,
        });
    }

    pub(super) fn new_sitting(&self, name: &str, date: DateTime<Utc>) -> Sitting {
        let number = self.sittings.len();
        Sitting {
            id: uuid(&format!("sitting {number} of {}", self.tenant)),
            name: name.to_owned(),
            date,
            place: None,
            is_archived: false,
            revision: 1,
            projects: Vec::new(),
            convocations: Vec::new(),
        }
    }

    /// Convenes somebody; `state` is whether the convocation was sent, and whether it was read.
    pub(super) fn convene(
        &mut self,
        sitting: &str,
        login: &str,
        answer: Attendance,
        state: (bool, bool),
        now: DateTime<Utc>,
    ) {
        if self.user(login).is_none() {
            self.add_user(login, ("Claude", login), "Actor");
        }
        let at = now - chrono::TimeDelta::days(5);
        if let Some(sitting) = self.sittings.iter_mut().find(|one| one.id == sitting) {
            let number = sitting.convocations.len();
            sitting.convocations.push(Convocation {
                id: uuid(&format!("convocation {number} to {}", sitting.id)),
                login: login.to_owned(),
                sent_at: state.0.then_some(at),
                read_at: (state.0 && state.1).then_some(at),
                answer,
            });
        }
    }

    /// Leaves an account that nobody convenes.
    pub(super) fn empty(&mut self, login: &str) {
        if self.user(login).is_none() {
            self.add_user(login, ("Nouvelle", "Venue"), "Actor");
        }
        for sitting in &mut self.sittings {
            sitting.convocations.retain(|convocation| convocation.login != login);
        }
    }
}

impl Sitting {
    pub(super) fn add_project(&mut self, name: &str, annexes: usize) {
        let number = self.projects.len();
        self.projects.push(Project {
            id: uuid(&format!("project {number} of {}", self.id)),
            name: name.to_owned(),
            annexes: (0..annexes).map(|annex| format!("Annexe {}", annex + 1)).collect(),
        });
        self.revision += 1;
    }
}
