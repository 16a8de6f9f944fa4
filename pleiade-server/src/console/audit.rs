//! `/console/audit`: the log of the collectivité; for the operator, that of the instance too: what happened at their own sources and by their
//! own accounts.

use crate::{
    app::App,
    audit::LineView,
    session::Administrator,
    storage::AuditQuery,
    web::{
        errors::{Refusal, html},
        page::Page,
        reader::Reader,
        route::{Access, Route},
    },
};
use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
    routing::get,
};
use pleiade_core::Role;
use serde::Deserialize;

/// Lines a page.
const LINES: u32 = 100;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::reads("/console/audit", Access::Administrator, get(audit))]
}

#[derive(Template)]
#[template(path = "console/audit.html")]
struct AuditPage {
    page: Page,
    lines: Vec<LineView>,
    older: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    before: Option<i64>,
}

async fn audit(
    State(app): State<App>,
    Reader { session, page, .. }: Reader<Administrator>,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    let query = AuditQuery {
        tenant: Some(session.actor.acting.tenant.clone()),
        of_instance: session.actor.has(Role::Operator),
        person: None,
        before: asked.before,
        limit: LINES,
    };
    let lines = app.storage.audit(&query).await?;
    let older = lines.last().filter(|_| lines.len() == LINES as usize).map(|line| line.id);
    html(&AuditPage { lines: app.audit_reader(&page.words).views(lines).await?, older, page })
}
