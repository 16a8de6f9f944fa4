//! `/profile/accesses`, and revoking one's own account.

use super::{
    administration::Revocation, connect_outcome::ConnectOutcome, path::PATH, view::LinkedAccountView,
};
use crate::{
    app::App,
    audit::{AuditEvent, Note},
    web::{
        confirm::{ConfirmationStep, Question},
        errors::{Refusal, html},
        page::Page,
        reader::Reader,
    },
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use pleiade_core::{ConnectorId, Message};
use pleiade_federation::vault::LinkedAccountKey;

#[derive(Template)]
#[template(path = "profile/accesses.html")]
struct LinkedAccountsPage {
    page: Page,
    linked_accounts: Vec<LinkedAccountView>,
}

pub(super) async fn page(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
) -> Result<Response, Refusal> {
    let linked_accounts = app.linked_account_presenter(&session, &page.words).views().await?;
    html(&LinkedAccountsPage { page, linked_accounts })
}

/// `POST /profile/accesses/{connector}/revoke`: the person's own account, connected or begun, where they act.
pub(super) async fn revoke_own(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    step: ConfirmationStep,
    Path(id): Path<ConnectorId>,
) -> Result<Response, Refusal> {
    let (tenant, identity) = (&session.actor.acting.tenant, &session.actor.identity);
    let key = LinkedAccountKey::new(tenant.clone(), identity.link, id.clone());
    // What is no longer configured can still be revoked.
    let known =
        app.connectors.get(tenant, &id).is_some() || app.storage.linked_account(&key).await?.is_some();
    if !known {
        return Err(Refusal::NotFound);
    }
    if !step.is_confirmed() {
        let application = app.connectors.name(tenant, &id);
        let told =
            |key: &'static str| page.words.message(&Message::new(key).with_text("application", &application));
        let question = Question {
            title: told("confirm-own-access"),
            ends: vec![told("confirm-own-access-ends")],
            button: page.words.t("accesses-revoke"),
            back: PATH.to_owned(),
        };
        return step.ask(page, question);
    }
    let note =
        Note::new(AuditEvent::LinkedAccountRevoked).tenant(tenant).actor(identity).source(&session.source);
    let outcome = match app.linked_account_administration().revoke(&key, note.with("connector", &id)).await? {
        Revocation::HereOnly => ConnectOutcome::RevokedHere,
        Revocation::Everywhere | Revocation::Nothing => ConnectOutcome::Revoked,
    };
    Ok(outcome.to_page(&app, &session, &id))
}
