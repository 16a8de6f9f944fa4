//! `/console/sync`: what directories told, and the decisions that a run waits for.
//!
//! An administrator of a collectivité sees what concerns it, and decides for the directories it owns. A directory that several share is
//! decided about by the operator alone.

use crate::{
    app::App,
    scim::MAX_SOURCE_BYTES,
    session::{Administrator, Session},
    storage::{DirectoryRun, RunOutcome, ScimRoom},
    sync::{
        AsideLine, ChangeKind, Counts, FollowedDirectory, Report, ReportLine, RunRequest, SyncError,
        name_in_directory,
    },
    web::{
        errors::{Refusal, html},
        outcome::Outcome,
        page::Page,
        reader::Reader,
        route::{Guard, Route},
        words::Words,
    },
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
    routing::{get, post},
};
use pleiade_core::{IdentityId, Message, Role, SourceId};
use pleiade_federation::sync::{Aspect, DepartureReason};
use std::sync::Arc;

/// Runs shown of a source.
const MAX_RUNS: u32 = 10;
/// People shown of a run.
const MAX_PEOPLE: usize = 50;

pub(super) fn routes() -> Vec<Route> {
    use Guard::Administrator;
    vec![
        Route::reads("/console/sync", Administrator, get(sync)),
        Route::writes("/console/sync/{source}/simulate", Administrator, post(simulate)),
        Route::writes("/console/sync/{source}/decide/{run}", Administrator, post(decide))
            .recent("/console/sync"),
    ]
}

/// A directory on the page.
#[derive(Debug)]
struct DirectoryView {
    id: SourceId,
    title: String,
    facts: Vec<String>,
    may_decide: bool,
    runs: Vec<RunView>,
}

/// A run on the page.
#[derive(Debug)]
struct RunView {
    id: i64,
    when: String,
    outcome: String,
    problem: Option<String>,
    counts: Vec<String>,
    held: Vec<String>,
    people: Vec<String>,
    more: Option<String>,
    /// Who was left aside, in a few words, by login, and how many more.
    aside: Option<(String, Vec<String>, Option<String>)>,
    waits: bool,
}

#[derive(Template)]
#[template(path = "console/sync.html")]
struct SyncPage {
    page: Page,
    directories: Vec<DirectoryView>,
}

/// The rights of an administrator on a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DirectoryAuthority {
    /// See all of it and decide.
    Whole,
    /// See what concerns their collectivité.
    Part,
}

fn directory_authority(session: &Session, synced: &FollowedDirectory) -> Option<DirectoryAuthority> {
    if session.actor.has(Role::Operator) {
        return Some(DirectoryAuthority::Whole);
    }
    match &synced.owner {
        Some(owner) if *owner == session.actor.acting.tenant => Some(DirectoryAuthority::Whole),
        Some(_) => None,
        None => Some(DirectoryAuthority::Part),
    }
}

async fn sync(
    State(app): State<App>,
    Reader { session, page, .. }: Reader<Administrator>,
) -> Result<Response, Refusal> {
    let mut directories = Vec::new();
    for synced in app.directories.iter() {
        if let Some(reach) = directory_authority(&session, synced) {
            directories.push(view(&app, &page.words, &session, synced, reach).await?);
        }
    }
    html(&SyncPage { directories, page })
}

async fn view(
    app: &App,
    words: &Words,
    session: &Session,
    synced: &FollowedDirectory,
    reach: DirectoryAuthority,
) -> Result<DirectoryView, Refusal> {
    let state = app.storage.directory_state(synced.id()).await?;
    let told = |key, at: Option<_>| at.map(|at| words.t_with_time(key, "when", at));
    let mut facts: Vec<String> = [told("sync-read-at", state.read_at), told("sync-full-at", state.full_at)]
        .into_iter()
        .flatten()
        .collect();
    if facts.is_empty() {
        facts.push(words.t("sync-never-read"));
    }
    if reach == DirectoryAuthority::Whole && synced.pushed {
        facts.push(room(words, app.storage.scim_room(synced.id()).await?));
    }
    let mut runs = Vec::new();
    for (n, run) in app.storage.runs(synced.id(), MAX_RUNS).await?.into_iter().enumerate() {
        // Only the last run can be decided about: what an older one found is no longer true.
        let mut shown = run_view(app, words, session, &run, reach).await?;
        shown.waits &= n == 0 && reach == DirectoryAuthority::Whole;
        if reach == DirectoryAuthority::Whole || !shown.counts.is_empty() || !shown.held.is_empty() {
            runs.push(shown);
        }
    }
    Ok(DirectoryView {
        id: synced.id().clone(),
        title: synced.title.clone(),
        facts,
        may_decide: reach == DirectoryAuthority::Whole,
        runs,
    })
}

