//! `/profile/security`: my sessions, each of which I can close.

use crate::{
    app::App,
    audit::{AuditEvent, Note},
    session::{Session, SessionLine, SignedIn},
    web::{
        errors::{Refusal, html},
        look::Look,
        page::Page,
        route::{Access, Route},
        words::Words,
    },
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};

pub(super) fn routes() -> Vec<Route> {
    use Access::SignedIn;
    vec![
        Route::reads("/profile/security", SignedIn, get(security)),
        Route::writes("/profile/sessions/{session}/close", SignedIn, post(close)),
        Route::writes("/profile/sessions/close-others", SignedIn, post(close_others)),
    ]
}

#[derive(Template)]
#[template(path = "profile/security.html")]
struct SecurityPage {
    page: Page,
    sessions: Vec<SessionView>,
}

/// One session, in words.
#[derive(Debug)]
pub struct SessionView {
    /// Its public name.
    pub id: String,
    /// Whether it is the one that asks.
    pub this: bool,
    /// For which collectivité, and by which source.
    pub place: String,
    /// Since when, and when it was last used.
    pub times: String,
}

impl SessionView {
    /// A session in words.
    #[must_use]
    pub fn new(app: &App, words: &Words, line: &SessionLine, this: Option<&Session>) -> Self {
        let tenant = app
            .tenants
            .by_id(&line.acting)
            .map_or_else(|| line.acting.to_string(), |tenant| tenant.name.clone());
        let source = app.sign_in.any_source(&line.source).map(|source| source.title.clone());
        Self {
            id: line.id.as_str().to_owned(),
            this: this.is_some_and(|session| session.id == line.id),
            place: [Some(tenant), source].into_iter().flatten().collect::<Vec<_>>().join(" · "),
            times: [
                words.at("profile-session-since", "when", line.created_at),
                words.at("profile-session-used", "when", line.last_seen_at),
            ]
            .join(" "),
        }
    }
}

async fn security(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    look: Look,
) -> Result<Response, Refusal> {
    let page = Page::signed_in(&app, &session, look, "/profile/security")?;
    let lines = app.sessions.list(session.actor.identity.id).await?;
    let sessions =
        lines.iter().map(|line| SessionView::new(&app, &page.words, line, Some(&session))).collect();
    html(&SecurityPage { sessions, page })
}

fn ended(session: &Session, count: usize) -> Note {
    Note::new(AuditEvent::SessionsEnded)
        .at(&session.actor.acting.tenant)
        .by(session.actor.identity.id)
        .with("cause", "person")
        .with("count", count)
}

/// `POST /profile/sessions/{session}/close`: one of the person's own sessions, by its public name. An unknown name is already closed.
async fn close(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    app.record(ended(&session, 1)).await?;
    app.sessions.close_one(session.actor.identity.id, &id).await?;
    Ok(Redirect::to("/profile/security").into_response())
}

/// `POST /profile/sessions/close-others`: every session but the one that asks.
async fn close_others(State(app): State<App>, SignedIn(session): SignedIn) -> Result<Response, Refusal> {
    let me = session.actor.identity.id;
    let lines = app.sessions.list(me).await?;
    let others: Vec<_> = lines.into_iter().filter(|line| line.id != session.id).collect();
    app.record(ended(&session, others.len())).await?;
    for line in others {
        app.sessions.close_one(me, line.id.as_str()).await?;
    }
    Ok(Redirect::to("/profile/security").into_response())
}
