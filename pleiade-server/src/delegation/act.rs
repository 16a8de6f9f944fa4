//! A quick action in the place of somebody.

use super::ReceivedDelegation;
use crate::{
    app::App,
    audit::{AuditEvent, Note},
    desk::{ActionForm, DeskCard, action_outcome, own_page, perform_and_note},
    session::Session,
    web::{
        errors::Refusal,
        outcome::Outcome,
        part::InPlace,
        reader::Reader,
        route::{Guard, Route},
        words::Words,
    },
};
use axum::{
    Form,
    extract::{Path, State},
    response::Response,
    routing::post,
};
use pleiade_core::{
    Action, ActionId, ActionOutcome, ActionRequest, ConnectorError, ConnectorId, ErrorKind, Task, TenantId,
};
use pleiade_federation::delegation::{DelegatedUse, DelegationId};

pub(super) fn routes() -> Vec<Route> {
    const PATH: &str = "/delegations/{delegation}/actions/{tenant}/{connector}/{action}";
    vec![Route::writes(PATH, Guard::SignedIn, post(act)).in_section("/tasks")]
}

/// Nothing tells a delegation that is somebody else's from one that does not exist.
fn refused(app: &App, session: &Session, words: &Words, in_place: bool) -> Response {
    Outcome::failed("delegation-not-delegated").answer(app, session, words, in_place, "/tasks")
}

async fn act(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    InPlace(in_place): InPlace,
    Path((delegation, wanted, connector, action)): Path<(i64, TenantId, ConnectorId, ActionId)>,
    Form(form): Form<ActionForm>,
) -> Result<Response, Refusal> {
    let page = match own_page(&app, &session, page, &wanted)? {
        Ok(page) => page,
        Err(refused) => return Ok(refused),
    };
    let (tenant, receiver) = (&session.actor.acting.tenant, session.actor.identity.id);
    // Everything is read again: what was shown may be minutes old.
    let Some(delegation) = app.storage.delegation(DelegationId(delegation)).await? else {
        return Ok(refused(&app, &session, &page.words, in_place));
    };
    let reader = app.received_delegations();
    let Some((giver, acts)) = reader.giver_actor(&delegation).await? else {
        return Ok(refused(&app, &session, &page.words, in_place));
    };
    let wanted = DelegatedUse {
        now: app.clock.now(),
        receiver,
        links: &session.links,
        tenant,
        giver: Some(&giver.acting),
        connector: &connector,
        action: Some(&action),
    };
    if let Err(why) = delegation.allows(&wanted) {
        tracing::warn!(delegation = %delegation.id, %why, "a delegated action was refused");
        return Ok(refused(&app, &session, &page.words, in_place));
    }
    let held = ReceivedDelegation { delegation, giver, acts };
    let (cards, _) = reader.cards(app.board_reader(), &held, &session, page.words.locale);
    let request = form.request(action);
    let theirs = cards.iter().find(|card| card.call.connector.descriptor().id == connector);
    let Some(connector) = theirs.map(|card| card.call.connector.clone()) else {
        return Ok(refused(&app, &session, &page.words, in_place));
    };
    let id = connector.descriptor().id.clone();
    let shown = tokio::time::timeout(app.action_deadline, is_offered(&app, &cards, &id, &request));
    if !shown.await.unwrap_or_default() {
        tracing::warn!(delegation = %held.delegation.id, "a delegated action on no task shown was refused");
        return Ok(refused(&app, &session, &page.words, in_place));
    }
    let note = Note::new(AuditEvent::DelegationUsed)
        .tenant(tenant)
        .actor(&*session)
        .source(&session.source)
        .person(&held.giver.identity)
        .with("delegation", held.delegation.id)
        .with("connector", &id)
        .with("action", &request.id);
    let context = reader.call_context(&held, page.tenant.clone(), page.words.locale);
    let name = connector.descriptor().name.clone();
    let action = perform_and_note(&app, Some(note), connector, context.clone(), request.clone());
    let outcome = match app.recent_actions().run_once(&session, &context, &id, &request, action).await? {
        // Where to go on might be the giver's own account, opened in the browser of somebody else.
        Ok(ActionOutcome::Continue(_)) => {
            Err(ConnectorError::new(ErrorKind::Unsupported, "perform a delegated action"))
        }
        outcome => outcome,
    };
    let outcome = action_outcome(&page.words, &name, outcome);
    Ok(outcome.answer(&app, &session, &page.words, in_place, "/tasks"))
}

/// True if a task of these cards offers it: an application could do much more in the giver's name than what waits for them.
async fn is_offered(app: &App, cards: &[DeskCard], connector: &ConnectorId, wanted: &ActionRequest) -> bool {
    for card in cards.iter().filter(|card| card.call.connector.descriptor().id == *connector) {
        let reading = app.engine.refresh(&card.call).await;
        let tasks = reading
            .value()
            .into_iter()
            .flat_map(|content| &content.items)
            .filter(|item| item.task.as_ref().is_some_and(Task::may_be_delegated));
        let mut actions = tasks.flat_map(|item| &item.actions);
        let is_it = |one: &Action| {
            !one.is_asked()
                && !one.is_link()
                && !one.opens
                && one.id == wanted.id
                && one.target == wanted.target
        };
        if actions.any(is_it) {
            return true;
        }
    }
    false
}
