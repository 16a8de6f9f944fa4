//! Putting a notice away.

use crate::{
    accounts::proof,
    app::App,
    session::SignedIn,
    web::{errors::Refusal, outcome::Outcome},
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use axum_extra::extract::CookieJar;

/// `POST /notices/{notice}/put-away`: one of the session's own. Any other stays, and the answer is that of one that is away already. One
/// that warns of an identity link asks for a recent proof first.
pub(super) async fn put_away(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    jar: CookieJar,
    Path(id): Path<i64>,
) -> Result<Response, Refusal> {
    let away = || Outcome::done("notice-told-put-away").redirect(&app, &session, "/");
    let shown = app.storage.notices_of_links(session.links).await?;
    let Some(notice) = shown.into_iter().find(|notice| notice.id == id) else {
        return Ok(away());
    };
    if notice.notice.kind.warns() && !proof::is_recent(&app, &session, &jar) {
        return Ok(proof::redirect_to("/"));
    }
    if app.storage.put_notice_away(id, session.links).await? {
        app.sessions.invalidate(&session).await;
    }
    Ok(away())
}