/// How much an identity manager keeps here, of what it may.
fn room(words: &Words, room: ScimRoom) -> String {
    let percent = (room.bytes.saturating_mul(100) / MAX_SOURCE_BYTES).min(100);
    let key = if percent >= 90 { "sync-room-nearly-full" } else { "sync-room" };
    let message = Message::new(key).with_number("resources", room.resources).with_number("percent", percent);
    words.message(&message)
}

async fn run_view(
    app: &App,
    words: &Words,
    session: &Session,
    run: &DirectoryRun,
    reach: DirectoryAuthority,
) -> Result<RunView, Refusal> {
    let mut report = Report::from_json(&run.run.report);
    if reach == DirectoryAuthority::Part {
        report = report.seen_by(&session.actor.acting.tenant);
    }
    let outcome = match run.run.outcome {
        RunOutcome::Applied => "sync-outcome-applied",
        RunOutcome::Unchanged => "sync-outcome-unchanged",
        RunOutcome::Simulated => "sync-outcome-simulated",
        RunOutcome::Held if report.first => "sync-outcome-first",
        RunOutcome::Held => "sync-outcome-held",
        RunOutcome::Refused => "sync-outcome-refused",
        _ => "sync-outcome-failed",
    };
    let name_of = |id: &pleiade_core::TenantId| {
        app.tenants.by_id(id).map_or_else(|| id.to_string(), |tenant| tenant.name.clone())
    };
    let held = report.held.iter().map(|(tenant, excess)| {
        let message = Message::new("sync-held").with_text("tenant", name_of(tenant));
        words.message(&message.with_number("ending", excess.ending).with_number("of", excess.of))
    });
    let held = held.collect();
    let mut people = Vec::new();
    for line in report.lines.iter().take(MAX_PEOPLE) {
        people.push(person(app, words, &run.run.source, line).await?);
    }
    let aside = (report.aside > 0).then(|| {
        let named: Vec<String> =
            report.aside_lines.iter().take(MAX_PEOPLE).map(|one| aside(words, one)).collect();
        let hidden = report.aside.saturating_sub(named.len() as u64);
        let more = (hidden > 0).then(|| words.count("sync-more", "count", hidden));
        (words.count("sync-aside", "count", report.aside), named, more)
    });
    let hidden = report.more + (report.lines.len().saturating_sub(MAX_PEOPLE)) as u64;
    Ok(RunView {
        id: run.id,
        when: words.t_with_time("sync-run-at", "when", run.run.started_at),
        outcome: words.t(outcome),
        problem: report.problem.clone().filter(|_| reach == DirectoryAuthority::Whole),
        counts: counts(words, &report.totals),
        held,
        people,
        aside,
        more: (hidden > 0).then(|| words.count("sync-more", "count", hidden)),
        waits: run.run.outcome == RunOutcome::Held,
    })
}

fn aside(words: &Words, line: &AsideLine) -> String {
    let key = match line.why {
        DepartureReason::Disabled => "sync-person-aside-disabled",
        _ => "sync-person-aside-outside",
    };
    words.message(&Message::new(key).with_text("name", line.login.clone()))
}

fn counts(words: &Words, counts: &Counts) -> Vec<String> {
    [
        ("sync-count-new", counts.new),
        ("sync-count-changed", counts.changed),
        ("sync-count-departed", counts.departed),
        ("sync-count-returned", counts.returned),
        ("sync-count-cut", counts.cut),
    ]
    .into_iter()
    .filter(|(_, count)| *count > 0)
    .map(|(key, count)| words.count(key, "count", count))
    .collect()
}

