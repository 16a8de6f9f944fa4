//! The audit log: sign-ins, rights, linked accounts, delegations, synchronisations.
//!
//! Threat: an administrator who hides what they did. Lines are only ever added; no page, command or statement of ours changes one, and
//! the database refuses it (`migrations/*/0002_audit.sql`). Lines hold no secret, no password and no ticket.

mod fact;
mod journal;
mod rights;
mod view;

pub use crate::storage::AuditEvent;
pub use journal::Journal;
pub use rights::{RightsChange, rights_changes};
pub use view::{AuditLineView, AuditPresenter, event_key};

use crate::storage::{NewAuditLine, Party, SessionHash};
use chrono::{DateTime, Utc};
use pleiade_core::{SourceId, TenantId};
use std::collections::BTreeMap;

/// The most characters that are kept of a fact.
const MAX_FACT_CHARS: usize = 200;

/// Somebody who does something: who they are, and the session in which they ask for it, if any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditActor {
    pub(crate) party: Party,
    pub(crate) session: Option<SessionHash>,
}

impl<T: Into<Party>> From<T> for AuditActor {
    fn from(who: T) -> Self {
        Self { party: who.into(), session: None }
    }
}

/// Something to write down.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a note says nothing until it is recorded"]
pub struct Note {
    event: AuditEvent,
    tenant: Option<TenantId>,
    actor: Option<AuditActor>,
    person: Option<Party>,
    source: Option<SourceId>,
    facts: BTreeMap<String, String>,
}

impl Note {
    /// This happened.
    pub fn new(event: AuditEvent) -> Self {
        Self { event, tenant: None, actor: None, person: None, source: None, facts: BTreeMap::new() }
    }

    /// In this collectivité.
    pub fn tenant(mut self, tenant: &TenantId) -> Self {
        self.tenant = Some(tenant.clone());
        self
    }

    /// By this person, by the link that they came by.
    pub fn actor(mut self, actor: impl Into<AuditActor>) -> Self {
        self.actor = Some(actor.into());
        self
    }

    /// To this person, by the link that is concerned where there is one.
    pub fn person(mut self, person: impl Into<Party>) -> Self {
        self.person = Some(person.into());
        self
    }

    /// Through this source.
    pub fn source(mut self, source: &SourceId) -> Self {
        self.source = Some(source.clone());
        self
    }

    /// With this fact: a slug, a count or a kind; never a secret.
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.facts.insert(name.to_owned(), value.to_string().chars().take(MAX_FACT_CHARS).collect());
        self
    }

    /// The line that says it, at this moment.
    pub(crate) fn into_line(self, at: DateTime<Utc>) -> NewAuditLine {
        let Self { event, tenant, actor, person, source, facts } = self;
        let actor = actor.map(|actor| actor.party);
        NewAuditLine { at, tenant, event, actor, person, source, facts }
    }
}
