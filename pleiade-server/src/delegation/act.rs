//! A quick action in the place of somebody.

use super::{Held, held::giver};
use crate::{
    app::App,
    audit::{AuditEvent, Note},
    desk::{DeskCard, elsewhere},
    session::SignedIn,
    web::{
        errors::Refusal,
        look::Look,
        page::Page,
        route::{Access, Route},
    },
};
use axum::{
    Form,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use pleiade_core::{ActionId, ActionOutcome, ActionRequest, ConnectorId, ErrorKind, TenantId};
use pleiade_federation::delegation::{DelegatedUse, DelegationId};
use serde::Deserialize;

pub(super) fn routes() -> Vec<Route> {
    const PATH: &str = "/delegations/{delegation}/actions/{tenant}/{connector}/{action}";
    vec![Route::writes(PATH, Access::SignedIn, post(act))]
}

#[derive(Debug, Deserialize)]
struct Target {
    #[serde(default)]
    target: String,
}

/// Nothing tells a delegation that is somebody else's from one that does not exist.
fn refused() -> Response {
    Redirect::to("/tasks?outcome=not-delegated").into_response()
}

async fn act(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    look: Look,
    Path((delegation, wanted, connector, action)): Path<(i64, TenantId, ConnectorId, ActionId)>,
    Form(form): Form<Target>,
) -> Result<Response, Refusal> {
    if let Some(refused) = elsewhere(&app, &session, look, &wanted)? {
        return Ok(refused);
    }
    let page = Page::signed_in(&app, &session, look, "/tasks")?;
    let (tenant, receiver) = (&session.actor.acting.tenant, session.actor.identity.id);
    // Everything is read again: what was shown may be half a minute old.
    let Some(delegation) = app.storage.delegation(DelegationId(delegation)).await? else {
        return Ok(refused());
    };
    let Some((giver, acts)) = giver(&app, &delegation).await? else {
        return Ok(refused());
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
        return Ok(refused());
    }
    let held = Held { delegation, giver, acts };
    let (cards, _) = held.cards(&app, &session, &page.words);
    let request = ActionRequest::new(action, form.target);
    let theirs = cards.iter().find(|card| card.call.connector.descriptor().id == connector);
    let Some(connector) = theirs.map(|card| card.call.connector.clone()) else {
        return Ok(refused());
    };
    let id = connector.descriptor().id.clone();
    let shown = tokio::time::timeout(app.action_deadline, is_offered(&app, &cards, &id, &request));
    if !shown.await.unwrap_or_default() {
        tracing::warn!(delegation = %held.delegation.id, "a delegated action on no task shown was refused");
        return Ok(refused());
    }
    let note = Note::new(AuditEvent::DelegationUsed)
        .at(tenant)
        .by(&session.actor.identity)
        .through(&session.source)
        .about(&held.giver.identity)
        .with("delegation", held.delegation.id)
        .with("connector", &id)
        .with("action", &request.id);
    app.record(note).await?;
    let giver_link = held.giver.identity.link;
    let context = held.context(&app, page.tenant.clone(), &page.words);
    let outcome = tokio::time::timeout(app.action_deadline, connector.perform(&context, &request)).await;
    let kind = match outcome {
        // Where to go on might be the giver's own account, opened in the browser of somebody else.
        Ok(Ok(ActionOutcome::Continue(_))) => Some(ErrorKind::Unsupported),
        Ok(Ok(_)) => None,
        Ok(Err(error)) => {
            tracing::warn!(connector = %id, operation = error.operation(), kind = error.kind().as_str(), "delegated action failed");
            Some(error.kind())
        }
        Err(_) => Some(ErrorKind::Timeout),
    };
    app.engine.invalidate(&id, Some(giver_link));
    let outcome = kind.map_or("done", ErrorKind::as_str);
    Ok(Redirect::to(&format!("/tasks?outcome={outcome}&of={id}")).into_response())
}

/// Whether a task of these cards offers it: an application could do much more in the giver's name than what waits for them.
async fn is_offered(app: &App, cards: &[DeskCard], connector: &ConnectorId, wanted: &ActionRequest) -> bool {
    for card in cards.iter().filter(|card| card.call.connector.descriptor().id == *connector) {
        let reading = app.engine.refresh(&card.call).await;
        let tasks = reading.value().into_iter().flat_map(|content| &content.items).filter(|item| item.task);
        let mut actions = tasks.flat_map(|item| &item.actions);
        if actions.any(|one| one.link.is_none() && one.id == wanted.id && one.target == wanted.target) {
            return true;
        }
    }
    false
}
