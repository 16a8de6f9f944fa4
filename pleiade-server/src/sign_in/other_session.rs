//! Somebody is back from a provider as another person than the one who is signed in in this browser.
//!
//! Threat: a link that makes a browser somebody else's. Whoever runs a collectivité's provider answers there for whom they like; a person
//! whose session were replaced by such an answer would connect their accounts in the place of somebody else. So a redirect never replaces the
//! session of another person: whoever wants to change signs out first.

use crate::{
    app::App,
    session::{Session, SignedIn},
    web::{
        errors::{Refusal, html},
        look::Look,
        page::Page,
        route::{Access, Route},
    },
};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use pleiade_core::{IdentityId, ProviderKind};

const PAGE: &str = "/sign-in/other-session";

pub(super) fn routes() -> Vec<Route> {
    vec![Route::reads(PAGE, Access::SignedIn, get(page))]
}

/// The answer to a sign-in through a redirect that would replace the session of another person; none when it may go on.
pub(super) fn refuses(
    kind: ProviderKind,
    before: Option<&Session>,
    identity: IdentityId,
) -> Option<Response> {
    let by_redirect = matches!(kind, ProviderKind::Oidc | ProviderKind::Cas);
    let other = before.is_some_and(|session| session.actor.identity.id != identity);
    (by_redirect && other).then(|| Redirect::to(PAGE).into_response())
}

#[derive(Template)]
#[template(path = "sign_in_other_session.html")]
struct OtherSessionPage {
    page: Page,
    text: String,
}

/// `GET /sign-in/other-session`: whose session goes on, and how to change.
async fn page(State(app): State<App>, SignedIn(session): SignedIn, look: Look) -> Result<Response, Refusal> {
    let page = Page::signed_in(&app, &session, look, "/")?;
    let text = page.words.named("other-session-text", &session.actor.identity.display_name);
    html(&OtherSessionPage { text, page })
}
