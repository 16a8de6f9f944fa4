//! What ends when somebody leaves a directory, or when their local account or another way in is closed.
//!
//! The database closes their links and takes their affiliations in the same step as it learns of the departure
//! ([`DirectoryStorage::apply_directory`](crate::storage::DirectoryStorage::apply_directory)), so that nothing opens any more even if what
//! follows is cut short. Then, each a line of [`close_what_ended`]:
//!
//! | what | which |
//! | --- | --- |
//! | sessions, with the tokens and proxy-granting tickets sealed in them | those that the directory or a source that relies on it opened |
//! | connected accounts | those of collectivités in which nothing else gives the person a tie |
//! | delegations given and received | likewise |
//! | readings in memory | of the accounts that are closed |
//!
//! What another source gives the same person stays: an agent who leaves one commune still serves the other.

use crate::{
    app::App,
    audit::{AuditEvent, Note},
    delegation,
    session::SessionError,
    storage::StorageError,
};
use pleiade_core::{IdentityId, SourceId, Subject, TenantId};
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

/// Closes what somebody who left a directory had through it. Doing so twice does no harm.
///
/// # Errors
/// [`DepartureError`].
pub async fn depart(app: &App, identity: IdentityId, source: &SourceId) -> Result<Closed, DepartureError> {
    close_what_ended(app, identity, source, None).await
}

/// Closes what is open through a directory: everywhere, or in the collectivités that it no longer gives.
///
/// # Errors
/// [`DepartureError`].
pub async fn close_what_ended(
    app: &App,
    identity: IdentityId,
    source: &SourceId,
    ended: Option<&BTreeSet<TenantId>>,
) -> Result<Closed, DepartureError> {
    let mut closed = Closed::default();
    let concerned = |tenant: &TenantId| ended.is_none_or(|ended| ended.contains(tenant));
    let mut through = app.sign_in.relying(source);
    through.push(source.clone());
    for line in app.sessions.list(identity).await? {
        if through.contains(&line.source)
            && concerned(&line.acting)
            && app.sessions.close_one(identity, line.id.as_str()).await?.is_some()
        {
            closed.sessions += 1;
        }
    }
    let mut ties = app.storage.affiliations(identity).await?;
    // A tie counts while its source still lets the person in.
    let links = app.storage.links_of(identity).await?;
    ties.retain(|tie| links.iter().any(|known| known.link.source == tie.source && !known.disabled));
    let stays = |tenant: &TenantId| ties.iter().any(|tie| tie.affiliation.tenant == *tenant);
    let mut left: BTreeSet<TenantId> =
        app.storage.accesses_of(identity, None).await?.into_iter().map(|access| access.key.tenant).collect();
    let living = app.storage.living_delegations(identity, app.clock.now()).await?;
    left.extend(living.into_iter().map(|delegation| delegation.terms.tenant));
    left.retain(|tenant| concerned(tenant) && !stays(tenant));
    for tenant in &left {
        for access in app.storage.delete_of(identity, Some(tenant)).await? {
            app.engine.forget(identity, Some(&access.connector));
            let note = Note::new(AuditEvent::AccessRevoked).at(tenant).about(identity);
            app.record(note.through(source).with("cause", "departure").with("connector", &access.connector))
                .await?;
            closed.accesses += 1;
        }
        closed.delegations += delegation::departed(app, identity, Some(tenant)).await?;
    }
    // Login flows that were begun, where no account was connected yet.
    if ended.is_none() && ties.is_empty() {
        app.storage.delete_of(identity, None).await?;
    }
    if closed.sessions > 0 {
        let note = Note::new(AuditEvent::SessionsEnded).about(identity).through(source);
        app.record(note.with("cause", "departure").with("count", closed.sessions)).await?;
    }
    Ok(closed)
}

/// Goes through every departure of a source that is not closed yet, those of a run that was cut short too.
///
/// # Errors
/// The first failure; the others stay on the list.
pub async fn close_all(app: &App, source: &SourceId) -> Result<Vec<(Subject, IdentityId)>, DepartureError> {
    let unclosed = app.storage.unclosed_departures(source).await?;
    for (subject, identity) in &unclosed {
        depart(app, *identity, source).await?;
        app.storage.departure_closed(source, subject, app.clock.now()).await?;
    }
    Ok(unclosed)
}
