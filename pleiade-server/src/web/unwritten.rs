//! The page that says that sessions have ended here and storage could not be told.

use super::{
    errors::{Refusal, html_with_status},
    look::Look,
    page::Page,
    site::Site,
};
use crate::{app::App, session::SessionEnd};
use askama::Template;
use axum::{http::StatusCode, response::Response};
use chrono::{DateTime, Utc};

#[derive(Template)]
#[template(path = "unwritten.html")]
struct UnwrittenPage {
    page: Page,
    title: String,
    text: String,
    onward: String,
    next: String,
}

/// The words of such a page.
struct PageTexts {
    title: &'static str,
    text: &'static str,
    onward: &'static str,
}

/// After the closing of other sessions: `written`, or the page that says that the end is not written yet, which leads on to `next`.
///
/// # Errors
/// Those of a page.
pub(crate) fn answer(
    app: &App,
    site: &Site,
    look: Look,
    ended: SessionEnd,
    next: &str,
    written: impl FnOnce() -> Response,
) -> Result<Response, Refusal> {
    let texts =
        PageTexts { title: "unwritten-closed", text: "unwritten-closed-text", onward: "unwritten-back" };
    match ended {
        SessionEnd::Everywhere => Ok(written()),
        SessionEnd::HereOnly { until } => render(StatusCode::ACCEPTED, app, site, look, &texts, until, next),
    }
}

/// After a sign-out that is not written yet. `elsewhere` is the provider's own sign-out, where there is one.
///
/// # Errors
/// Those of a page.
pub fn signed_out(
    app: &App,
    site: &Site,
    look: Look,
    until: DateTime<Utc>,
    elsewhere: Option<&str>,
) -> Result<Response, Refusal> {
    let onward = if elsewhere.is_some() { "unwritten-provider" } else { "unwritten-sign-in" };
    let texts = PageTexts { title: "unwritten-signed-out", text: "unwritten-signed-out-text", onward };
    let next = elsewhere.unwrap_or("/sign-in");
    render(StatusCode::ACCEPTED, app, site, look, &texts, until, next)
}

/// After a sign-out that could not even be remembered: the browser has lost its cookie, the session goes on.
///
/// # Errors
/// Those of a page.
pub fn not_signed_out(app: &App, site: &Site, look: Look, until: DateTime<Utc>) -> Result<Response, Refusal> {
    let texts = PageTexts {
        title: "unwritten-not-signed-out",
        text: "unwritten-not-signed-out-text",
        onward: "unwritten-sign-in",
    };
    render(StatusCode::SERVICE_UNAVAILABLE, app, site, look, &texts, until, "/sign-in")
}

/// Such a page. 202 where what was asked for is accepted and not done everywhere.
fn render(
    status: StatusCode,
    app: &App,
    site: &Site,
    look: Look,
    texts: &PageTexts,
    until: DateTime<Utc>,
    next: &str,
) -> Result<Response, Refusal> {
    let page = Page::anonymous(app, site, look, "/sign-in");
    let unwritten = UnwrittenPage {
        title: page.words.t(texts.title),
        text: page.words.t_with_time(texts.text, "when", until),
        onward: page.words.t(texts.onward),
        next: next.to_owned(),
        page,
    };
    html_with_status(status, &unwritten)
}
