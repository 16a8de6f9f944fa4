//! `/profile/data`: everything the portal keeps about me, as a page and as a file (GDPR, articles 15 and 20).
//!
//! Everything that the link of the session tells, and the directory that it relies on: what the person has by another link is read there.
//! Secrets are told of, never told: what is sealed or hashed appears by its existence alone.

use crate::{
    accounts::profile::{LIST_PATH, factor_dates},
    app::App,
    delegation::delegations_of_session,
    desk::{
        feed_times,
        launcher::{Launcher, Tile},
    },
    session::{Session, SignedIn},
    storage::{AuditLine, AuditQuery, DirectoryRecord, LinkFacts, LinkRecord, StorageError},
    web::{
        errors::{Refusal, html},
        page::Page,
        reader::Reader,
        route::{Guard, Route},
        words::Words,
    },
};
use askama::Template;
use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use pleiade_core::{Affiliation, LinkId, Locale, Message, SourceId, TenantId};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The most lines of the journal that the page shows.
const MAX_PAGE_LINES: u32 = 20;
/// The most lines of the journal that the file holds.
const MAX_FILE_LINES: u32 = 1000;
/// The most lines of the person that are read to find those of the session's link.
const MAX_READ_LINES: u32 = 5000;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::reads("/profile/data", Guard::SignedIn, get(page)),
        Route::reads("/profile/data.json", Guard::SignedIn, get(file)),
    ]
}

#[derive(Template)]
#[template(path = "profile/data.html")]
struct DataPage {
    page: Page,
    lines: Vec<crate::audit::AuditLineView>,
    sections: Vec<Section>,
}

