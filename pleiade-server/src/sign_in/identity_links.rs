//! The links of a person: what every change of them shares.

use super::Source;
use crate::{
    audit::{AuditEvent, Note},
    session::Sessions,
    storage::{Link, LinkFacts, LinkRecord, Storage, StorageError, subject_digest},
};
use pleiade_connectors::engine::Engine;
use pleiade_core::{IdentityId, LinkId, Role, Subject, TenantId};
use pleiade_federation::linking::{ExistingLink, RefusalReason, Rule, may_lose};

/// The page of a person's identity links.
pub(super) const PAGE: &str = "/profile/ways";

impl Link {
    /// As linking sees it.
    pub(super) fn existing_link(&self) -> ExistingLink {
        ExistingLink {
            person: self.identity,
            owner: self.owner.clone(),
            disabled: self.disabled,
            relies_on: self.relies_on.clone(),
            alone: self.alone,
        }
    }
}

impl LinkRecord {
    /// As linking sees it.
    #[must_use]
    pub fn existing_link(&self) -> ExistingLink {
        let (link, disabled, alone) = (&self.link, self.disabled, self.alone);
        let (owner, relies_on) = (link.owner.clone(), link.relies_on.clone());
        ExistingLink { person: link.identity, owner, disabled, relies_on, alone }
    }
}

/// True if people may join a source by themselves: one that gives a fresh proof, and of which no directory says whose it is.
pub(super) fn may_join(source: &Source) -> bool {
    source.can_prove() && source.directory.is_none()
}

/// The line of the audit log about a new link.
pub(super) fn with_link_details(note: Note, owner: Option<&TenantId>, subject: &Subject, rule: Rule) -> Note {
    let note = note.with("rule", rule.as_str()).with("subject", subject_digest(subject));
    owner.map_or_else(|| note.clone(), |owner| note.clone().tenant(owner))
}

/// Ends what is open by a link that closes or comes to another person. Storage drops the rest with the link.
pub(super) async fn end_access_by_link(sessions: &Sessions, engine: &Engine, link: LinkId) {
    let line = |now, facts: Option<&LinkFacts>, count: usize| {
        let mut note = Note::new(AuditEvent::SessionsEnded).with("cause", "link").with("count", count);
        if let Some(facts) = facts {
            note = note.person((facts.identity, link)).source(&facts.source);
            note = facts.affiliations.first().into_iter().fold(note, |note, one| note.tenant(&one.tenant));
        }
        note.into_line(now)
    };
    if let Err(error) = sessions.close_changed_link(link, line).await {
        tracing::warn!(%link, %error, "sessions of a link were not closed; they open nothing once it has moved");
    }
    engine.forget(link, None);
}

/// True if a person may lose this link: an operator keeps another one.
pub(super) async fn keeps_a_link(
    storage: &dyn Storage,
    sessions: &Sessions,
    person: IdentityId,
    link: LinkId,
) -> Result<Result<(), RefusalReason>, StorageError> {
    let links = storage.links_of_person(person).await?;
    let mut operator = false;
    for record in &links {
        operator |= !sessions.holds_at(record.id, Role::Operator).await?.is_empty();
    }
    let others = links.iter().filter(|record| record.id != link);
    let others: Vec<ExistingLink> = others.map(LinkRecord::existing_link).collect();
    Ok(may_lose(operator, &others))
}
