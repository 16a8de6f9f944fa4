//! The delegations of a session's person, and the colleagues to whom they may give one.

use super::form::DelegationForm;
use crate::{
    people::{find_people, is_enough},
    session::{Session, Sessions},
    storage::{Storage, StorageError},
};
use pleiade_core::{LinkId, TenantId};
use pleiade_federation::delegation::{Delegation, DelegationId, DelegationParty};

/// True if a side is the person of a session, by one of the links whose facts it reads.
pub(super) fn is_me(session: &Session, side: &DelegationParty) -> bool {
    side.person == session.actor.identity.id && side.is_among(&session.links)
}

/// The delegations that a session's person gave and received in a collectivité by the links whose facts it reads. A link that has just come
/// to somebody else tells nothing of theirs to a session that is remembered.
///
/// # Errors
/// Those of storage.
pub async fn delegations_of_session(
    storage: &dyn Storage,
    session: &Session,
    tenant: &TenantId,
) -> Result<Vec<Delegation>, StorageError> {
    let mut all = storage.delegations_of_links(tenant, session.links).await?;
    all.retain(|Delegation { terms, .. }| {
        [terms.giver, terms.receiver].iter().any(|side| is_me(session, side))
    });
    Ok(all)
}

/// A delegation of the collectivité that a session's person acts for, of which they are one of the two people. Anything else does not
/// exist.
///
/// # Errors
/// Those of storage.
pub(super) async fn own_delegation(
    storage: &dyn Storage,
    session: &Session,
    id: i64,
) -> Result<Option<Delegation>, StorageError> {
    let found = storage.delegation(DelegationId(id)).await?;
    Ok(found.filter(|delegation| {
        let terms = &delegation.terms;
        terms.tenant == session.actor.acting.tenant
            && [terms.giver, terms.receiver].iter().any(|side| is_me(session, side))
    }))
}

/// A delegation that waits for the answer of a session's person, of a collectivité that the session's link gives. Anything else does not
/// exist.
///
/// # Errors
/// Those of storage.
pub(super) async fn proposed_delegation(
    storage: &dyn Storage,
    session: &Session,
    id: i64,
) -> Result<Option<Delegation>, StorageError> {
    let found = storage.delegation(DelegationId(id)).await?;
    Ok(found.filter(|found| {
        let given = session.affiliations.iter().any(|affiliation| affiliation.tenant == found.terms.tenant);
        given && is_me(session, &found.terms.receiver) && found.accepted_at.is_none()
    }))
}

/// The receiver that a form names: somebody of the collectivité, by the link that gives their affiliation. By number when found, else by
/// exact login or address, if that is one.
///
/// # Errors
/// Those of storage.
pub(super) async fn find_receiver(
    storage: &dyn Storage,
    sessions: &Sessions,
    tenant: &TenantId,
    filled: &DelegationForm,
) -> Result<Option<DelegationParty>, StorageError> {
    if let Some(link) = filled.receiver.map(LinkId) {
        let facts = sessions.facts(link).await?;
        let here = facts.filter(|facts| sessions.judge(facts, tenant).is_some());
        return Ok(here.map(|facts| DelegationParty::new(facts.own.identity, link)));
    }
    if !is_enough(&filled.to) {
        return Ok(None);
    }
    let typed = filled.to.to_lowercase();
    let mut exact: Vec<DelegationParty> = find_people(storage, tenant, &filled.to)
        .await?
        .into_iter()
        .filter(|person| {
            let mail = person.names.mail.as_ref().map(|mail| mail.to_string().to_lowercase());
            let login = person.names.login.as_ref().map(|login| login.to_lowercase());
            [mail, login].contains(&Some(typed.clone()))
        })
        .map(|person| DelegationParty::new(person.identity, person.link))
        .collect();
    exact.dedup();
    Ok(if exact.len() == 1 { exact.pop() } else { None })
}
