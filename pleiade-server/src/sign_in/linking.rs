//! The links of a person: seen by themselves, closed, opened and given to somebody else by an administrator.
//!
//! Threats: an administrator who reaches people of another collectivité (only links of their own collectivité's sources), an operator shut
//! out (one link stays open), a link taken from somebody who signs in otherwise too (only the operator gives such a one away), an identity
//! link added or taken without its person noticing (every other link of theirs is told).

use super::{
    SignIn,
    identity_links::{keeps_a_link, with_link_details},
    link_move::{LinkMove, MoveError},
};
use crate::{
    audit::{AuditEvent, Journal, Note},
    departure::Departures,
    notices::Notices,
    session::{Session, Sessions},
    storage::{Link, LinkRecord, NewLink, NoticeKind, Party, Storage, StorageError},
    web::words::Words,
};
use pleiade_connectors::engine::Engine;
use pleiade_core::{Actor, Clock, IdentityId, Message, Role, SourceId, Subject, TenantId};
use pleiade_federation::{
    linking::{RefusalReason, Rule},
    mapping::{Cause, Explanation, Right},
};
use std::sync::Arc;

/// A change of links that is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LinkingError {
    /// There is no such link that this administrator may see.
    #[error("there is no such link among those of this collectivité")]
    NotFound,
    /// An operator would have no open link.
    #[error(transparent)]
    Refused(#[from] RefusalReason),
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Open sessions could not be closed.
    #[error("open sessions were not closed: {0}")]
    Sessions(String),
}

/// True if an administrator may change a link: one of a source of the collectivité they act for; any for the operator.
fn administers(by: &Actor, owner: Option<&TenantId>) -> bool {
    by.has(Role::Operator) || (by.has(Role::TenantAdministrator) && owner == Some(&by.acting.tenant))
}

/// Changes links for administrators. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct LinkAdministration {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) sessions: Sessions,
    pub(crate) engine: Engine,
    pub(crate) journal: Journal,
    pub(crate) notices: Notices,
    pub(crate) departures: Departures,
}

impl LinkAdministration {
    /// The links of a person that an administrator may see: those of their own collectivité's sources, all for the operator.
    ///
    /// # Errors
    /// Those of storage.
    pub async fn list(&self, by: &Session, person: IdentityId) -> Result<Vec<LinkRecord>, LinkingError> {
        let mut links = self.storage.links_of_person(person).await?;
        links.retain(|record| administers(&by.actor, record.link.owner.as_ref()));
        Ok(links)
    }

    async fn link(&self, by: &Session, source: &SourceId, subject: &Subject) -> Result<Link, LinkingError> {
        let link = self.storage.find_link(source, subject).await?;
        link.filter(|link| administers(&by.actor, link.owner.as_ref())).ok_or(LinkingError::NotFound)
    }

    /// Closes a link: it opens nothing any more, what is open under it ends, and its subject stays taken.
    ///
    /// # Errors
    /// [`LinkingError`].
    pub async fn disable(
        &self,
        by: &Session,
        source: &SourceId,
        subject: &Subject,
    ) -> Result<(), LinkingError> {
        let link = self.link(by, source, subject).await?;
        keeps_a_link(&*self.storage, &self.sessions, link.identity, link.id).await??;
        let note = Note::new(AuditEvent::LinkDisabled).tenant(&by.actor.acting.tenant).actor(by);
        let change = self.journal.begin([note.person((link.identity, link.id)).source(source)]).await?;
        change.disable_link(link.id, true).await?;
        change.commit().await?;
        self.notices.tell_others(link.identity, link.id, NoticeKind::LinkRemoved, source).await?;
        let closed = self.departures.close(link.id).await;
        closed.map(drop).map_err(|error| LinkingError::Sessions(error.to_string()))
    }

    /// Opens a link again.
    ///
    /// # Errors
    /// [`LinkingError`]; [`RefusalReason::Taken`] when the person has another open link of the same source.
    pub async fn enable(
        &self,
        by: &Session,
        source: &SourceId,
        subject: &Subject,
    ) -> Result<(), LinkingError> {
        let link = self.link(by, source, subject).await?;
        let theirs = self.storage.links_of_person(link.identity).await?;
        if theirs
            .iter()
            .any(|record| !record.disabled && record.id != link.id && record.link.source == *source)
        {
            return Err(RefusalReason::Taken.into());
        }
        let note = Note::new(AuditEvent::LinkEnabled).tenant(&by.actor.acting.tenant).actor(by);
        let change = self.journal.begin([note.person((link.identity, link.id)).source(source)]).await?;
        match change.disable_link(link.id, false).await {
            Ok(_) => change.commit().await?,
            Err(StorageError::Conflict) => return Err(RefusalReason::Taken.into()),
            Err(error) => return Err(error.into()),
        }
        Ok(self.notices.tell_others(link.identity, link.id, NoticeKind::LinkAdded, source).await?)
    }

