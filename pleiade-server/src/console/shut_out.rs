//! Whom an administrator does not shut out: themselves, and the last who administers a collectivité.
//!
//! Threat: one click that leaves nobody to undo it. The last operator is covered by the first rule: only an operator decides about another
//! one, and stays.

use crate::{
    app::App,
    session::Session,
    storage::{LinkRecord, StorageError},
};
use pleiade_core::{IdentityId, Role, SourceId, Subject};
use std::collections::BTreeSet;

/// The sentence for whoever decides about themselves.
pub(crate) const ONESELF: &str = "console-oneself";
/// The sentence for whoever would leave a collectivité without its own administrator.
pub(crate) const LAST: &str = "console-last-administrator";

/// Whether an administrator is about to decide about themselves. What they may change of their own is in their profile.
pub(crate) fn is_oneself(by: &Session, person: IdentityId) -> bool {
    by.actor.identity.id == person
}

/// Whether a collectivité would have nobody of its own to administer it once this link opens nothing any more.
pub(crate) async fn is_last(
    app: &App,
    person: IdentityId,
    source: &SourceId,
    subject: &Subject,
) -> Result<bool, StorageError> {
    const ROLE: Role = Role::TenantAdministrator;
    let closing = |known: &LinkRecord| known.link.source == *source && known.link.subject == *subject;
    for tenant in app.sessions.holds_at(person, source, ROLE).await? {
        let mut others = false;
        for (holder, through) in app.sessions.holders(&tenant, ROLE).await? {
            let links = app.storage.links_of(holder).await?;
            if links.iter().any(|known| !closing(known) && enters(app, known, &through)) {
                others = true;
                break;
            }
        }
        if !others {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether somebody signs in by a link and then has what these sources give.
fn enters(app: &App, known: &LinkRecord, through: &BTreeSet<SourceId>) -> bool {
    let source = &known.link.source;
    let lets_in = app.sign_in.any_source(source).is_some_and(|known| known.lets_in);
    let given = through.iter().any(|giver| giver == source || app.sign_in.relying(giver).contains(source));
    !known.disabled && lets_in && given
}
