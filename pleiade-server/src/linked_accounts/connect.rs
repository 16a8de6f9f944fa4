//! Connecting an account: a login flow of the application, or a pasted secret.

use super::{
    connectable::Connectable,
    login_flow::{LoginFlow, PENDING},
    outcome::Outcome,
};
use crate::{
    app::App,
    audit::{AuditEvent, Note},
    connectors::call_within,
    session::{Session, SignedIn},
    storage::PendingLoginFlow,
    web::errors::Refusal,
};
use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use chrono::TimeDelta;
use pleiade_core::{
    ConnectorError, ConnectorId, ErrorKind, ExposeSecret as _, LinkedAccount, LinkingMethod, SecretString,
};
use pleiade_federation::vault::LinkingKind;
use serde::Deserialize;
use zeroize::Zeroizing;

/// Time for a person to allow the portal. Nextcloud itself gives a flow up after twenty minutes.
const FLOW_TTL: TimeDelta = TimeDelta::minutes(20);

/// The name under which the portal stands in a person's list of devices.
const DEVICE_NAME: &str = "Pleiade";

/// The name of these calls in the log.
const OPERATION: &str = "connect an account";

/// Characters of a login or a secret that somebody may paste.
const MAX_CHARS: usize = 2048;

fn connectable(app: &App, session: &Session, id: &ConnectorId) -> Result<Connectable, Refusal> {
    Connectable::new(&app.connectors, &app.credential_rules, app.action_deadline, session, id)
}

fn failure_outcome(error: &ConnectorError) -> Outcome {
    match error.kind() {
        ErrorKind::Unauthenticated | ErrorKind::Forbidden | ErrorKind::NotFound => Outcome::Refused,
        ErrorKind::Unreachable | ErrorKind::Timeout | ErrorKind::RateLimited => Outcome::NoAnswer,
        _ => Outcome::Failed,
    }
}

/// `POST /profile/accesses/{connector}/start`: begins a login flow; the page that comes next leads to the application.
pub(super) async fn start(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    Path(id): Path<ConnectorId>,
) -> Result<Response, Refusal> {
    let target = connectable(&app, &session, &id)?;
    let linking = target.linking()?;
    if !linking.methods().contains(&LinkingMethod::LoginFlow) {
        return Err(Refusal::NotFound);
    }
    let begun = match call_within(app.action_deadline, &id, OPERATION, linking.start(DEVICE_NAME)).await {
        Ok(begun) => begun,
        Err(error) => return Ok(failure_outcome(&error).to_page(&app, &session, &id)),
    };
    let flow = LoginFlow { page: begun.page, token: begun.token.expose_secret().to_owned() };
    let plain = serde_json::to_vec(&flow)
        .map(Zeroizing::new)
        .map_err(|error| Refusal::internal("linked account not read or changed", &error))?;
    let sealed = app
        .sealer
        .seal(target.key.purpose_of(PENDING), &plain)
        .map_err(|error| Refusal::internal("linked account not read or changed", &error))?;
    let now = app.clock.now();
    let pending =
        PendingLoginFlow { key: target.key, session: session.hash(), sealed, expires_at: now + FLOW_TTL };
    app.storage.put_pending(&pending, now).await?;
    Ok(Outcome::Started.to_page(&app, &session, &id))
}

/// `POST /profile/accesses/{connector}/finish`: the person says that they have allowed the portal; the application is asked once.
pub(super) async fn finish(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    Path(id): Path<ConnectorId>,
) -> Result<Response, Refusal> {
    let target = connectable(&app, &session, &id)?;
    let Some(flow) = app.login_flows().find_flow(&session, &target.key).await? else {
        return Ok(Outcome::Expired.to_page(&app, &session, &id));
    };
    let outcome = match call_within(
        app.action_deadline,
        &id,
        OPERATION,
        target.linking()?.poll(&flow.token.into()),
    )
    .await
    {
        Ok(Some(account)) => {
            // Given once: in a task of its own, or a browser that leaves loses what the application has just made.
            let (app, session, id) = (app.clone(), session.clone(), id.clone());
            let keeping = async move {
                let kept = store_account(&app, &session, &target, &account, LinkingKind::LoginFlow).await;
                if let Err(error) = &kept {
                    tracing::error!(?error, connector = %id, "an account that was just connected could not be kept");
                    withdraw(&target, &account).await;
                }
                app.storage.delete_pending(&target.key).await?;
                kept
            };
            run_to_completion(keeping).await?;
            Outcome::Connected
        }
        Ok(None) => Outcome::Waiting,
        Err(error) => failure_outcome(&error),
    };
    Ok(outcome.to_page(&app, &session, &id))
}

