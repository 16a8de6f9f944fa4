//! The links of a person: seen by themselves, closed, opened and given to somebody else by an administrator.
//!
//! Threats: an administrator who reaches people of another collectivité (only links of their own collectivité's sources), an operator shut
//! out (one way in stays open), a link taken from somebody who signs in otherwise too (only the operator gives such a one away), a way in
//! added or taken without its person noticing (every other link of theirs is told).

use super::{
    Source,
    identify::{digest, linked},
    join::{BY_HEADERS, may_join},
};
use crate::{
    accounts::proof::can_prove,
    app::App,
    audit::{AuditEvent, Note},
    departure,
    session::{Session, SignedIn},
    storage::{Link, LinkRecord, NewLink, NewNotice, NoticeKind, Party, Storage, StorageError},
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
    extract::{Query, State},
    response::Response,
    routing::get,
};
use chrono::{DateTime, Utc};
use pleiade_core::{Actor, IdentityId, LinkId, Message, Role, SourceId, Subject, TenantId};
use pleiade_federation::{
    linking::{ExistingLink, RefusalReason, Rule, may_lose},
    mapping::{Cause, Explanation, Right},
};
use serde::Deserialize;

/// Where a person sees their ways in.
pub(super) const PAGE: &str = "/profile/ways";

pub(super) fn routes() -> Vec<Route> {
    vec![Route::reads(PAGE, Access::SignedIn, get(page))]
}

impl LinkRecord {
    /// As linking sees it.
    #[must_use]
    pub fn known(&self) -> ExistingLink {
        ExistingLink {
            person: self.link.identity,
            owner: self.link.owner.clone(),
            disabled: self.disabled,
            relies_on: self.link.relies_on.clone(),
            alone: self.alone,
        }
    }
}

#[derive(Template)]
#[template(path = "profile/ways.html")]
struct WaysPage {
    page: Page,
    mine: Vec<WayLine>,
    others: Vec<Joinable>,
    /// Why this session joins nothing.
    cannot_join: Option<String>,
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
    let here = |record: &LinkRecord| session.links.contains(&record.id);
    // That there is another way in is said; what was closed elsewhere, and where, is not this link's to tell.
    let mine = links.iter().filter(|record| here(record) || !record.disabled).map(|record| WayLine {
        title: if here(record) || may_name(&app, &session, &record.link.source) {
            app.sign_in.title(&record.link.source)
        } else {
            page.words.t("ways-elsewhere")
        },
        rule: page.words.t(rule_key(record.link.rule)),
        since: page.words.at("ways-since", "when", record.link.created_at),
        disabled: record.disabled,
    });
    let joinable = app.sign_in.offered(&site).filter(|source| may_join(source));
    let taken = |source: &Source| links.iter().any(|l| !l.disabled && l.link.source == *source.provider.id());
    let others = joinable.filter(|source| !taken(source));
    let can_prove = can_prove(&app, &session);
    let problems = [
        "sign-in-not-fresh",
        "sign-in-closed",
        "sign-in-refused",
        "sign-in-last-way",
        "sign-in-taken",
        "sign-in-elsewhere",
        "sign-in-one-sided",
    ];
    let problem = problems.into_iter().find(|key| told.about.as_deref() == Some(*key));
    html(&WaysPage {
        mine: mine.collect(),
        cannot_join: (!can_prove).then(|| page.words.t(BY_HEADERS)),
        others: others
            .filter(|_| can_prove)
            .map(|source| Joinable { id: source.provider.id().clone(), title: source.title.clone() })
            .collect(),
        problem: problem.map(|key| page.words.t(key)),
        done: (told.about.as_deref() == Some("joined")).then(|| page.words.t("ways-joined")),
        page,
    })
}