/// One kind of what is kept.
struct Section {
    id: &'static str,
    title: String,
    lines: Vec<DataLine>,
    /// The page where it may be changed.
    page: Option<(&'static str, String)>,
}

/// One thing that is kept: what it is, and what is known of it.
struct DataLine {
    title: String,
    detail: String,
}

async fn page(State(app): State<App>, Reader { session, page, .. }: Reader) -> Result<Response, Refusal> {
    let lines = own_audit_lines(&app, &session, MAX_PAGE_LINES).await?;
    let me = &session.actor.identity;
    let lines = app.audit_presenter(&page.words).own_views(me, lines).await?;
    let sections = sections(&app, &session, &page).await?;
    html(&DataPage { lines, sections, page })
}

async fn sections(app: &App, session: &Session, page: &Page) -> Result<Vec<Section>, Refusal> {
    let words = &page.words;
    let (me, tenant) = (session.actor.identity.id, &session.actor.acting.tenant);
    let title = |id: &SourceId| app.sign_in.title(id);
    let directory = records(app, session).await?.into_iter().map(|record| DataLine {
        title: title(&record.source),
        detail: directory_record_text(words, record),
    });
    let linked_accounts = crate::linked_accounts::linked_account_lines(
        &app.vault(),
        &app.connectors,
        words,
        tenant,
        session.actor.identity.link,
    )
    .await?;
    let linked_accounts = linked_accounts.into_iter().map(|linked_account| DataLine {
        title: linked_account.name,
        detail: linked_account.state.join(" "),
    });
    let links = links(app, session).await?;
    let factors = app
        .storage
        .factors(session.actor.identity.link)
        .await?
        .into_iter()
        .map(|known| DataLine { detail: factor_dates(words, &known), title: known.factor.name });
    let links = links.iter().map(|record| DataLine {
        title: title(&record.link.source),
        detail: words.t_with_time("ways-since", "when", record.link.created_at),
    });
    let mut delegations = Vec::new();
    for delegation in delegations_of_session(&*app.storage, session, tenant).await? {
        let view = app.delegation_presenter(words).view(&delegation, me).await?;
        delegations
            .push(DataLine { title: view.who, detail: [view.state, view.dates, view.reason].join(" · ") });
    }
    let snoozed = app.snoozed_tasks().stored(session.actor.identity.link).await?;
    let snoozed = snoozed.into_iter().map(|(task, until)| DataLine {
        title: app
            .connectors
            .get(&task.tenant, &task.connector)
            .map_or_else(|| task.connector.to_string(), |connector| connector.descriptor().name.clone()),
        detail: words.message(&Message::new("todo-snoozed-until").with_text("day", words.day(until))),
    });
    let launcher = page.navigation.launcher();
    let titles = |tiles: fn(&Launcher) -> &Vec<Tile>| {
        launcher.map(tiles).into_iter().flatten().map(|tile| tile.name.clone())
    };
    let chosen = |key, titles: Vec<String>| {
        (!titles.is_empty()).then(|| DataLine { title: words.t(key), detail: titles.join(", ") })
    };
    let arranged = [
        chosen("launcher-pins", titles(|launcher| &launcher.pinned).collect()),
        chosen("launcher-recent", titles(|launcher| &launcher.recent).collect()),
    ];
    let calendar = app.storage.deadline_feed(session.actor.identity.link).await?;
    let calendar = calendar.into_iter().map(|feed| {
        let [title, detail] = feed_times(words, &feed);
        DataLine { title, detail }
    });
    let calendar = calendar.collect();
    let section = |id, key, lines, page: Option<(&'static str, &'static str)>| Section {
        id,
        title: words.t(key),
        lines,
        page: page.map(|(path, key)| (path, words.t(key))),
    };
    Ok(vec![
        section("directory", "profile-data-directory", directory.collect(), None),
        section("links", "ways-title", links.collect(), Some(("/profile/ways", "ways-title"))),
        section(
            "factors",
            "profile-data-factors",
            factors.collect(),
            Some((LIST_PATH, "accounts-second-own")),
        ),
        section(
            "accesses",
            "profile-data-accesses",
            linked_accounts.collect(),
            Some((crate::linked_accounts::PATH, "profile-section-accesses")),
        ),
        section(
            "delegations",
            "profile-section-delegations",
            delegations,
            Some(("/profile/delegations", "profile-section-delegations")),
        ),
        section(
            "snoozed",
            "profile-data-snoozed",
            snoozed.collect(),
            Some(("/tasks?view=snoozed", "todo-snoozed")),
        ),
        section(
            "launcher",
            "applications",
            arranged.into_iter().flatten().collect(),
            Some(("/applications", "launcher-all")),
        ),
        section("calendar", "calendar-title", calendar, Some(("/briefing", "briefing"))),
    ])
}

/// The record of a person in a directory, in words, and until when it held.
fn directory_record_text(words: &Words, record: DirectoryRecord) -> String {
    let names = record.names;
    [
        Some(names.display_name),
        names.login,
        names.mail.map(|mail| mail.to_string()),
        record.function,
        record.department,
        record.telephone,
        (!record.groups.is_empty()).then(|| record.groups.join(", ")),
        Some(words.t_with_time("profile-data-changed", "when", record.changed_at)),
        record.left_at.map(|when| words.t_with_time("profile-data-left", "when", when)),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(" · ")
}

/// Lines by or about the person that the session's own link may tell: of the collectivités that it gives, through its source or the
/// directory that it relies on, or through none.
async fn own_audit_lines(app: &App, session: &Session, limit: u32) -> Result<Vec<AuditLine>, Refusal> {
    let query = AuditQuery {
        person: Some(session.actor.identity.id),
        limit: MAX_READ_LINES,
        ..AuditQuery::default()
    };
    let mut lines = app.audit_lines(session, &query).await?;
    let sources = sources(app, session).await?;
    lines.retain(|AuditLine { line, .. }| {
        let here =
            |tenant: &TenantId| session.affiliations.iter().any(|affiliation| affiliation.tenant == *tenant);
        match (&line.tenant, &line.source) {
            (Some(tenant), Some(source)) => here(tenant) && sources.contains(source),
            (Some(tenant), None) => here(tenant),
            (None, Some(source)) => sources.contains(source),
            (None, None) => false,
        }
    });
    lines.truncate(limit as usize);
    Ok(lines)
}

/// The links whose facts the session reads.
async fn links(app: &App, session: &Session) -> Result<Vec<LinkRecord>, StorageError> {
    let mut links = app.storage.links_of_person(session.actor.identity.id).await?;
    links.retain(|record| session.links.contains(&record.id));
    Ok(links)
}

/// The records of those links in directories.
async fn records(app: &App, session: &Session) -> Result<Vec<DirectoryRecord>, StorageError> {
    let links: BTreeSet<LinkId> = session.links.into_iter().collect();
    let mut records = Vec::new();
    for link in links {
        records.extend(app.storage.directory_record(link).await?);
    }
    Ok(records)
}

async fn sources(app: &App, session: &Session) -> Result<BTreeSet<SourceId>, StorageError> {
    let facts = app.sessions.facts(session.actor.identity.link).await?;
    let told = facts.into_iter().flat_map(|facts| [Some(facts.own), facts.directory]).flatten();
    Ok(told.map(|told| told.source).collect())
}

/// `GET /profile/data.json`.
async fn file(State(app): State<App>, SignedIn(session): SignedIn) -> Result<Response, Refusal> {
    let content = person_data(&app, &session).await?;
    let name = (header::CONTENT_DISPOSITION, "attachment; filename=\"pleiade.json\"");
    Ok(([name], Json(content)).into_response())
}

async fn person_data(app: &App, session: &Session) -> Result<Value, Refusal> {
    let identity = &session.actor.identity;
    let told: Vec<LinkFacts> = match app.sessions.facts(identity.link).await? {
        Some(facts) => [Some(facts.own), facts.directory].into_iter().flatten().collect(),
        None => Vec::new(),
    };
    let sessions = app.sessions.list_of_link(session).await?;
    let journal = own_audit_lines(app, session, MAX_FILE_LINES).await?;
    let menu = app.storage.menu(identity.link).await?;
    let links = links(app, session).await?;
    let directory = records(app, session).await?;
    let linked_accounts = app.storage.linked_accounts_by_link(identity.link, None).await?;
    let factors = app.storage.factors(identity.link).await?;
    let delegations = delegations(app, session).await?;
    let snoozed = app.snoozed_tasks().stored(identity.link).await?;
    Ok(json!({
        "person": {
            "number": identity.id.0,
            "display_name": identity.display_name,
            "given_name": identity.given_name,
            "family_name": identity.family_name,
            "mail": identity.mail.as_ref().map(ToString::to_string),
            "login": identity.login,
        },
        "affiliations": told.iter().flat_map(affiliation_data).collect::<Vec<_>>(),
        "sign_in": links.iter().map(link_data).collect::<Vec<_>>(),
        "directory": directory.iter().map(directory_data).collect::<Vec<_>>(),
        "accesses": linked_accounts.iter().map(|linked_account| json!({
            "collectivite": linked_account.key.tenant,
            "application": linked_account.key.connector,
            "how": linked_account.how,
            "connected_at": linked_account.created_at,
            "last_used_at": linked_account.last_used_at,
            "expires_at": linked_account.expires_at,
            "refused_at": linked_account.refused_at,
        })).collect::<Vec<_>>(),
        "second_factors": factors.iter().map(|known| json!({
            "kind": known.factor.kind,
            "name": known.factor.name,
            "added_at": known.factor.created_at,
            "last_used_at": known.last_used_at,
        })).collect::<Vec<_>>(),
        "delegations": delegations,
        "snoozed_tasks": snoozed.iter().map(|(task, until)| json!({
            "collectivite": task.tenant,
            "application": task.connector,
            "task": task.id,
            "until": until,
        })).collect::<Vec<_>>(),
        "launcher": launchers(app, session).await?,
        "deadline_calendar": app.storage.deadline_feed(identity.link).await?.map(|feed| json!({
            "made_at": feed.created_at,
            "last_read_at": feed.used_at,
            "entries": given_entries(session, &feed.entries),
        })),
        "acting_last": app.storage.last_acting(identity.link).await?,
        "sessions": sessions.iter().map(|line| json!({
            "source": line.source,
            "collectivite": line.acting,
            "opened_at": line.created_at,
            "last_seen_at": line.last_seen_at,
        })).collect::<Vec<_>>(),
        "menu": menu.map(|menu| json!({
            "applications": serde_json::from_str::<Value>(&menu.applications).unwrap_or_default(),
            "fetched_at": menu.fetched_at,
        })),
        "journal": journal.iter().map(|line| json!({
            "at": line.line.at,
            "event": line.line.event,
            "collectivite": line.line.tenant,
            "source": line.line.source,
            "facts": line.line.facts,
        })).collect::<Vec<_>>(),
        "sealed": "tokens of sessions and linked accounts are kept sealed; passwords and recovery codes are kept hashed",
    }))
}

/// What a calendar shows of the collectivités that the session gives.
fn given_entries(session: &Session, entries: &str) -> Value {
    let mut entries: Vec<Value> = serde_json::from_str(entries).unwrap_or_default();
    let given = |tenant: &Value| session.affiliations.iter().any(|one| *tenant == *one.tenant.as_str());
    entries.retain(|entry| entry.get("tenant").is_some_and(given));
    Value::Array(entries)
}

/// How the link arranges its launcher, in each collectivité that it gives: applications are named by the digest of their address.
async fn launchers(app: &App, session: &Session) -> Result<Vec<Value>, StorageError> {
    let mut all = Vec::new();
    for affiliation in &session.affiliations {
        let (link, tenant) = (session.actor.identity.link, &affiliation.tenant);
        let Some(stored) = app.storage.launcher_choices(link, tenant).await? else { continue };
        let choices: Value = serde_json::from_str(&stored).unwrap_or_default();
        all.push(json!({ "collectivite": tenant, "choices": choices }));
    }
    Ok(all)
}

/// What one link was told of the affiliations of its person.
fn affiliation_data(facts: &LinkFacts) -> Vec<Value> {
    let data = |affiliation: &Affiliation| {
        json!({
            "told_by": facts.source,
            "collectivite": affiliation.tenant,
            "kind": affiliation.kind,
            "function": affiliation.function,
            "employee_number": affiliation.employee_number,
            "groups": affiliation.groups,
            "roles": affiliation.roles,
        })
    };
    facts.affiliations.iter().map(data).collect()
}

/// A way of signing in.
fn link_data(LinkRecord { link, disabled, .. }: &LinkRecord) -> Value {
    json!({
        "source": link.source,
        "key": link.subject.id(),
        "made_by": link.rule,
        "made_at": link.created_at,
        "closed": disabled,
    })
}

/// What a directory says of the person.
fn directory_data(record: &DirectoryRecord) -> Value {
    json!({
        "source": record.source,
        "key": record.subject.id(),
        "display_name": record.names.display_name,
        "given_name": record.names.given_name,
        "family_name": record.names.family_name,
        "mail": record.names.mail.as_ref().map(ToString::to_string),
        "login": record.names.login,
        "function": record.function,
        "department": record.department,
        "telephone": record.telephone,
        "groups": record.groups,
        "active": record.active,
        "changed_at": record.changed_at,
        "left_at": record.left_at,
        "gone_at": record.gone_at,
    })
}

/// The delegations given and received by the session's links, in each collectivité that they give.
async fn delegations(app: &App, session: &Session) -> Result<Vec<Value>, Refusal> {
    let me = session.actor.identity.id;
    let words = app.words(Locale::Fr, chrono_tz::UTC);
    let mut all = Vec::new();
    for affiliation in &session.affiliations {
        for delegation in delegations_of_session(&*app.storage, session, &affiliation.tenant).await? {
            let terms = &delegation.terms;
            all.push(json!({
                "number": delegation.id.0,
                "collectivite": terms.tenant,
                "given": terms.giver.person == me,
                "with": app.delegation_presenter(&words).view(&delegation, me).await?.other,
                "applications": terms.scope.connectors,
                "may_treat": terms.scope.may_treat,
                "starts_at": terms.starts_at,
                "ends_at": terms.ends_at,
                "reason": terms.reason,
                "created_at": terms.created_at,
                "accepted_at": delegation.accepted_at,
                "ended_at": delegation.ended.as_ref().map(|ended| ended.at),
            }));
        }
    }
    Ok(all)
}
