//! `/console/audit`: the log of the collectivité; for the operator, that of the instance too: what happened at their own sources and by
//! their own accounts.

use crate::{
    app::App,
    audit::AuditLineView,
    session::Administrator,
    storage::AuditQuery,
    web::{
        errors::{Refusal, html},
        page::Page,
        reader::Reader,
        route::{Guard, Route},
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
const MAX_LINES: u32 = 100;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::reads("/console/audit", Guard::Administrator, get(audit))]
}

#[derive(Template)]
#[template(path = "console/audit.html")]
struct AuditPage {
    page: Page,
    lines: Vec<AuditLineView>,
    older: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
struct AuditPageQuery {
    before: Option<i64>,
}

async fn audit(
    State(app): State<App>,
    Reader { session, page, .. }: Reader<Administrator>,
    Query(asked): Query<AuditPageQuery>,
) -> Result<Response, Refusal> {
    let query = AuditQuery {
        tenant: Some(session.actor.acting.tenant.clone()),
        of_instance: session.actor.has(Role::Operator),
        person: None,
        before: asked.before,
        limit: MAX_LINES,
    };
    let lines = app.audit_lines(&session, &query).await?;
    let older = lines.last().filter(|_| lines.len() == MAX_LINES as usize).map(|line| line.id);
    html(&AuditPage { lines: app.audit_presenter(&page.words).views(lines).await?, older, page })
}
