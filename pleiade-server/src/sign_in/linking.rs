//! The links of a person: seen and joined by themselves, closed, opened and given to somebody else by an administrator.
//!
//! Threats: an identity joined to an account by somebody who holds only one of both (two sign-ins within ten minutes, in one browser,
//! begun by a form of ours), or who finds a session of somebody else's open at the other source (it must prove them anew), an administrator who reaches people of another collectivité (only links of their own collectivité's
//! sources), an operator shut out (one way in stays open).

use super::{
    Source,
    enter::words,
    identify::{digest, linked},
    page::asks_password,
    routes::{back_to_page, begin},
};
use crate::{
    app::App,
    audit::{AuditEvent, Note},
    departure,
    session::{Session, SignedIn},
    storage::{LinkRecord, NewLink, StorageError},
    web::{
        errors::{Refusal, html},
        look::Look,
        page::Page,
        route::{Access, Route},
        site::Site,
        words::Words,
    },
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use axum_extra::extract::CookieJar;
use pleiade_core::{
    Actor, Claims, FreshProof, Hints, IdentityId, Message, ProviderKind, Role, SourceId, Subject, TenantId,
};
use pleiade_federation::{
    linking::{Decision, Known, PROOF_LIFE, Proof, Rule, Why, may_lose},
    mapping::{Cause, Explanation, Right},
};
use serde::Deserialize;

/// Where a person sees their ways in.
const PAGE: &str = "/profile/ways";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::reads(PAGE, Access::SignedIn, get(page)),
        Route::writes("/sign-in/{source}/join", Access::SignedIn, post(join)),
    ]
}

impl LinkRecord {
    /// As linking sees it.
    #[must_use]
    pub fn known(&self) -> Known {
        Known {
            person: self.link.identity,
            owner: self.link.owner.clone(),
            disabled: self.disabled,
            relies_on: self.link.relies_on.clone(),
        }
    }
}

#[derive(Template)]
#[template(path = "profile/ways.html")]
struct WaysPage {
    page: Page,
    mine: Vec<WayLine>,
    others: Vec<Joinable>,
    problem: Option<String>,
    done: Option<String>,
}

struct WayLine {
    title: String,
    rule: String,
    since: String,
    disabled: bool,
}

/// A source that a person may join to what they are.
struct Joinable {
    id: SourceId,
    title: String,
}

#[derive(Debug, Default, Deserialize)]
struct Told {
    about: Option<String>,
}

fn title(app: &App, id: &SourceId) -> String {
    app.sign_in.any_source(id).map_or_else(|| id.to_string(), |source| source.title.clone())
}

/// `GET /profile/ways`.
async fn page(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    site: Site,
    look: Look,
    Query(told): Query<Told>,
) -> Result<Response, Refusal> {
    let page = Page::signed_in(&app, &session, look, PAGE)?;
    let links = app.storage.links_of(session.actor.identity.id).await?;
    let mine = links.iter().map(|record| WayLine {
        title: title(&app, &record.link.source),
        rule: page.words.t(rule_key(record.link.rule)),
        since: page.words.at("ways-since", "when", record.link.created_at),
        disabled: record.disabled,
    });
    let joinable = app.sign_in.offered(&site).filter(|source| may_join(source));
    let others = joinable.filter(|source| !links.iter().any(|l| l.link.source == *source.provider.id()));
    let problem =
        ["sign-in-proof-old", "sign-in-not-fresh", "sign-in-closed", "sign-in-refused", "sign-in-last-way"]
            .into_iter()
            .find(|key| told.about.as_deref() == Some(*key));
    html(&WaysPage {
        mine: mine.collect(),
        others: others
            .map(|source| Joinable { id: source.provider.id().clone(), title: source.title.clone() })
            .collect(),
        problem: problem.map(|key| page.words.t(key)),
        done: (told.about.as_deref() == Some("joined")).then(|| page.words.t("ways-joined")),
        page,
    })
}

fn rule_key(rule: Rule) -> &'static str {
    match rule {
        Rule::First => "ways-rule-first",
        Rule::Directory => "ways-rule-directory",
        Rule::Mail => "ways-rule-mail",
        Rule::Proof => "ways-rule-proof",
        _ => "ways-rule-administrator",
    }
}

/// A source elsewhere that proves itself whom it sends: neither a password typed here, which may want a second factor first, nor headers.
fn may_join(source: &Source) -> bool {
    let kind = source.provider.kind();
    source.provider.fresh_proof() == FreshProof::Redirect
        && !asks_password(kind)
        && kind != ProviderKind::Header
        && source.directory.is_none()
}

