//! The accounts that somebody of the collectivité connected, as an administrator revokes them.

use super::person_decision::{back_to_person, person_path, shut_out_refusal};
use crate::{
    app::App,
    audit::{AuditEvent, Note},
    people::{person_name, require_person_here},
    session::Administrator,
    web::{
        confirm::{ConfirmationStep, Question},
        errors::Refusal,
        outcome::Outcome,
        reader::Reader,
        route::{Guard, Route},
    },
};
use axum::{
    extract::{Path, State},
    response::Response,
    routing::post,
};
use pleiade_core::{ConnectorId, IdentityId, LinkId, Message};
use pleiade_federation::vault::LinkedAccountKey;

const PATH: &str = "/console/people/{person}/accesses/{link}/{connector}/revoke";

pub(super) fn routes() -> Vec<Route> {
    vec![Route::writes(PATH, Guard::Administrator, post(revoke_theirs)).confirmed()]
}

/// `POST /console/people/{person}/accesses/{link}/{connector}/revoke`: a linked account of somebody of the collectivité, and of that one
/// alone.
async fn revoke_theirs(
    State(app): State<App>,
    Reader { session, page, .. }: Reader<Administrator>,
    step: ConfirmationStep,
    Path((person, link, id)): Path<(i64, i64, ConnectorId)>,
) -> Result<Response, Refusal> {
    let person = IdentityId(person);
    require_person_here(&*app.storage, &session, person).await?;
    if let Some(refused) = shut_out_refusal(&app, &session, person, None).await? {
        return Ok(refused);
    }
    let (tenant, link) = (&session.actor.acting.tenant, LinkId(link));
    let theirs = app.storage.linked_accounts_of_person(person, tenant).await?;
    if !theirs
        .iter()
        .any(|linked_account| linked_account.key.link == link && linked_account.key.connector == id)
    {
        return Err(Refusal::NotFound);
    }
    if !step.is_confirmed() {
        let name = person_name(&*app.storage, tenant, person).await?;
        let application = app.connectors.name(tenant, &id);
        let told = |key: &'static str| {
            let message = Message::new(key).with_text("name", &name);
            page.words.message(&message.with_text("application", &application))
        };
        let question = Question {
            title: told("confirm-access"),
            ends: vec![told("confirm-access-ends")],
            button: page.words.t("console-person-access-revoke"),
            back: person_path(person),
        };
        return step.ask(page, question);
    }
    let note =
        Note::new(AuditEvent::LinkedAccountRevoked).tenant(tenant).actor(&*session).person((person, link));
    let note = note.with("connector", &id);
    app.linked_account_administration()
        .revoke(&LinkedAccountKey::new(tenant.clone(), link, id), note)
        .await?;
    Ok(back_to_person(&app, &session, person, Outcome::done("console-told-access")))
}