async fn run_to_completion(
    work: impl Future<Output = Result<(), Refusal>> + Send + 'static,
) -> Result<(), Refusal> {
    tokio::spawn(work)
        .await
        .unwrap_or_else(|error| Err(Refusal::internal("linked account not read or changed", &error)))
}

#[derive(Deserialize)]
pub(super) struct PastedSecretForm {
    #[serde(default)]
    login: String,
    secret: Option<SecretString>,
}

/// `POST /profile/accesses/{connector}/paste`: a token or an application password, tried before it is kept.
pub(super) async fn paste(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    Path(id): Path<ConnectorId>,
    Form(pasted): Form<PastedSecretForm>,
) -> Result<Response, Refusal> {
    let target = connectable(&app, &session, &id)?;
    let linking = target.linking()?;
    let way = linking.methods().iter().find_map(|way| match way {
        LinkingMethod::Pasted { login, .. } => Some(*login),
        _ => None,
    });
    let asks_login = way.ok_or(Refusal::NotFound)?;
    let secret = pasted.secret.unwrap_or_default();
    let (login, secret) = (pasted.login.trim(), secret.expose_secret().trim());
    let sound = |text: &str| text.chars().count() <= MAX_CHARS && !text.chars().any(char::is_control);
    if secret.is_empty() || !sound(secret) || !sound(login) || (asks_login && login.is_empty()) {
        return Ok(Outcome::Refused.to_page(&app, &session, &id));
    }
    let login = if asks_login { login } else { "" };
    let guess = (target.key.link.0, id.as_str().to_owned());
    if app.pasting().wait(&guess).is_some() {
        return Ok(Outcome::TooMany.to_page(&app, &session, &id));
    }
    let typed = LinkedAccount::new(login, secret.to_owned().into());
    let account = match call_within(app.action_deadline, &id, OPERATION, linking.check(&typed)).await {
        Ok(account) => account,
        Err(error) => {
            let outcome = failure_outcome(&error);
            if outcome == Outcome::Refused {
                app.pasting().failed(&guess);
            }
            return Ok(outcome.to_page(&app, &session, &id));
        }
    };
    app.pasting().succeeded(&guess);
    store_account(&app, &session, &target, &account, LinkingKind::Pasted).await?;
    Ok(Outcome::Connected.to_page(&app, &session, &id))
}

/// Keeps an account in the place of the one before, which is revoked in the application beside the request.
async fn store_account(
    app: &App,
    session: &Session,
    target: &Connectable,
    account: &LinkedAccount,
    how: LinkingKind,
) -> Result<(), Refusal> {
    let (key, vault) = (&target.key, app.vault());
    let note = Note::new(AuditEvent::AccessConnected).tenant(&key.tenant).actor(&session.actor.identity);
    let name = match how {
        LinkingKind::LoginFlow => "login_flow",
        _ => "pasted",
    };
    let note = note.source(&session.source).with("connector", &key.connector).with("how", name);
    let before = vault.open(key).await.ok().flatten();
    let sealed = vault
        .seal(key, account, how, None)
        .map_err(|error| Refusal::internal("linked account not read or changed", &error))?;
    let change = app.journal().begin([note]).await?;
    change.put_linked_account(&sealed).await?;
    change.commit().await?;
    app.engine.forget(key.link, Some(&key.connector));
    if let Some(before) = before
        && before.account.secret.expose_secret() != account.secret.expose_secret()
    {
        let old =
            Connectable { connector: target.connector.clone(), key: key.clone(), deadline: target.deadline };
        app.tasks.spawn(async move { withdraw(&old, &before.account).await });
    }
    Ok(())
}

/// Makes a secret that is not needed any more worthless, as far as the application allows.
async fn withdraw(target: &Connectable, account: &LinkedAccount) {
    let Some(linking) = target.connector.linking() else { return };
    let done = tokio::time::timeout(target.deadline, linking.revoke(account)).await;
    if !matches!(done, Ok(Ok(()))) {
        tracing::info!(connector = %target.key.connector, "a replaced secret was not revoked in its application");
    }
}
