//! `POST /deposit/{connector}/send`: the files of a form, given as they come.

use super::{
    batch::Batch,
    page::opened,
    upload::{MAX_FIELDS, Upload},
};
use crate::{
    app::App,
    audit::{AuditEvent, Note},
    web::{
        errors::Refusal, form::discard, outcome::Outcome, page::Page, pieces::page_in_pieces, reader::Reader,
        sealed,
    },
};
use askama::Template;
use axum::{
    extract::{Path, Query, Request, State},
    http::header,
    response::Response,
};
use pleiade_core::ConnectorId;
use serde::Deserialize;
use tokio::sync::mpsc;

/// Room for every row of a form, its head and its end: a browser that reads nothing holds no place for files.
const MAX_WAITING_ROWS: usize = MAX_FIELDS + 2;
/// Where the rows stand in the page.
const ROWS: &str = "<!--rows-->";

/// What the address of the form holds, so that everything is decided before the first byte of a file.
#[derive(Deserialize)]
pub(super) struct SendQuery {
    #[serde(default)]
    asked: String,
}

#[derive(Template)]
#[template(path = "deposit_result.html")]
struct ResultPage {
    page: Page,
    title: String,
    rows: &'static str,
}

/// # Errors
/// Not found when the collectivité has no such connector, or it takes no files; those of storage and of the audit log.
pub(super) async fn send(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    Path(id): Path<ConnectorId>,
    Query(query): Query<SendQuery>,
    request: Request,
) -> Result<Response, Refusal> {
    let (head, body) = request.into_parts();
    let (connector, tenant) = super::page::connector(&app, &session, &id)?;
    let deposit = connector.deposit().ok_or(Refusal::NotFound)?;
    let (limits, title) = (deposit.limits(), page.words.message(&deposit.title()));
    let back = super::page_path(&id);
    let refuse = |key: &'static str, body| {
        let refusal = Outcome::failed(key).redirect(&app, &session, &back);
        async move {
            discard(body).await;
            Ok(refusal)
        }
    };
    if !opened(&app, &session, &id, &query.asked) {
        return refuse("deposit-expired", body).await;
    }
    let Some(slot) = app.deposit_slots().take(session.actor.identity.link) else {
        return refuse("deposit-busy", body).await;
    };
    let media_type = head.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let Some(upload) = Upload::new(media_type.unwrap_or_default(), body, limits) else {
        return Err(Refusal::BadRequest);
    };
    if !sealed::spend(&app, &query.asked).await? {
        let refusal = Outcome::failed("deposit-sent-already").redirect(&app, &session, &back);
        upload.discard().await;
        return Ok(refusal);
    }
    let note = Note::new(AuditEvent::ActionTaken)
        .tenant(&tenant.id)
        .actor(&*session)
        .source(&session.source)
        .with("connector", &id)
        .with("action", "deposit");
    app.journal().record(note).await?;
    let (words, locale) = (page.words.clone(), page.words.locale);
    let html = ResultPage { page, title, rows: ROWS }.render();
    let html = html.map_err(|error| Refusal::internal("the page of a batch was not rendered", &error))?;
    let (start, end) = html.split_once(ROWS).ok_or(Refusal::BadRequest)?;
    let (out, pieces) = mpsc::channel(MAX_WAITING_ROWS);
    let _ = out.try_send(start.to_owned());
    let context = app.call_context(&session, tenant, locale);
    let batch = Batch { app: app.clone(), session, words, connector, context, upload, out, slot };
    app.tasks.spawn(batch.run(end.to_owned()));
    Ok(page_in_pieces(pieces))
}