async fn person(
    app: &App,
    words: &Words,
    directory: &SourceId,
    line: &ReportLine,
) -> Result<String, Refusal> {
    let name = match (&line.name, line.identity) {
        (Some(name), _) => Some(name.clone()),
        (None, Some(id)) => name_in_directory(&*app.storage, directory, IdentityId(id)).await?,
        (None, None) => None,
    };
    let name = name.unwrap_or_else(|| words.t("sync-person-forgotten"));
    let key = match &line.what {
        ChangeKind::New => "sync-person-new",
        ChangeKind::Returned => "sync-person-returned",
        ChangeKind::GroupsCut => "sync-person-cut",
        ChangeKind::Departed(DepartureReason::Disabled) => "sync-person-disabled",
        ChangeKind::Departed(DepartureReason::Outside) => "sync-person-outside",
        ChangeKind::Departed(_) => "sync-person-absent",
        ChangeKind::Changed(_) => "sync-person-changed",
    };
    let mut message = Message::new(key).with_text("name", name);
    if let ChangeKind::Changed(aspects) = &line.what {
        let aspects: Vec<String> = aspects.iter().map(|aspect| words.t(aspect_key(*aspect))).collect();
        message = message.with_text("what", aspects.join(", "));
    }
    Ok(words.message(&message))
}

fn aspect_key(aspect: Aspect) -> &'static str {
    match aspect {
        Aspect::Names => "sync-aspect-names",
        Aspect::Login => "sync-aspect-login",
        Aspect::Mail => "sync-aspect-mail",
        Aspect::Function => "sync-aspect-function",
        Aspect::Groups => "sync-aspect-groups",
        _ => "sync-aspect-tenants",
    }
}

/// A directory that this administrator decides about. Any other does not exist for them.
fn administered_directory(
    app: &App,
    session: &Session,
    id: &SourceId,
) -> Result<Arc<FollowedDirectory>, Refusal> {
    let synced = app.directories.get(id).ok_or(Refusal::NotFound)?;
    match directory_authority(session, synced) {
        Some(DirectoryAuthority::Whole) => Ok(synced.clone()),
        Some(DirectoryAuthority::Part) => Err(Refusal::Forbidden),
        None => Err(Refusal::NotFound),
    }
}

/// Starts a run unless one is under way. It may take minutes: nobody waits for it.
async fn spawn_run(
    app: &App,
    session: &Session,
    synced: Arc<FollowedDirectory>,
    order: RunRequest,
) -> Result<Response, Refusal> {
    let sync = app.directory_sync();
    let outcome = match sync.lease(&synced).await {
        Ok(lease) => {
            app.tasks.spawn(async move {
                if let Err(error) = sync.run_leased(&synced, order, lease).await {
                    tracing::warn!(source = %synced.id(), %error, "directory not read");
                }
            });
            Outcome::done("sync-said-asked")
        }
        Err(SyncError::Busy) => Outcome::failed("sync-said-busy"),
        Err(error) => return Err(Refusal::internal("a run of a directory was not begun", &error)),
    };
    Ok(outcome.redirect(app, session, "/console/sync"))
}

/// `POST /console/sync/{source}/simulate`: what would change, all of it read.
async fn simulate(
    State(app): State<App>,
    Administrator(session): Administrator,
    Path(source): Path<SourceId>,
) -> Result<Response, Refusal> {
    let synced = administered_directory(&app, &session, &source)?;
    let by = Some((&session.actor.identity).into());
    let order = RunRequest { full: true, simulate: true, by, ..RunRequest::default() };
    spawn_run(&app, &session, synced, order).await
}

/// `POST /console/sync/{source}/decide/{run}`: what a run waits for may be written. It is planned anew: what was shown may be written, and
/// no more departures than were shown.
async fn decide(
    State(app): State<App>,
    Administrator(session): Administrator,
    Path((source, id)): Path<(SourceId, i64)>,
) -> Result<Response, Refusal> {
    let synced = administered_directory(&app, &session, &source)?;
    let last = app.storage.runs(&source, 1).await?.pop();
    let Some(last) = last.filter(|last| last.id == id && last.run.outcome == RunOutcome::Held) else {
        return Ok(Outcome::failed("sync-said-old").redirect(&app, &session, "/console/sync"));
    };
    let report = Report::from_json(&last.run.report);
    let order = RunRequest {
        full: report.full,
        first: report.first,
        departures: report.ending,
        by: Some((&session.actor.identity).into()),
        decides: Some(id),
        ..RunRequest::default()
    };
    spawn_run(&app, &session, synced, order).await
}
