//! Ends that nobody asks for: a departure, and time.

use crate::{
    app::App,
    audit::{AuditEvent, Note},
    storage::StorageError,
};
use pleiade_core::{IdentityId, LinkId, TenantId};
use pleiade_federation::delegation::{Delegation, DelegationEnd, EndCause};
use std::collections::BTreeSet;

/// Ends one and writes it down. False when it had ended.
pub(super) async fn end(
    app: &App,
    delegation: &Delegation,
    by: Option<IdentityId>,
    cause: EndCause,
) -> Result<bool, StorageError> {
    let terms = &delegation.terms;
    let (giver, receiver) = (terms.giver.person, terms.receiver.person);
    let mut note = Note::new(AuditEvent::DelegationEnded)
        .at(&terms.tenant)
        .with("delegation", delegation.id)
        .with("cause", cause_name(cause));
    // Both people find it in their journals.
    note = match by {
        Some(id) if id == giver => note.by(&terms.giver).about(&terms.receiver),
        Some(id) if id == receiver => note.by(&terms.receiver).about(&terms.giver),
        Some(id) => note.by(id).about(&terms.giver).with("receiver", receiver),
        None => note.about(&terms.giver).with("receiver", receiver),
    };
    app.record(note).await?;
    let ended =
        app.storage.end_delegation(delegation.id, &DelegationEnd::new(app.clock.now(), by, cause)).await?;
    app.delegations().forget(&terms.tenant, receiver);
    Ok(ended)
}

fn cause_name(cause: EndCause) -> &'static str {
    match cause {
        EndCause::Refused => "refused",
        EndCause::Giver => "giver",
        EndCause::Receiver => "receiver",
        EndCause::Administrator => "administrator",
        EndCause::Departure => "departure",
        EndCause::Lapsed => "lapsed",
        EndCause::Upgrade => "upgrade",
        _ => "other",
    }
}

/// Ends what was given and received by a link, everywhere or in some collectivités: it is closed, or gives them no more. To be called by
/// whatever closes the sessions and accesses of a link.
///
/// # Errors
/// Those of storage.
pub async fn departed(
    app: &App,
    link: LinkId,
    from: Option<&BTreeSet<TenantId>>,
) -> Result<usize, StorageError> {
    let mut count = 0;
    for delegation in app.storage.living_delegations(link, app.clock.now()).await? {
        if from.is_none_or(|tenants| tenants.contains(&delegation.terms.tenant))
            && end(app, &delegation, None, EndCause::Departure).await?
        {
            count += 1;
        }
    }
    Ok(count)
}

/// Marks what is past its end. Nothing depends on it but the journal: a delegation past its end is refused by its dates.
///
/// # Errors
/// Those of storage.
pub async fn end_lapsed(app: &App) -> Result<usize, StorageError> {
    let lapsed = app.storage.lapsed_delegations(app.clock.now()).await?;
    for delegation in &lapsed {
        end(app, delegation, None, EndCause::Lapsed).await?;
    }
    Ok(lapsed.len())
}
