//! What ends when somebody leaves a directory, or when their local account or another way in is closed.
//!
//! The database closes their link and those that rely on it, and takes what was told by them, in the same step as it learns of the departure
//! ([`DirectoryStorage::apply_directory`](crate::storage::DirectoryStorage::apply_directory)), so that nothing opens any more even if what
//! follows is cut short. Then, each a line of [`close_what_ended`]:
//!
//! | what | which |
//! | --- | --- |
//! | sessions, with the tokens and proxy-granting tickets sealed in them | those opened by the link and by those that rely on it |
//! | connected accounts | those connected by these links |
//! | delegations given and received | those of these links |
//! | readings in memory | of these links |
//!
//! What the same person has by another link stays: an agent who leaves one commune still serves the other.

use crate::{
    app::App,
    audit::{AuditEvent, Note},
    delegation,
    session::SessionError,
    storage::StorageError,
};
use pleiade_core::{IdentityId, LinkId, SourceId, Subject, TenantId};
use std::collections::BTreeSet;

/// Something that could not be closed. The departure stays on the list and is gone through again by the next run of its source.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DepartureError {
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Sessions were not closed.
    #[error(transparent)]
    Session(#[from] SessionError),
}

impl From<DepartureError> for StorageError {
    fn from(error: DepartureError) -> Self {
        match error {
            DepartureError::Storage(error) | DepartureError::Session(SessionError::Storage(error)) => error,
            DepartureError::Session(error) => {
                tracing::error!(%error, "sessions of somebody who left were not closed");
                Self::Unreachable("sessions were not closed")
            }
        }
    }
}

/// What was closed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Closed {
    /// Sessions.
    pub sessions: usize,
    /// Connected accounts.
    pub accesses: usize,
    /// Delegations.
    pub delegations: usize,
}

/// Closes what somebody had by a link that is closed. Doing so twice does no harm.
///
/// # Errors
/// [`DepartureError`].
pub async fn depart(app: &App, link: LinkId) -> Result<Closed, DepartureError> {
    close_what_ended(app, link, None).await
}

/// Closes what is open by a link and those that rely on it: everywhere, or in the collectivités that it no longer gives.
///
/// # Errors
/// [`DepartureError`].
pub async fn close_what_ended(
    app: &App,
    link: LinkId,
    ended: Option<&BTreeSet<TenantId>>,
) -> Result<Closed, DepartureError> {
    let mut closed = Closed::default();
    let Some(facts) = app.storage.link_facts(link).await? else { return Ok(closed) };
    let source = &facts.source;
    let owner = app.sign_in.any_source(source).and_then(|source| source.owner.as_ref());
    let concerned = |tenant: &TenantId| ended.is_none_or(|ended| ended.contains(tenant));
    // A link that relies on this one may be another person's. Those come first: closing this one's sessions closes theirs too.
    let mut links = Vec::new();
    for relying in app.storage.relying_links(link).await? {
        if let Some(theirs) = app.storage.link_facts(relying).await? {
            links.push((theirs.identity, relying));
        }
    }
    links.push((facts.identity, link));
    for &(person, link) in &links {
        let sessions = match ended {
            None => app.sessions.close_link(link).await?,
            Some(ended) => close_acting(app, person, link, ended).await?,
        };
        if sessions > 0 {
            let note = Note::new(AuditEvent::SessionsEnded).about((person, link)).through(source);
            let note = owner.map_or(note.clone(), |owner| note.at(owner));
            app.record(note.with("cause", "departure").with("count", sessions)).await?;
        }
        closed.sessions += sessions;
    }
    for &(person, link) in &links {
        let accesses = app.storage.accesses_of(link, None).await?;
        let tenants: BTreeSet<TenantId> = accesses.into_iter().map(|access| access.key.tenant).collect();
        for tenant in tenants.iter().filter(|tenant| concerned(tenant)) {
            for access in app.storage.delete_of(link, Some(tenant)).await? {
                let note =
                    Note::new(AuditEvent::AccessRevoked).at(tenant).about((person, link)).through(source);
                app.record(note.with("cause", "departure").with("connector", &access.connector)).await?;
                closed.accesses += 1;
            }
        }
        closed.delegations += delegation::departed(app, link, ended).await?;
        // Login flows that were begun, where no account was connected yet.
        if ended.is_none() {
            app.storage.delete_of(link, None).await?;
        }
        app.engine.forget(link, None);
    }
    Ok(closed)
}

/// Closes the sessions of a person's link in which they act for one of these collectivités.
async fn close_acting(
    app: &App,
    person: IdentityId,
    link: LinkId,
    ended: &BTreeSet<TenantId>,
) -> Result<usize, DepartureError> {
    let mut closed = 0;
    for line in app.sessions.list(person).await? {
        if line.link == link
            && ended.contains(&line.acting)
            && app.sessions.close_listed(&line).await?.is_some()
        {
            closed += 1;
        }
    }
    Ok(closed)
}

/// Goes through every departure of a source that is not closed yet, those of a run that was cut short too.
///
/// # Errors
/// The first failure; the others stay on the list.
pub async fn close_all(app: &App, source: &SourceId) -> Result<Vec<(Subject, LinkId)>, DepartureError> {
    let unclosed = app.storage.unclosed_departures(source).await?;
    for (subject, link) in &unclosed {
        depart(app, *link).await?;
        app.storage.departure_closed(source, subject, app.clock.now()).await?;
    }
    Ok(unclosed)
}
