//! What a person is told once, on their desk and their profile, until they put it away.
//!
//! Threat: one way in that tells of another. A notice is read with the session, by the links whose facts it reads, and names a source only
//! to those who may know of it. And whoever came in by a way that was added, or by an account that was reset, and hides the warning: only a
//! recent proof puts it away.

use crate::{
    accounts::proof,
    app::App,
    session::{Session, SignedIn},
    sign_in::linking::may_name,
    storage::{Notice, NoticeKind},
    web::{
        errors::Refusal,
        route::{Access, Route},
        words::Words,
    },
};
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use axum_extra::extract::CookieJar;
use pleiade_core::{Message, MessageArg, SourceId};

/// A notice, in words.
#[derive(Debug, Clone)]
pub struct NoticeView {
    /// Its number, for the form that puts it away.
    pub id: i64,
    /// What it says.
    pub text: String,
}

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::writes("/notices/{notice}/put-away", Access::SignedIn, post(put_away))]
}

/// What a session shows: the notices of its links, for where the person acts.
pub(crate) fn views(app: &App, session: &Session, words: &Words) -> Vec<NoticeView> {
    let acting = &session.actor.acting.tenant;
    let here =
        session.notices.iter().filter(|known| known.notice.tenant.as_ref().is_none_or(|id| id == acting));
    here.map(|known| NoticeView { id: known.id, text: text(app, session, words, known) }).collect()
}

fn text(app: &App, session: &Session, words: &Words, Notice { notice, .. }: &Notice) -> String {
    let key = match notice.kind {
        NoticeKind::WayAdded => "notice-way-added",
        NoticeKind::WayRemoved => "notice-way-removed",
        NoticeKind::AccountReset => "notice-account-reset",
        NoticeKind::FactorsCleared => "notice-factors-cleared",
        NoticeKind::ConnectAgain => "notice-connect-again",
        NoticeKind::DelegateAgain => "notice-delegate-again",
    };
    let source = notice.facts.get("source").and_then(|id| SourceId::new(id).ok());
    let source = source.filter(|id| may_name(app, session, id)).and_then(|id| app.sign_in.any_source(&id));
    let source = source.map_or_else(|| words.t("ways-elsewhere"), |source| source.title.clone());
    let message = Message::new(key).with("when", MessageArg::Instant(notice.created_at));
    words.message(&message.with_text("source", source))
}

/// `POST /notices/{notice}/put-away`: one of the session's own. Any other stays, and the answer is that of one that is away already. One that
/// warns of a way in asks for a recent proof first.
async fn put_away(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    jar: CookieJar,
    Path(id): Path<i64>,
) -> Result<Response, Refusal> {
    let shown = app.storage.notices_of(session.links).await?;
    let Some(notice) = shown.into_iter().find(|notice| notice.id == id) else {
        return Ok(Redirect::to("/").into_response());
    };
    if notice.notice.kind.warns() && !proof::is_recent(&app, &session, &jar) {
        return Ok(proof::redirect_to("/"));
    }
    if app.storage.put_notice_away(id, session.links).await? {
        app.sessions.changed(&session).await;
    }
    Ok(Redirect::to("/").into_response())
}
