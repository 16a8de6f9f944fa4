//! Another source that a person joins to what they are here, by proving both within ten minutes in one browser.
//!
//! Threats: an identity joined by somebody who holds only one of both; whoever resets an account of somebody, or runs its source, and adds
//! a way of their own to a person who signs in otherwise too (only a session of the operator's own source adds to those); a session of
//! somebody else's left open at the other source, which is why each source gives a fresh proof ([`FreshProof`]): a provider elsewhere asks
//! anew and shows it, a source that takes passwords on our page asks for the password and for every second factor that it or the account
//! requires; or here, which is why the session that begins gives a recent proof too ([`proof`](crate::accounts::proof)). A trusted header
//! proves nothing anew: nobody joins through it or from its sessions; an administrator gives its link to a person (`linking::relink`).

use super::{
    Source,
    answers::back_to_page,
    enter::current_session,
    identity_links::{PAGE, keeps_a_link, with_link_details},
    link_move::{LinkMove, MoveError},
    names::names,
    refusal_words::refusal_words,
    source_facts::{SourceFacts, WithheldGroups},
};
use crate::{
    accounts::proof::{self, TOO_OLD, can_prove, proved_at},
    app::App,
    audit::{AuditEvent, Note},
    session::Session,
    storage::{Link, LinkRecord, NewLink, NoticeKind, StorageError},
    web::outcome::Outcome,
    web::{errors::Refusal, site::Site},
};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use pleiade_core::{Claims, LinkId, ProviderKind};
use pleiade_federation::linking::{Decision, Proof, RefusalReason, Rule};
use std::sync::Arc;

/// The sentence for a session that joins nothing because its source reads a proxy's headers, which prove nothing anew.
pub(super) const BY_HEADERS: &str = "sign-in-by-headers";

/// The page of one's identity links, with a sentence; one that the page says of the whole session needs no other.
pub(super) fn turned_away(app: &App, session: &Session, about: &'static str) -> Response {
    if about == BY_HEADERS {
        Redirect::to(PAGE).into_response()
    } else {
        back_with_problem(app, session, about)
    }
}

/// True if somebody signs in otherwise too, and came by a source that others than the operator administer, or whose accounts they reset.
pub(super) fn is_one_sided(app: &App, session: &Session, mine: &[LinkRecord]) -> bool {
    let of_the_operator =
        |source: &Source| source.owner.is_none() && source.provider.kind() != ProviderKind::Local;
    let others = mine.iter().any(|record| !record.disabled && !session.links.contains(&record.id));
    others && !app.sign_in.any_source(&session.source).is_some_and(of_the_operator)
}

/// Back to the page of one's identity links, which says why nothing was joined.
pub(super) fn back_with_problem(app: &App, session: &Session, why: &'static str) -> Response {
    Outcome::failed(why).redirect(app, session, PAGE)
}

/// The place that somebody who proved nothing goes back to: the sign-in page, or their own when the session that began is still this
/// browser's.
pub(crate) async fn turned_back(
    app: &App,
    site: &Site,
    jar: &CookieJar,
    joins: Option<&str>,
    why: &'static str,
) -> Result<Response, Refusal> {
    let began = match joins {
        Some(began) => session_that_began(app, site, jar, began).await?,
        None => None,
    };
    Ok(match began {
        Some(session) => back_with_problem(app, &session, why),
        None => back_to_page(app, why),
    })
}

/// The session that began something at a provider, if it is still this browser's.
pub(super) async fn session_that_began(
    app: &App,
    site: &Site,
    jar: &CookieJar,
    began: &str,
) -> Result<Option<Arc<Session>>, Refusal> {
    let session = current_session(app, site, jar).await?;
    Ok(session.filter(|session| session.id.as_str() == began))
}