/// Whether the name of a source may be read by a session: the operator's are everybody's, a collectivité's are for those whom the link of
/// the session ties to it.
pub(crate) fn may_name(app: &App, session: &Session, source: &SourceId) -> bool {
    app.sign_in.any_source(source).is_some_and(|source| {
        source.owner.as_ref().is_none_or(|owner| session.affiliations.iter().any(|tie| tie.tenant == *owner))
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

/// Ends what is open by a link that closes or comes to another person. Storage drops the rest with the link.
pub(crate) async fn forget(app: &App, link: LinkId) {
    if let Err(error) = app.sessions.close_link(link).await {
        tracing::warn!(%link, %error, "sessions of a link were not closed; they open nothing once it has moved");
    }
    app.engine.forget(link, None);
}

/// Tells a person by every open link of theirs but this one. The words name the source to those who may know of it.
pub(crate) async fn tell(
    app: &App,
    person: IdentityId,
    but: LinkId,
    kind: NoticeKind,
    source: &SourceId,
) -> Result<(), StorageError> {
    tell_at(&*app.storage, app.clock.now(), person, but, kind, source).await
}

/// [`tell`] for the command line, which has no server.
pub(crate) async fn tell_at(
    storage: &dyn Storage,
    now: DateTime<Utc>,
    person: IdentityId,
    but: LinkId,
    kind: NoticeKind,
    source: &SourceId,
) -> Result<(), StorageError> {
    for record in storage.links_of(person).await? {
        if record.id != but && !record.disabled {
            storage.add_notice(&notice(record.id, now, kind, source)).await?;
        }
    }
    Ok(())
}

/// Tells whoever comes by one link.
pub(super) async fn tell_link(
    app: &App,
    link: LinkId,
    kind: NoticeKind,
    source: &SourceId,
) -> Result<(), StorageError> {
    app.storage.add_notice(&notice(link, app.clock.now(), kind, source)).await
}

fn notice(link: LinkId, now: DateTime<Utc>, kind: NoticeKind, source: &SourceId) -> NewNotice {
    let facts = [("source".to_owned(), source.to_string())].into();
    NewNotice { link, tenant: None, kind, facts, created_at: now }
}

/// Whether somebody may lose this link: an operator keeps another way in.
pub(super) async fn keeps_a_way(
    app: &App,
    person: IdentityId,
    link: LinkId,
) -> Result<Result<(), RefusalReason>, StorageError> {
    let links = app.storage.links_of(person).await?;
    let mut operator = false;
    for record in &links {
        operator |= !app.sessions.holds_at(record.id, Role::Operator).await?.is_empty();
    }
    let others = links.iter().filter(|record| record.id != link);
    let others: Vec<ExistingLink> = others.map(LinkRecord::known).collect();
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
    Refused(#[from] RefusalReason),
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

async fn found(app: &App, by: &Session, source: &SourceId, subject: &Subject) -> Result<Link, LinkingError> {
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
    keeps_a_way(app, link.identity, link.id).await??;
    let note = Note::new(AuditEvent::LinkDisabled).at(&by.actor.acting.tenant).by(&by.actor.identity);
    app.record(note.about((link.identity, link.id)).through(source)).await?;
    app.storage.disable_link(link.id, true).await?;
    tell(app, link.identity, link.id, NoticeKind::WayRemoved, source).await?;
    let closed = departure::depart(app, link.id).await;
    closed.map(drop).map_err(|error| LinkingError::Sessions(error.to_string()))
}

/// Opens a link again.
///
/// # Errors
/// [`LinkingError`]; [`RefusalReason::Taken`] when the person has another open link of the same source.
pub async fn enable(
    app: &App,
    by: &Session,
    source: &SourceId,
    subject: &Subject,
) -> Result<(), LinkingError> {
    let link = found(app, by, source, subject).await?;
    let theirs = app.storage.links_of(link.identity).await?;
    if theirs.iter().any(|record| !record.disabled && record.id != link.id && record.link.source == *source) {
        return Err(RefusalReason::Taken.into());
    }
    let note = Note::new(AuditEvent::LinkEnabled).at(&by.actor.acting.tenant).by(&by.actor.identity);
    app.record(note.about((link.identity, link.id)).through(source)).await?;
    match app.storage.disable_link(link.id, false).await {
        Ok(_) => {}
        Err(StorageError::Conflict) => return Err(RefusalReason::Taken.into()),
        Err(error) => return Err(error.into()),
    }
    Ok(tell(app, link.identity, link.id, NoticeKind::WayAdded, source).await?)
}

/// Gives a link to another person, whom the same administrator may change: for whoever came back under another subject, and whose link
/// before, of the same source, was closed first. The link of somebody who signs in otherwise too is given away by the operator alone.
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
    let mut theirs = app.storage.links_of(to).await?;
    // Whose only way in was closed first is found by the closed ones.
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
    keeps_a_way(app, link.identity, link.id).await??;
    // Both people find it in their journals, and whoever administers the collectivité where it was decided.
    let line = |about: Party| {
        let line = Note::new(AuditEvent::Linked).by(&by.actor.identity).about(about).through(source);
        linked(line, link.owner.as_ref(), subject, Rule::Administrator).at(&by.actor.acting.tenant)
    };
    app.record(line(to.into()).with("from", link.identity)).await?;
    app.record(line((link.identity, link.id).into()).with("receiver", to)).await?;
    let new = NewLink {
        source: source.clone(),
        subject: subject.clone(),
        identity: to,
        owner: link.owner,
        relies_on: None,
        directory: None,
        rule: Rule::Administrator,
        created_at: app.clock.now(),
    };
    forget(app, link.id).await;
    match app.storage.move_link(link.id, &new, link.identity).await {
        Ok(true) => {}
        Ok(false) => return Err(LinkingError::NotFound),
        Err(StorageError::Conflict) => return Err(RefusalReason::Taken.into()),
        Err(error) => return Err(error.into()),
    }
    forget(app, link.id).await;
    tell(app, link.identity, link.id, NoticeKind::WayRemoved, source).await?;
    tell_link(app, link.id, NoticeKind::WayAdded, source).await?;
    Ok(tell(app, to, link.id, NoticeKind::WayAdded, source).await?)
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
    let message = Message::new(key).with_text("source", app.sign_in.title(&why.source));
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
