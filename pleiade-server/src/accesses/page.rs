//! `/profile/accesses`.

use super::{outcome::After, view::AccessView};
use crate::{
    app::App,
    session::SignedIn,
    web::{
        errors::{Refusal, html},
        look::Look,
        page::Page,
    },
};
use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use pleiade_core::Message;

#[derive(Template)]
#[template(path = "profile/accesses.html")]
struct AccessesPage {
    page: Page,
    done: Option<String>,
    problem: Option<String>,
    accesses: Vec<AccessView>,
}

pub(super) async fn page(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    look: Look,
    Query(after): Query<After>,
) -> Result<Response, Refusal> {
    let page = Page::signed_in(&app, &session, look, "/profile/accesses")?;
    let accesses = app.application_accesses(&session, &page.words).views().await?;
    let (mut done, mut problem) = (None, None);
    if let Some((outcome, of)) = after.known()
        && let Some(connector) = app.connectors.get(&session.actor.acting.tenant, of)
    {
        let name = connector.descriptor().name.clone();
        let message = Message::new(format!("accesses-outcome-{}", outcome.name()));
        let text = page.words.message(&message.with_text("application", name));
        *(if outcome.is_good() { &mut done } else { &mut problem }) = Some(text);
    }
    html(&AccessesPage { page, done, problem, accesses })
}
