//! `/console/applications`: how each application of the collectivité is doing, in the words of `check` and of the log.
//!
//! Whoever administers a collectivité sees the applications that its people use. What an application answered may tell how it is set up, so
//! the reason of a failure is shown, and another try is made, by the operator and by whoever administers the only collectivité that uses
//! it.

use crate::{
    app::App,
    certificates::CertificateLife,
    explain::causes,
    session::{Administrator, Session},
    web::{
        errors::{Refusal, html},
        outcome::Outcome,
        page::Page,
        reader::Reader,
        route::{Guard, Route},
        words::Words,
    },
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
    routing::{get, post},
};
use pleiade_connectors::engine::{LastError, UpstreamState};
use pleiade_core::{Connector, ConnectorId, Message, Role, TenantId};
use std::sync::Arc;

pub(super) fn routes() -> Vec<Route> {
    use Guard::Administrator;
    vec![
        Route::reads("/console/applications", Administrator, get(applications)),
        Route::writes("/console/applications/{connector}/retry", Administrator, post(retry)),
    ]
}

/// An application on the page.
#[derive(Debug)]
struct ApplicationView {
    id: ConnectorId,
    name: String,
    facts: Vec<String>,
    reason: Option<Reason>,
    may_retry: bool,
}

/// The reason for which an application could not be read.
#[derive(Debug)]
struct Reason {
    sentence: String,
    /// The message of the connector and of the network, in English.
    causes: Option<String>,
}

#[derive(Template)]
#[template(path = "console/applications.html")]
struct ApplicationsPage {
    page: Page,
    applications: Vec<ApplicationView>,
}

async fn applications(
    State(app): State<App>,
    Reader { session, page, .. }: Reader<Administrator>,
) -> Result<Response, Refusal> {
    let states = app.engine.snapshot();
    let state = |id: &ConnectorId| states.iter().find(|state| state.connector == *id);
    let own = app.connectors.of_tenant(&session.actor.acting.tenant);
    let applications = own
        .map(|connector| view(&app, &page.words, &session, connector, state(&connector.descriptor().id)))
        .collect();
    html(&ApplicationsPage { applications, page })
}

fn view(
    app: &App,
    words: &Words,
    session: &Session,
    connector: &Arc<dyn Connector>,
    state: Option<&UpstreamState>,
) -> ApplicationView {
    let descriptor = connector.descriptor();
    let may_retry = is_theirs(app, session, &descriptor.id);
    let failure = state.and_then(failure);
    let answered = state.and_then(|state| state.last_success);
    let mut facts = vec![match (failure, answered) {
        (Some(failure), _) => words.t_with_time("console-application-fails", "when", failure.at),
        (None, Some(answered)) => words.t_with_time("console-application-answers", "when", answered),
        (None, None) => words.t("console-application-not-asked"),
    }];
    if let (Some(_), Some(answered)) = (failure, answered) {
        facts.push(words.t_with_time("console-application-answered", "when", answered));
    }
    if let Some(state) = state {
        facts
            .extend(state.retry_at.map(|at| words.t_with_time("console-application-left-alone", "when", at)));
        if state.waiting > 0 {
            facts.push(words.count("console-application-waiting", "count", state.waiting as u64));
        }
    }
    facts.extend(app.certificates.get(&descriptor.id).map(|certificate| {
        let not_after = certificate.not_after();
        let key = match CertificateLife::at(not_after, app.clock.now()) {
            CertificateLife::Good => "console-application-certificate",
            CertificateLife::EndsSoon => "console-application-certificate-soon",
            CertificateLife::Ended => "console-application-certificate-ended",
        };
        words.t_with_time(key, "when", not_after)
    }));
    let mut reason = None;
    if let Some(failure) = failure {
        if may_retry {
            let message = failure.error.kind().for_administrator(&descriptor.name, failure.error.operation());
            reason = Some(Reason { sentence: words.message(&message), causes: causes(&failure.error) });
        }
        let reference = Message::new("console-application-reference");
        facts.push(words.message(&reference.with_text("reference", failure.reference.clone())));
    }
    ApplicationView { id: descriptor.id.clone(), name: descriptor.name.clone(), facts, reason, may_retry }
}

/// The last failure, unless the application answered since.
fn failure(state: &UpstreamState) -> Option<&LastError> {
    state.last_error.as_ref().filter(|failed| state.last_success.is_none_or(|answered| answered < failed.at))
}

/// True if somebody may have an application tried again: it concerns nobody but those whom they administer.
fn is_theirs(app: &App, session: &Session, connector: &ConnectorId) -> bool {
    let is_elsewhere = |tenant: &TenantId| {
        *tenant != session.actor.acting.tenant && app.connectors.get(tenant, connector).is_some()
    };
    session.actor.has(Role::Operator) || !app.connectors.tenants().any(is_elsewhere)
}

/// `POST /console/applications/{connector}/retry`: secrets that were refused are sent again, and the application is asked at once by
/// whoever looks next.
async fn retry(
    State(app): State<App>,
    Administrator(session): Administrator,
    Path(id): Path<ConnectorId>,
) -> Result<Response, Refusal> {
    let connector = app.connectors.get(&session.actor.acting.tenant, &id).ok_or(Refusal::NotFound)?;
    if !is_theirs(&app, &session, &id) {
        return Err(Refusal::Forbidden);
    }
    if !app.engine.retry(&id) {
        return Ok(back(&app, &session, Outcome::failed("console-application-retried-lately")));
    }
    connector.retry();
    app.linked_accounts.retry(&id).await?;
    tracing::info!(connector = %id, by = session.actor.identity.id.0, "an administrator has the application tried again");
    Ok(back(&app, &session, Outcome::done("console-application-retried")))
}

fn back(app: &App, session: &Session, outcome: Outcome) -> Response {
    outcome.redirect(app, session, "/console/applications")
}
