//! The page, its text, and the calendar.

use super::{calendar, feeds::entries, sentences::Facts};
use crate::{
    app::App,
    audit::{AuditEvent, Note},
    desk::own_cards::OwnCards,
    session::Session,
    storage::DeadlineFeed,
    web::{
        errors::{Refusal, html},
        outcome::Outcome,
        page::Page,
        reader::Reader,
        site::Site,
        words::Words,
    },
};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse as _, Response},
};
use pleiade_core::ExposeSecret as _;
use std::sync::Arc;

const PAGE: &str = "/briefing";

#[derive(Template)]
#[template(path = "briefing.html")]
struct BriefingPage {
    page: Page,
    sentences: Vec<String>,
    /// When the calendar was made and last read, in words; none without a calendar.
    feed: Option<String>,
    /// Its address, told once.
    address: Option<String>,
}

/// What waits for the person of a session, in sentences.
async fn sentences(app: &App, session: &Arc<Session>, page: &Page) -> Vec<String> {
    let snoozed = app.snoozed_tasks().load(session).await;
    let own = OwnCards::new(app, session, page.words.locale).with_storage(app, session).await;
    app.fill(crate::desk::board::stale_calls(&own.cards, &own.readings));
    own.keep_deadlines(app, session, &page.words, &snoozed);
    Facts { app, session, words: &page.words, own: &own, snoozed: &snoozed }.sentences()
}

fn feed_words(page: &Page, feed: &DeadlineFeed) -> String {
    feed_times(&page.words, feed).join(" ")
}

/// When a calendar was made and last read, in words.
pub(crate) fn feed_times(words: &Words, feed: &DeadlineFeed) -> [String; 2] {
    let made = words.t_with_time("calendar-since", "when", feed.created_at);
    let used = match feed.used_at {
        Some(when) => words.t_with_time("calendar-used", "when", when),
        None => words.t("calendar-unused"),
    };
    [made, used]
}

async fn render(
    app: &App,
    session: &Arc<Session>,
    page: Page,
    address: Option<String>,
) -> Result<Response, Refusal> {
    let feed = app.deadline_feeds().find(session).await?;
    let feed = feed.as_ref().map(|feed| feed_words(&page, feed));
    html(&BriefingPage { sentences: sentences(app, session, &page).await, feed, address, page })
}

/// `GET /briefing`.
///
/// # Errors
/// Those of storage.
pub(super) async fn page(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
) -> Result<Response, Refusal> {
    render(&app, &session, page, None).await
}

/// `GET /briefing.txt`: the same as text, one sentence a line.
pub(super) async fn text(State(app): State<App>, Reader { session, page, .. }: Reader) -> Response {
    let lines = sentences(&app, &session, &page).await.join("\n");
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], lines + "\n").into_response()
}

/// `POST /briefing/calendar`: makes the address of the calendar, in the place of the one before. It is shown once.
///
/// # Errors
/// Those of storage.
pub(super) async fn open_calendar(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
) -> Result<Response, Refusal> {
    let fingerprint = app.sessions.present_fingerprint(&session.source).ok_or(Refusal::Anonymous)?.to_owned();
    app.journal().record(note(AuditEvent::CalendarOpened, &session)).await?;
    let Some(secret) = app.deadline_feeds().open(&session, fingerprint).await? else {
        return Ok(Outcome::failed("page-unavailable-text").redirect(&app, &session, PAGE));
    };
    let path = format!("/calendars/{}.ics", secret.expose_secret());
    let address = address(&app, &session, &page, &path).unwrap_or(path);
    render(&app, &session, page, Some(address)).await
}

/// A path as an address at the host on which the session counts; none where the server does not know its own.
fn address(app: &App, session: &Session, page: &Page, path: &str) -> Option<String> {
    let mut base = app.public_url.clone()?;
    if session.site.is_some()
        && let Some(host) = page.tenant.hosts.first()
    {
        base.set_host(Some(host)).ok()?;
    }
    base.join(path).ok().map(|address| address.to_string())
}

/// `POST /briefing/calendar/close`: the address leads nowhere any more.
///
/// # Errors
/// Those of storage.
pub(super) async fn close_calendar(
    State(app): State<App>,
    Reader { session, .. }: Reader,
) -> Result<Response, Refusal> {
    if app.deadline_feeds().close(&session).await? {
        app.journal().record(note(AuditEvent::CalendarClosed, &session)).await?;
    }
    Ok(Outcome::done("calendar-closed").redirect(&app, &session, PAGE))
}

fn note(event: AuditEvent, session: &Session) -> Note {
    Note::new(event).tenant(&session.actor.acting.tenant).actor(session).source(&session.source)
}

/// `GET /calendars/{feed}`: the deadlines of whoever made the address, of the collectivités that their link gives now, on the site where it was
/// made.
///
/// # Errors
/// Not found for any other address, on any other site, and for that of a link that opens nothing any more or whose source has become another.
pub(super) async fn calendar(
    State(app): State<App>,
    site: Site,
    Path(feed): Path<String>,
) -> Result<Response, Refusal> {
    let secret = feed.strip_suffix(".ics").unwrap_or(&feed);
    let feed = app.deadline_feeds().at(secret).await?.ok_or(Refusal::NotFound)?;
    let facts = app.sessions.facts(feed.link).await?.ok_or(Refusal::NotFound)?;
    let present = app.sessions.present_fingerprint(&facts.own.source);
    let is_here = feed.site.as_ref() == site.tenant_id();
    if facts.own.disabled || !is_here || present != Some(feed.source_fingerprint.as_str()) {
        return Err(Refusal::NotFound);
    }
    app.deadline_feeds().note_use(&feed).await?;
    let mut all = entries(&feed);
    all.retain(|entry| {
        let affiliation = app.sessions.judge(&facts, &entry.tenant).filter(|_| site.admits(&entry.tenant));
        affiliation.is_some_and(|affiliation| {
            !entry.legal || app.legal().is_some_and(|legal| legal.rules().admits(&affiliation))
        })
    });
    let tenant = site.tenant();
    let words = app.words(tenant.locale, tenant.time_zone);
    let text = calendar::render(&words, &app.tenants, &all, feed.updated_at);
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "inline; filename=\"echeances.ics\""),
    ];
    Ok((headers, text).into_response())
}
