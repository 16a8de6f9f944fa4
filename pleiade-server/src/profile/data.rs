//! `/profile/data`: everything the portal keeps about me, as a page and as a file (GDPR, articles 15 and 20).
//!
//! Secrets are told of, never told: what is sealed or hashed appears by its existence alone.

use crate::{
    app::App,
    session::SignedIn,
    storage::AuditQuery,
    web::{
        errors::{Refusal, html},
        look::Look,
        page::Page,
        route::{Access, Route},
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
use serde_json::{Value, json};

/// Lines of the journal that the file holds at most.
const MOST_LINES: u32 = 1000;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::reads("/profile/data", Access::SignedIn, get(page)),
        Route::reads("/profile/data.json", Access::SignedIn, get(file)),
    ]
}

#[derive(Template)]
#[template(path = "profile/data.html")]
struct DataPage {
    page: Page,
    lines: Vec<crate::audit::LineView>,
}

async fn page(State(app): State<App>, SignedIn(session): SignedIn, look: Look) -> Result<Response, Refusal> {
    let page = Page::signed_in(&app, &session, look, "/profile/data")?;
    let lines = mine(&app, &session, 20).await?;
    let lines = crate::audit::LineView::all(&app, &page.words, lines).await?;
    html(&DataPage { lines, page })
}

async fn mine(
    app: &App,
    session: &crate::session::Session,
    limit: u32,
) -> Result<Vec<crate::storage::AuditLine>, Refusal> {
    let query = AuditQuery { person: Some(session.actor.identity.id), limit, ..AuditQuery::default() };
    Ok(app.storage.audit(&query).await?)
}

/// `GET /profile/data.json`.
async fn file(State(app): State<App>, SignedIn(session): SignedIn) -> Result<Response, Refusal> {
    let content = kept(&app, &session).await?;
    let name = (header::CONTENT_DISPOSITION, "attachment; filename=\"pleiade.json\"");
    Ok(([name], Json(content)).into_response())
}

async fn kept(app: &App, session: &crate::session::Session) -> Result<Value, Refusal> {
    let me = session.actor.identity.id;
    let names = app.storage.names(me).await?.unwrap_or_default();
    let ties = app.storage.affiliations(me).await?;
    let sessions = app.sessions.list(me).await?;
    let journal = mine(app, session, MOST_LINES).await?;
    let menu = app.storage.menu(me).await?;
    Ok(json!({
        "person": {
            "number": me.0,
            "display_name": names.display_name,
            "given_name": names.given_name,
            "family_name": names.family_name,
            "mail": names.mail.map(|mail| mail.to_string()),
            "login": names.login,
        },
        "affiliations": ties.iter().map(|tie| json!({
            "told_by": tie.source,
            "collectivite": tie.affiliation.tenant,
            "kind": tie.affiliation.kind,
            "function": tie.affiliation.function,
            "groups": tie.affiliation.groups,
            "roles": tie.affiliation.roles,
        })).collect::<Vec<_>>(),
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
        "sealed": "tokens of sessions and connected accesses are kept sealed; passwords and recovery codes are kept hashed",
    }))
}