/// The other sign-in is done: what it proved joins the person of the session that began it, if that session is still this browser's.
pub(crate) async fn complete_join(
    app: &App,
    site: &Site,
    source: &Source,
    claims: &Claims,
    jar: CookieJar,
    began: &str,
) -> Result<Response, Refusal> {
    let Some(session) = session_that_began(app, site, &jar, began).await? else {
        return Ok((jar, back_to_page(app, "sign-in-expired")).into_response());
    };
    let me = session.actor.identity.id;
    let id = source.provider.id();
    if !source.is_proof(claims) {
        return Ok((jar, back_with_problem(app, &session, "sign-in-not-fresh")).into_response());
    }
    if !can_prove(app, &session) {
        return Ok((jar, turned_away(app, &session, BY_HEADERS)).into_response());
    }
    let found = app.storage.find_link(id, &claims.subject).await?;
    let known = found.as_ref().map(Link::existing_link);
    let mine = app.storage.links_of_person(me).await?;
    let proof = Proof {
        person: me,
        proved_at: proved_at(app, &session, &jar),
        now: app.clock.now(),
        owner: source.owner.as_ref(),
        link: known.as_ref(),
        taken: mine.iter().any(|record| !record.disabled && record.link.source == *id),
        one_sided: is_one_sided(app, &session, &mine),
    };
    let affiliations = source.mapping.affiliations(claims, app.tenants.iter().map(AsRef::as_ref));
    let told = match &found {
        // The affiliations of a local account are kept with it.
        Some(link) if affiliations.is_none() => {
            app.sessions.affiliations(link.id, site.tenant_id(), None).await?
        }
        _ => affiliations.clone().unwrap_or_default(),
    };
    if !told.iter().any(|affiliation| site.admits(&affiliation.tenant)) {
        return Ok((jar, back_with_problem(app, &session, "sign-in-refused")).into_response());
    }
    let link = NewLink {
        source: id.clone(),
        subject: claims.subject.clone(),
        identity: me,
        owner: source.owner.clone(),
        relies_on: None,
        directory: None,
        rule: Rule::Proof,
        created_at: app.clock.now(),
    };
    let decision = proof.decide();
    if decision == Decision::Refuse(RefusalReason::ProofTooOld) {
        return Ok((jar, proof::redirect_with(app, &session, PAGE, TOO_OLD)).into_response());
    }
    let joined = match carry_out(app, &session, decision, found, &link).await? {
        Ok(joined) => joined,
        Err(why) => return Ok((jar, back_with_problem(app, &session, why)).into_response()),
    };
    if let Some(affiliations) = affiliations {
        let facts = SourceFacts {
            source: id,
            person: me,
            link: joined,
            affiliations: Some(&affiliations),
            withheld: WithheldGroups::of(&source.mapping, claims),
            names: &names(source.mapping.named(claims)),
            now: app.clock.now(),
        };
        facts.keep(&*app.storage, &app.journal()).await?;
    }
    Ok((jar, Outcome::done("ways-joined").redirect(app, &session, PAGE)).into_response())
}

/// Does what was decided about an identity that was proved in a session, whose link is `found` and becomes `link`. Gives its number, or
/// the key of the sentence that says why it was not joined.
async fn carry_out(
    app: &App,
    session: &Session,
    decision: Decision,
    found: Option<Link>,
    link: &NewLink,
) -> Result<Result<LinkId, &'static str>, Refusal> {
    let me = link.identity;
    let note = Note::new(AuditEvent::Linked).actor(session).person(me).source(&link.source);
    let note = with_link_details(note, link.owner.as_ref(), &link.subject, Rule::Proof)
        .tenant(&session.actor.acting.tenant);
    Ok(match (decision, found) {
        (Decision::Enter(_), Some(link)) => Ok(link.id),
        (Decision::Link(..), _) => {
            let change = app.journal().begin([note]).await?;
            match change.add_link(link).await {
                Ok(joined) => {
                    change.commit().await?;
                    app.notices().tell_others(me, joined, NoticeKind::LinkAdded, &link.source).await?;
                    Ok(joined)
                }
                Err(StorageError::Conflict) => Err("sign-in-taken"),
                Err(error) => return Err(error.into()),
            }
        }
        (Decision::Move(_), Some(before)) => {
            if let Err(why) = keeps_a_link(&*app.storage, &app.sessions, before.identity, before.id).await? {
                return Ok(Err(refusal_words(why).1));
            }
            let (sessions, engine, notices) = (&app.sessions, &app.engine, &app.notices());
            let link_move = LinkMove { sessions, engine, notices, link: &before };
            let note = note.with("from", before.identity);
            match link_move.carry_out(&app.journal(), [note], link).await {
                Ok(()) => Ok(before.id),
                Err(MoveError::Gone) => Err("sign-in-refused"),
                Err(MoveError::Taken) => Err("sign-in-taken"),
                Err(MoveError::Storage(error)) => return Err(error.into()),
            }
        }
        (Decision::Refuse(why), _) => Err(refusal_words(why).1),
        _ => Err("sign-in-refused"),
    })
}
