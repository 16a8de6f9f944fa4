//! Revoking an access: by the person, or by who administers the collectivité.

use super::outcome::Outcome;
use crate::{
    app::App,
    audit::{AuditEvent, Note},
    console::{
        self,
        shut_out::{ONESELF, is_oneself},
    },
    people::{self, person_here},
    session::Administrator,
    web::{
        confirm::{Question, Step},
        errors::Refusal,
        outcome::Outcome as Told,
        reader::Reader,
    },
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use pleiade_core::{ConnectorId, ErrorKind, IdentityId, LinkId, Message};
use pleiade_federation::vault::LinkedAccountKey;

/// What became of an access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revoked {
    /// It is worthless in the application too.
    Everywhere,
    /// The portal has forgotten it; in the application the person must remove it themselves.
    HereOnly,
    /// There was none.
    Nothing,
}

/// Revokes an access in its application where that is possible, then forgets it here whatever the application said. Not recorded: that is
/// for the caller, beforehand.
///
/// # Errors
/// When storage fails.
pub async fn revoke(app: &App, key: &LinkedAccountKey) -> Result<Revoked, Refusal> {
    let vault = app.vault();
    let access = vault.open(key).await.ok().flatten();
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
    let was_there = vault
        .remove(key)
        .await
        .map_err(|error| Refusal::internal("linked account not read or changed", &error))?;
    app.storage.delete_pending(key).await?;
    app.engine.forget(key.link, Some(&key.connector));
    Ok(match (was_there, worthless) {
        (false, _) => Revoked::Nothing,
        (true, true) => Revoked::Everywhere,
        (true, false) => Revoked::HereOnly,
    })
}

/// `POST /profile/accesses/{connector}/revoke`: the person's own access, connected or begun, where they act.
pub(super) async fn mine(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    step: Step,
    Path(id): Path<ConnectorId>,
) -> Result<Response, Refusal> {
    let (tenant, identity) = (&session.actor.acting.tenant, &session.actor.identity);
    let key = LinkedAccountKey::new(tenant.clone(), identity.link, id.clone());
    // What is no longer configured can still be revoked.
    let known = app.connectors.get(tenant, &id).is_some() || app.storage.access(&key).await?.is_some();
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
    let note = Note::new(AuditEvent::AccessRevoked).at(tenant).by(identity).through(&session.source);
    app.record(note.with("connector", &id)).await?;
    let outcome = match revoke(&app, &key).await? {
        Revoked::HereOnly => Outcome::RevokedHere,
        Revoked::Everywhere | Revoked::Nothing => Outcome::Revoked,
    };
    Ok(outcome.to_page(&app, &session, &id))
}

/// `POST /console/people/{person}/accesses/{link}/{connector}/revoke`: an access of somebody of the collectivité, and of that one alone.
pub(super) async fn of_somebody(
    State(app): State<App>,
    Reader { session, page, .. }: Reader<Administrator>,
    step: Step,
    Path((person, link, id)): Path<(i64, i64, ConnectorId)>,
) -> Result<Response, Refusal> {
    let person = IdentityId(person);
    person_here(&*app.storage, &session, person).await?;
    if is_oneself(&session, person) {
        return Ok(console::back_to_person(&app, &session, person, Told::failed(ONESELF)));
    }
    let (tenant, link) = (&session.actor.acting.tenant, LinkId(link));
    let theirs = app.storage.accesses_at(person, tenant).await?;
    if !theirs.iter().any(|access| access.key.link == link && access.key.connector == id) {
        return Err(Refusal::NotFound);
    }
    if !step.is_confirmed() {
        let name = people::person_name(&*app.storage, tenant, person).await?;
        let application = app.connectors.name(tenant, &id);
        let told = |key: &'static str| {
            let message = Message::new(key).with_text("name", &name);
            page.words.message(&message.with_text("application", &application))
        };
        let question = Question {
            title: told("confirm-access"),
            ends: vec![told("confirm-access-ends")],
            button: page.words.t("console-person-access-revoke"),
            back: format!("/console/people/{person}"),
        };
        return step.ask(page, question);
    }
    let note =
        Note::new(AuditEvent::AccessRevoked).at(tenant).by(&session.actor.identity).about((person, link));
    app.record(note.with("connector", &id)).await?;
    revoke(&app, &LinkedAccountKey::new(tenant.clone(), link, id)).await?;
    Ok(console::back_to_person(&app, &session, person, Told::done("console-told-access")))
}