    /// Gives a link to another person, whom the same administrator may change: for whoever came back under another subject, and whose link
    /// before, of the same source, was closed first. The link of somebody who signs in otherwise too is given away by the operator alone.
    ///
    /// # Errors
    /// [`LinkingError`].
    pub async fn relink(
        &self,
        by: &Session,
        source: &SourceId,
        subject: &Subject,
        to: IdentityId,
    ) -> Result<(), LinkingError> {
        let link = self.link(by, source, subject).await?;
        let mut theirs = self.storage.links_of_person(to).await?;
        // Whose only link was closed first is found by the closed ones.
        if theirs.iter().any(|record| !record.disabled) {
            theirs.retain(|record| !record.disabled);
        }
        let administered = |record: &LinkRecord| administers(&by.actor, record.link.owner.as_ref());
        if link.disabled || theirs.is_empty() || !theirs.iter().all(administered) {
            return Err(LinkingError::NotFound);
        }
        if !link.alone && !by.actor.has(Role::Operator) {
            return Err(RefusalReason::Elsewhere.into());
        }
        if theirs.iter().any(|record| !record.disabled && record.link.source == *source) {
            return Err(RefusalReason::Taken.into());
        }
        keeps_a_link(&*self.storage, &self.sessions, link.identity, link.id).await??;
        // Both people find it in their journals, and whoever administers the collectivité where it was decided.
        let line = |about: Party| {
            let line = Note::new(AuditEvent::Linked).actor(by).person(about).source(source);
            with_link_details(line, link.owner.as_ref(), subject, Rule::Administrator)
                .tenant(&by.actor.acting.tenant)
        };
        let notes = [
            line(to.into()).with("from", link.identity),
            line((link.identity, link.id).into()).with("receiver", to),
        ];
        let new = NewLink {
            source: source.clone(),
            subject: subject.clone(),
            identity: to,
            owner: link.owner.clone(),
            relies_on: None,
            directory: None,
            rule: Rule::Administrator,
            created_at: self.clock.now(),
        };
        let (sessions, engine, notices) = (&self.sessions, &self.engine, &self.notices);
        let link_move = LinkMove { sessions, engine, notices, link: &link };
        link_move.carry_out(&self.journal, notes, &new).await.map_err(|error| match error {
            MoveError::Gone => LinkingError::NotFound,
            MoveError::Taken => RefusalReason::Taken.into(),
            MoveError::Storage(error) => error.into(),
        })
    }
}

/// The sentence of an explanation, for whoever reads it.
#[must_use]
pub fn explanation_text(sign_in: &SignIn, words: &Words, why: &Explanation) -> String {
    let key = match (&why.cause, &why.right) {
        (Cause::OwnSource, _) => "why-own-source",
        (Cause::Attribute(_), _) => "why-attribute",
        (Cause::Proven { .. }, _) => "why-proven",
        (Cause::Granted, Right::Tenant(_)) => "why-kept",
        (Cause::Granted, _) => "why-granted",
        (Cause::Rule { .. }, _) => "why-rule",
        (Cause::Withheld { .. }, _) => "why-withheld",
        _ => "why-told",
    };
    let message = Message::new(key).with_text("source", sign_in.title(&why.source));
    words.message(&match &why.cause {
        Cause::Attribute(name) => message.with_text("attribute", name),
        Cause::Proven { attribute, provider } => {
            message.with_text("attribute", attribute).with_text("provider", provider)
        }
        Cause::Rule { place, group } => {
            message.with_text("group", group).with_number("place", u64::try_from(*place).unwrap_or_default())
        }
        Cause::Withheld { place, group, minimum_acr } => message
            .with_text("group", group)
            .with_text("acr", minimum_acr)
            .with_number("place", u64::try_from(*place).unwrap_or_default()),
        _ => message,
    })
}