/// `POST /sign-in/{source}/join`: begins a sign-in elsewhere, whose identity joins the person signed in here.
async fn join(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    site: Site,
    jar: CookieJar,
    Path(id): Path<SourceId>,
) -> Result<Response, Refusal> {
    let source = app.sign_in.source(&id, &site).filter(|source| may_join(source)).ok_or(Refusal::NotFound)?;
    if app.clock.now() - session.created_at > PROOF_LIFE {
        return Ok(back("sign-in-proof-old"));
    }
    let joins = Some(session.id.as_str().to_owned());
    Ok(begin(&app, &site, source, &Hints::fresh(), jar, PAGE.to_owned(), joins).await)
}

pub(super) fn back(about: &str) -> Response {
    Redirect::to(&format!("{PAGE}?about={about}")).into_response()
}

/// The other sign-in is done: what it proved joins the person of the session that began it, if that session is still this browser's.
pub(super) async fn joined(
    app: &App,
    site: &Site,
    source: &Source,
    claims: &Claims,
    jar: CookieJar,
    began: &str,
) -> Result<Response, Refusal> {
    let cookie = jar.get(app.sessions.cookie().session_name()).map(|cookie| cookie.value().to_owned());
    let session = match cookie {
        Some(value) => app.sessions.find(&value, site.sessions_of()).await.ok().flatten(),
        None => None,
    };
    let Some(session) = session.filter(|session| session.id.as_str() == began) else {
        return Ok((jar, back_to_page("sign-in-expired")).into_response());
    };
    let me = session.actor.identity.id;
    let known = app.storage.find_link(source.provider.id(), &claims.subject).await?;
    let known = known.map(|link| link.known());
    let proof = Proof {
        person: me,
        signed_in_at: session.created_at,
        now: app.clock.now(),
        owner: source.owner.as_ref(),
        link: known.as_ref(),
    };
    let ties = source.mapping.affiliations(claims, app.tenants.iter().map(AsRef::as_ref));
    if !ties.iter().flatten().any(|tie| site.admits(&tie.tenant)) {
        return Ok((jar, back("sign-in-refused")).into_response());
    }
    let link = NewLink {
        source: source.provider.id().clone(),
        subject: claims.subject.clone(),
        identity: me,
        owner: source.owner.clone(),
        relies_on: None,
        rule: Rule::Proof,
        created_at: app.clock.now(),
    };
    let note = Note::new(AuditEvent::Linked).by(me).about(me).through(&link.source);
    let note =
        linked(note, source.owner.as_ref(), &link.subject, Rule::Proof).at(&session.actor.acting.tenant);
    match proof.decide() {
        Decision::Enter(_) => {}
        Decision::Link(..) => {
            app.record(note).await?;
            match app.storage.add_link(&link).await {
                Ok(()) => {}
                Err(StorageError::Conflict) => return Ok((jar, back("sign-in-refused")).into_response()),
                Err(error) => return Err(error.into()),
            }
        }
        Decision::Move(_) => {
            let before = known.map_or(me, |link| link.person);
            if let Err(why) = keeps_a_way(app, before, &link.source, &link.subject).await? {
                return Ok((jar, back(words(why).1)).into_response());
            }
            app.record(note.with("from", before)).await?;
            app.storage.move_link(&link, before).await?;
            app.sessions
                .close_by_subject(&link.source, &link.subject)
                .await
                .map_err(|e| super::routes::broken(&e))?;
        }
        Decision::Refuse(why) => return Ok((jar, back(words(why).1)).into_response()),
        _ => return Ok((jar, back("sign-in-refused")).into_response()),
    }
    if let Some(ties) = ties {
        app.storage.replace_affiliations(me, &link.source, &ties).await?;
    }
    Ok((jar, back("joined")).into_response())
}

/// Whether somebody may lose this link: an operator keeps another way in.
async fn keeps_a_way(
    app: &App,
    person: IdentityId,
    source: &SourceId,
    subject: &Subject,
) -> Result<Result<(), Why>, StorageError> {
    let links = app.storage.links_of(person).await?;
    let mut operator = false;
    for record in &links {
        let ties = app.sessions.affiliations(person, &record.link.source, None, None).await?;
        operator |= ties.iter().any(|tie| tie.roles.contains(&Role::Operator));
    }
    let others =
        links.iter().filter(|record| record.link.source != *source || record.link.subject != *subject);
    let others: Vec<Known> = others.map(LinkRecord::known).collect();
    Ok(may_lose(operator, &others))
}

