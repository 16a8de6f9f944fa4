//! `/profile/security`: my sessions, each of which I can close, and what my portal remembers of my sign-ins.

use super::view::SessionView;
use crate::{
    app::App,
    audit::{AuditEvent, Note},
    catalogue::MenuError,
    session::{Session, SessionEnd, SignedIn},
    storage::NewAuditLine,
    web::{
        errors::{Refusal, html},
        look::Look,
        outcome::Outcome,
        page::Page,
        reader::Reader,
        route::{Guard, Route},
        site::Site,
        unwritten,
        words::Words,
    },
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
    routing::{get, post},
};
use pleiade_core::{Message, MessageArg};
use pleiade_federation::lemonldap::{self, PortalSession};
use std::time::Duration;

/// The page, and its place in the menu of the profile.
pub(crate) const PATH: &str = "/profile/security";
/// Time that the page waits for the portal.
const PORTAL_TIMEOUT: Duration = Duration::from_secs(2);
/// Sign-ins at the portal that are shown.
const MAX_CONNECTIONS: usize = 10;

pub(super) fn routes() -> Vec<Route> {
    use Guard::SignedIn;
    vec![
        Route::reads(PATH, SignedIn, get(security)),
        Route::writes("/profile/sessions/{session}/close", SignedIn, post(close)),
        Route::writes("/profile/sessions/close-others", SignedIn, post(close_others)),
    ]
}

#[derive(Template)]
#[template(path = "profile/security.html")]
struct SecurityPage {
    page: Page,
    sessions: Vec<SessionView>,
    portal: Option<PortalView>,
}

/// The person's data at a LemonLDAP::NG portal, in words.
struct PortalView {
    title: String,
    now: String,
    connections: Vec<String>,
}

impl PortalView {
    /// None for whoever came another way.
    async fn load(app: &App, words: &Words, session: &Session) -> Option<Self> {
        let source = app.sign_in.any_source(&session.source)?;
        let asked = app.menus.as_ref()?.portal_session(session);
        let told = match tokio::time::timeout(PORTAL_TIMEOUT, asked).await {
            Ok(Err(MenuError::None)) => return None,
            Ok(told) => told.ok(),
            Err(_) => None,
        };
        let title = words.message(&Message::new("profile-portal").with_text("name", &source.title));
        Some(match told {
            Some(told) => Self {
                now: told
                    .signed_in_at
                    .map_or_else(String::new, |at| words.t_with_time("profile-portal-since", "when", at)),
                connections: connections(words, &told),
                title,
            },
            None => Self { title, now: words.t("profile-portal-silent"), connections: Vec::new() },
        })
    }
}

fn connections(words: &Words, told: &PortalSession) -> Vec<String> {
    let line = |connection: &lemonldap::Connection| {
        let outcome = match connection.outcome {
            lemonldap::Outcome::Accepted => "profile-portal-accepted",
            lemonldap::Outcome::BadCredentials => "profile-portal-bad-credentials",
            lemonldap::Outcome::Locked => "profile-portal-locked",
            lemonldap::Outcome::PasswordExpired => "profile-portal-password-expired",
            lemonldap::Outcome::SecondFactor => "profile-portal-second-factor",
            _ => "profile-portal-refused",
        };
        let when = Message::new("profile-portal-when").with("when", MessageArg::Instant(connection.at));
        let from = connection.address.map(|address| {
            words.message(&Message::new("profile-portal-from").with_text("address", address.to_string()))
        });
        [Some(words.message(&when)), Some(words.t(outcome)), from]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" · ")
    };
    told.connections.iter().take(MAX_CONNECTIONS).map(line).collect()
}

async fn security(State(app): State<App>, Reader { session, page, .. }: Reader) -> Result<Response, Refusal> {
    let lines = app.sessions.list_of_link(&session).await?;
    let sessions = lines
        .iter()
        .map(|line| SessionView::new(&app.tenants, &app.sign_in, &page.words, line, Some(&session)))
        .collect();
    let portal = PortalView::load(&app, &page.words, &session).await;
    html(&SecurityPage { sessions, portal, page })
}

/// The line that tells how many of their sessions a person has ended, and by doing what.
pub(crate) fn ended_line(app: &App, session: &Session, cause: &'static str, count: usize) -> NewAuditLine {
    let note = Note::new(AuditEvent::SessionsEnded)
        .tenant(&session.actor.acting.tenant)
        .actor(session)
        .source(&session.source)
        .with("cause", cause)
        .with("count", count);
    app.journal().line(note)
}

/// Closes every session of the link of this one, but this one.
pub(crate) async fn end_others(
    app: &App,
    session: &Session,
    cause: &'static str,
) -> Result<SessionEnd, Refusal> {
    let mut others = app.sessions.list_of_link(session).await?;
    others.retain(|one| one.id != session.id);
    let (_, end) =
        app.sessions.close_listed(&others, &|count| ended_line(app, session, cause, count)).await?;
    Ok(end)
}

/// `POST /profile/sessions/{session}/close`: one of the person's own sessions, by its public name. An unknown name is already closed.
async fn close(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    site: Site,
    look: Look,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let mut lines = app.sessions.list_of_link(&session).await?;
    lines.retain(|one| one.id.as_str() == id);
    let (_, end) =
        app.sessions.close_listed(&lines, &|count| ended_line(&app, &session, "person", count)).await?;
    unwritten::answer(&app, &site, look, end, PATH, || {
        Outcome::done("profile-told-session-closed").redirect(&app, &session, PATH)
    })
}

/// `POST /profile/sessions/close-others`: every session of this link but the one that asks.
async fn close_others(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    site: Site,
    look: Look,
) -> Result<Response, Refusal> {
    let end = end_others(&app, &session, "person").await?;
    unwritten::answer(&app, &site, look, end, PATH, || {
        Outcome::done("profile-told-others-closed").redirect(&app, &session, PATH)
    })
}
