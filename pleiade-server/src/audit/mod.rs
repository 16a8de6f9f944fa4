//! What happened to whom: sign-ins, rights, accesses, delegations, synchronisations.
//!
//! Threat: an administrator who hides what they did. Lines are only ever added; no page, command or statement of ours changes one, and
//! the database refuses it (`migrations/*/0002_audit.sql`). Lines hold no secret, no password and no ticket.

mod journal;
mod view;

pub use journal::Journal;
pub use view::{AuditReader, LineView, key};

use crate::storage::{NewAuditLine, Party};
use chrono::{DateTime, Utc};
use pleiade_core::{SourceId, TenantId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What can happen. The name in storage is the name here, in snake case; its words are the message `audit-` and that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AuditEvent {
    /// Somebody signed in.
    SignedIn,
    /// A sign-in was refused; `facts` has `why`.
    SignInRefused,
    /// Somebody signed out.
    SignedOut,
    /// Sessions were ended by somebody or something else; `facts` has `cause` and `count`.
    SessionsEnded,
    /// Somebody acts for another of their collectivités.
    ActingChanged,
    /// A new person, or a link to an existing one; `facts` has `rule`.
    Linked,
    /// A link opens nothing any more.
    LinkDisabled,
    /// A link opens again.
    LinkEnabled,
    /// Somebody's rights changed.
    RightsChanged,
    /// Somebody left a directory, and what they had was closed.
    Departed,
    /// Somebody who had left is back.
    CameBack,
    /// An application was connected.
    AccessConnected,
    /// An access to an application was revoked.
    AccessRevoked,
    /// Somebody lets somebody else treat their tasks.
    DelegationGiven,
    /// Such a delegation was accepted.
    DelegationAccepted,
    /// Such a delegation ended before its time.
    DelegationEnded,
    /// Something was done in the place of somebody.
    DelegationUsed,
    /// A synchronisation changed people.
    SyncApplied,
    /// A synchronisation would have closed too many accounts and waits for a decision.
    SyncHeld,
    /// An identity manager changed somebody by SCIM.
    ScimChanged,
    /// Somebody was invited to open a local account.
    AccountInvited,
    /// A local account was opened, disabled, enabled, or given another password; `facts` has `change`.
    AccountChanged,
    /// A second factor was added or removed; `facts` has `change` and `factor`.
    SecondFactorChanged,
    /// A recovery code was used.
    RecoveryCodeUsed,
    /// A local account of the operator, for emergencies, was used; `facts` has `factor`.
    EmergencyAccountUsed,
    /// Sealed records were sealed again with the present key.
    KeyRotated,
}

impl AuditEvent {
    /// Every event.
    pub const ALL: [Self; 26] = [
        Self::SignedIn,
        Self::SignInRefused,
        Self::SignedOut,
        Self::SessionsEnded,
        Self::ActingChanged,
        Self::Linked,
        Self::LinkDisabled,
        Self::LinkEnabled,
        Self::RightsChanged,
        Self::Departed,
        Self::CameBack,
        Self::AccessConnected,
        Self::AccessRevoked,
        Self::DelegationGiven,
        Self::DelegationAccepted,
        Self::DelegationEnded,
        Self::DelegationUsed,
        Self::SyncApplied,
        Self::SyncHeld,
        Self::ScimChanged,
        Self::AccountInvited,
        Self::AccountChanged,
        Self::SecondFactorChanged,
        Self::RecoveryCodeUsed,
        Self::EmergencyAccountUsed,
        Self::KeyRotated,
    ];
}

/// Something to write down.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a note says nothing until it is recorded"]
pub struct Note {
    event: AuditEvent,
    tenant: Option<TenantId>,
    actor: Option<Party>,
    about: Option<Party>,
    source: Option<SourceId>,
    facts: BTreeMap<String, String>,
}

impl Note {
    /// This happened.
    pub fn new(event: AuditEvent) -> Self {
        Self { event, tenant: None, actor: None, about: None, source: None, facts: BTreeMap::new() }
    }

    /// In this collectivité.
    pub fn at(mut self, tenant: &TenantId) -> Self {
        self.tenant = Some(tenant.clone());
        self
    }

    /// By this person, by the link that they came by.
    pub fn by(mut self, actor: impl Into<Party>) -> Self {
        self.actor = Some(actor.into());
        self
    }

    /// To this person, by the link that is concerned where there is one.
    pub fn about(mut self, person: impl Into<Party>) -> Self {
        self.about = Some(person.into());
        self
    }

    /// Through this source.
    pub fn through(mut self, source: &SourceId) -> Self {
        self.source = Some(source.clone());
        self
    }

    /// With this fact: a slug, a count or a kind; never a secret.
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.facts.insert(name.to_owned(), value.to_string().chars().take(200).collect());
        self
    }

    /// The line that says it, at this moment.
    pub(crate) fn line(self, at: DateTime<Utc>) -> NewAuditLine {
        let Self { event, tenant, actor, about, source, facts } = self;
        NewAuditLine { at, tenant, event, actor, about, source, facts }
    }
}
