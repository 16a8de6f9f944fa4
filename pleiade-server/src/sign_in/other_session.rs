//! Somebody is back from a provider as another person than the one who is signed in in this browser.
//!
//! Threat: a link that makes a browser somebody else's. Whoever runs a collectivité's provider answers there for whom they like; a person
//! whose session were replaced by such an answer would connect their accounts in the place of somebody else. So a redirect never replaces
//! the session of another person: whoever wants to change signs out first.

use super::Source;
use crate::{
    app::App,
    session::Session,
    web::{
        errors::{Refusal, html},
        page::Page,
        reader::Reader,
        route::{Guard, Route},
        site::Site,
    },
};
use askama::Template;
use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use pleiade_core::{LinkId, Message, ProviderKind};

const PAGE: &str = "/sign-in/other-session";

pub(super) fn routes() -> Vec<Route> {
    vec![Route::reads(PAGE, Guard::SignedIn, get(page))]
}

/// The answer to a sign-in through a redirect that would replace the session of another link, even of the same person: whoever runs the
/// other source opens what is connected there. None when it may go on.
pub(super) fn refuses(kind: ProviderKind, before: Option<&Session>, link: LinkId) -> Option<Response> {
    // A password or a header is the browser's own; whatever else comes, another site may have sent it.
    let by_redirect = !matches!(kind, ProviderKind::Ldap | ProviderKind::Local | ProviderKind::Header);
    let other = before.is_some_and(|session| session.actor.identity.link != link);
    (by_redirect && other).then(|| Redirect::to(PAGE).into_response())
}

/// True if another site leads here to a source of one collectivité where all of them sign in. It would choose whose session opens, so
/// whoever comes begins by a click of their own. On the collectivité's own host its source is the one that there is.
pub(super) fn is_cross_site(site: &Site, source: &Source, headers: &HeaderMap) -> bool {
    let from = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    matches!(site, Site::Operator(_))
        && source.owner.is_some()
        && matches!(from, Some("cross-site" | "same-site"))
}

/// True unless a page asks for this address as something other than a page of its own: an image, a script or a frame of another site begins
/// no sign-in.
pub(super) fn is_navigation(headers: &HeaderMap) -> bool {
    let says = |name, wanted| headers.get(name).is_none_or(|value| value == wanted);
    says("sec-fetch-mode", "navigate") && says("sec-fetch-dest", "document")
}

#[derive(Template)]
#[template(path = "sign_in_other_session.html")]
struct OtherSessionPage {
    page: Page,
    text: String,
}

/// `GET /sign-in/other-session`: whose session goes on, and how to change.
async fn page(State(app): State<App>, Reader { session, page, .. }: Reader) -> Result<Response, Refusal> {
    let identity = &session.actor.identity;
    let text = Message::new("other-session-text")
        .with_text("name", &identity.display_name)
        .with_text("number", identity.id.to_string())
        .with_text("source", app.sign_in.title(&session.source));
    let text = page.words.message(&text);
    html(&OtherSessionPage { text, page })
}
