//! Signing in while our own storage takes no writes: said at once, and when to try again. Without it, each person would wait for storage to
//! give up, and then read that their authority does not answer.

use super::page::{PageOptions, sign_in_page};
use crate::{
    app::App,
    web::{errors::RETRY_AFTER, errors::Refusal, look::Look, site::Site},
};
use axum::{
    http::{StatusCode, header},
    response::Response,
};

/// The sign-in page with 503, when no session could be opened now. `wanted` is what the page keeps of what was typed.
pub(super) async fn refusal(
    app: &App,
    site: &Site,
    look: Look,
    wanted: &PageOptions<'_>,
) -> Option<Result<Response, Refusal>> {
    app.health().takes_writes().await.err()?;
    Some(page(app, site, look, wanted))
}

/// That page.
pub(super) fn page(
    app: &App,
    site: &Site,
    look: Look,
    wanted: &PageOptions<'_>,
) -> Result<Response, Refusal> {
    let (problem, status) = (Some("sign-in-storage"), StatusCode::SERVICE_UNAVAILABLE);
    let mut page = sign_in_page(app, site, look, &PageOptions { problem, status, ..wanted.clone() })?;
    page.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
    Ok(page)
}