/// A change of links that is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LinkingError {
    /// There is no such link that this administrator may see.
    #[error("there is no such link among those of this collectivité")]
    NotFound,
    /// An operator would have no way in.
    #[error(transparent)]
    Refused(#[from] Why),
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Open sessions could not be closed.
    #[error("open sessions were not closed: {0}")]
    Sessions(String),
}

/// Whether an administrator may change a link: one of a source of the collectivité they act for; any for the operator.
fn administers(by: &Actor, owner: Option<&TenantId>) -> bool {
    by.has(Role::Operator) || (by.has(Role::TenantAdministrator) && owner == Some(&by.acting.tenant))
}

/// The links of a person that an administrator may see: those of their own collectivité's sources, all for the operator.
///
/// # Errors
/// Those of storage.
pub async fn list(app: &App, by: &Session, person: IdentityId) -> Result<Vec<LinkRecord>, LinkingError> {
    let mut links = app.storage.links_of(person).await?;
    links.retain(|record| administers(&by.actor, record.link.owner.as_ref()));
    Ok(links)
}

/// By what a form names a link among those of a person at a source, without its subject.
#[must_use]
pub fn handle(subject: &Subject) -> String {
    digest(subject)
}

async fn found(
    app: &App,
    by: &Session,
    source: &SourceId,
    subject: &Subject,
) -> Result<crate::storage::Link, LinkingError> {
    let link = app.storage.find_link(source, subject).await?;
    link.filter(|link| administers(&by.actor, link.owner.as_ref())).ok_or(LinkingError::NotFound)
}

/// Closes a link: it opens nothing any more, what is open under it ends, and its subject stays taken.
///
/// # Errors
/// [`LinkingError`].
pub async fn disable(
    app: &App,
    by: &Session,
    source: &SourceId,
    subject: &Subject,
) -> Result<(), LinkingError> {
    let link = found(app, by, source, subject).await?;
    keeps_a_way(app, link.identity, source, subject).await??;
    let note = Note::new(AuditEvent::LinkDisabled).at(&by.actor.acting.tenant).by(by.actor.identity.id);
    app.record(note.about(link.identity).through(source)).await?;
    app.storage.disable_link(source, subject, true).await?;
    let closed = app.sessions.close_by_subject(source, subject).await;
    closed.map_err(|error| LinkingError::Sessions(error.to_string()))?;
    // What they hold through another way in stays.
    let closed = departure::depart(app, link.identity, source).await;
    closed.map(drop).map_err(|error| LinkingError::Sessions(error.to_string()))
}

/// Opens a link again.
///
/// # Errors
/// [`LinkingError`].
pub async fn enable(
    app: &App,
    by: &Session,
    source: &SourceId,
    subject: &Subject,
) -> Result<(), LinkingError> {
    let link = found(app, by, source, subject).await?;
    let note = Note::new(AuditEvent::LinkEnabled).at(&by.actor.acting.tenant).by(by.actor.identity.id);
    app.record(note.about(link.identity).through(source)).await?;
    app.storage.disable_link(source, subject, false).await?;
    Ok(())
}

/// Gives a link to another person, whom the same administrator may change: for whoever came back under another subject.
///
/// # Errors
/// [`LinkingError`].
pub async fn relink(
    app: &App,
    by: &Session,
    source: &SourceId,
    subject: &Subject,
    to: IdentityId,
) -> Result<(), LinkingError> {
    let link = found(app, by, source, subject).await?;
    if link.disabled || list(app, by, to).await?.is_empty() {
        return Err(LinkingError::NotFound);
    }
    keeps_a_way(app, link.identity, source, subject).await??;
    let note = Note::new(AuditEvent::Linked).by(by.actor.identity.id).about(to).through(source);
    let note = linked(note, link.owner.as_ref(), subject, Rule::Administrator);
    app.record(note.with("from", link.identity)).await?;
    let new = NewLink {
        source: source.clone(),
        subject: subject.clone(),
        identity: to,
        owner: link.owner,
        relies_on: None,
        rule: Rule::Administrator,
        created_at: app.clock.now(),
    };
    app.storage.move_link(&new, link.identity).await?;
    let closed = app.sessions.close_by_subject(source, subject).await;
    closed.map(drop).map_err(|error| LinkingError::Sessions(error.to_string()))
}

/// The sentence of an explanation, for whoever reads it.
#[must_use]
pub fn sentence(app: &App, words: &Words, why: &Explanation) -> String {
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
    let message = Message::new(key).with_text("source", title(app, &why.source));
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
