//! Revoking a linked account: by the person, or by who administers the collectivité.

use super::outcome::Outcome;
use crate::{
    app::App,
    audit::{AuditEvent, Note},
    web::{
        confirm::{ConfirmationStep, Question},
        errors::Refusal,
        reader::Reader,
    },
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use pleiade_core::{ConnectorId, ErrorKind, Message};
use pleiade_federation::vault::LinkedAccountKey;

/// The outcome of revoking a linked account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revocation {
    /// It is worthless in the application too.
    Everywhere,
    /// The portal has forgotten it; in the application the person must remove it themselves.
    HereOnly,
    /// There was none.
    Nothing,
}

/// Forgets an account here, in one step with the line that tells it, and revokes it in its application where that is possible.
///
/// # Errors
/// When storage fails.
pub async fn revoke(app: &App, key: &LinkedAccountKey, note: Note) -> Result<Revocation, Refusal> {
    let access = app.vault().open(key).await.ok().flatten();
    let change = app.journal().begin([note]).await?;
    let was_there = change.delete_linked_account(key).await?;
    change.delete_pending(key).await?;
    change.commit().await?;
    app.engine.forget(key.link, Some(&key.connector));
    let connector = app.connectors.get(&key.tenant, &key.connector);
    let mut worthless = false;
    if let (Some(access), Some(linking)) = (&access, connector.and_then(|connector| connector.linking())) {
        worthless = match tokio::time::timeout(app.action_deadline, linking.revoke(&access.account)).await {
            Ok(Ok(())) => true,
            // The application does not know the secret any more: somebody has revoked it there.
            Ok(Err(error)) => error.kind() == ErrorKind::Unauthenticated,
            Err(_) => false,
        };
    }
    Ok(match (was_there, worthless) {
        (false, _) => Revocation::Nothing,
        (true, true) => Revocation::Everywhere,
        (true, false) => Revocation::HereOnly,
    })
}

/// `POST /profile/accesses/{connector}/revoke`: the person's own access, connected or begun, where they act.
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
            back: "/profile/accesses".to_owned(),
        };
        return step.ask(page, question);
    }
    let note = Note::new(AuditEvent::AccessRevoked).tenant(tenant).actor(identity).source(&session.source);
    let outcome = match revoke(&app, &key, note.with("connector", &id)).await? {
        Revocation::HereOnly => Outcome::RevokedHere,
        Revocation::Everywhere | Revocation::Nothing => Outcome::Revoked,
    };
    Ok(outcome.to_page(&app, &session, &id))
}
