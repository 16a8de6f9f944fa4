//! Connecting an account: a login flow of the application, or a pasted secret.

use super::{connect_outcome::ConnectOutcome, connectable::Connectable, login_flow::LoginFlow};
use crate::{
    app::App,
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

/// Time for a person to allow the portal. Nextcloud itself gives a flow up after twenty minutes.
const FLOW_TTL: TimeDelta = TimeDelta::minutes(20);

/// The name under which the portal stands in a person's list of devices.
const DEVICE_NAME: &str = "Pleiade";

/// The name of these calls in the log.
const OPERATION: &str = "connect an account";

/// The most characters of a login or a secret that somebody pastes.
const MAX_PASTED_CHARS: usize = 2048;

fn connectable(app: &App, session: &Session, id: &ConnectorId) -> Result<Connectable, Refusal> {
    Connectable::new(&app.connectors, &app.credential_rules, session, id).ok_or(Refusal::NotFound)
}

fn failure_outcome(error: &ConnectorError) -> ConnectOutcome {
    match error.kind() {
        ErrorKind::Unauthenticated | ErrorKind::Forbidden | ErrorKind::NotFound => ConnectOutcome::Refused,
        ErrorKind::Unreachable | ErrorKind::Timeout | ErrorKind::RateLimited => ConnectOutcome::NoAnswer,
        _ => ConnectOutcome::Failed,
    }
}

/// `POST /profile/accesses/{connector}/start`: begins a login flow; the page that comes next leads to the application.
pub(super) async fn start(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    Path(id): Path<ConnectorId>,
) -> Result<Response, Refusal> {
    let target = connectable(&app, &session, &id)?;
    let linking = target.linking().ok_or(Refusal::NotFound)?;
    if !linking.methods().contains(&LinkingMethod::LoginFlow) {
        return Err(Refusal::NotFound);
    }
    let begun = match call_within(app.action_deadline, &id, OPERATION, linking.start(DEVICE_NAME)).await {
        Ok(begun) => begun,
        Err(error) => return Ok(failure_outcome(&error).to_page(&app, &session, &id)),
    };
    let flow = LoginFlow { page: begun.page, token: begun.token.expose_secret().to_owned() };
    let sealed = flow.seal(&app.sealer, &target.key)?;
    let now = app.clock.now();
    let pending =
        PendingLoginFlow { key: target.key, session: session.hash(), sealed, expires_at: now + FLOW_TTL };
    app.storage.put_pending(&pending, now).await?;
    Ok(ConnectOutcome::Started.to_page(&app, &session, &id))
}

/// `POST /profile/accesses/{connector}/finish`: the person says that they have allowed the portal; the application is asked once.
pub(super) async fn finish(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    Path(id): Path<ConnectorId>,
) -> Result<Response, Refusal> {
    let target = connectable(&app, &session, &id)?;
    let Some(flow) = app.login_flows().find_flow(&session, &target.key).await? else {
        return Ok(ConnectOutcome::Expired.to_page(&app, &session, &id));
    };
    let outcome = match call_within(
        app.action_deadline,
        &id,
        OPERATION,
        target.linking().ok_or(Refusal::NotFound)?.poll(&flow.token.into()),
    )
    .await
    {
        Ok(Some(account)) => {
            app.linked_account_administration().finish_flow(&session, &target, &account).await?;
            ConnectOutcome::Connected
        }
        Ok(None) => ConnectOutcome::Waiting,
        Err(error) => failure_outcome(&error),
    };
    Ok(outcome.to_page(&app, &session, &id))
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
    let linking = target.linking().ok_or(Refusal::NotFound)?;
    let method = linking.methods().iter().find_map(|method| match method {
        LinkingMethod::Pasted { login, .. } => Some(*login),
        _ => None,
    });
    let asks_login = method.ok_or(Refusal::NotFound)?;
    let secret = pasted.secret.unwrap_or_default();
    let (login, secret) = (pasted.login.trim(), secret.expose_secret().trim());
    let sound = |text: &str| text.chars().count() <= MAX_PASTED_CHARS && !text.chars().any(char::is_control);
    if secret.is_empty() || !sound(secret) || !sound(login) || (asks_login && login.is_empty()) {
        return Ok(ConnectOutcome::Refused.to_page(&app, &session, &id));
    }
    let login = if asks_login { login } else { "" };
    let guess = (target.key.link.0, id.as_str().to_owned());
    let guesses = app.pasted_secret_throttle();
    if guesses.begin(&guess).is_err() {
        return Ok(ConnectOutcome::TooMany.to_page(&app, &session, &id));
    }
    let typed = LinkedAccount::new(login, secret.to_owned().into());
    let account = match call_within(app.action_deadline, &id, OPERATION, linking.check(&typed)).await {
        Ok(account) => account,
        Err(error) => {
            let outcome = failure_outcome(&error);
            if outcome != ConnectOutcome::Refused {
                guesses.undecided(&guess);
            }
            return Ok(outcome.to_page(&app, &session, &id));
        }
    };
    // An own account that is right forgives no guesses at those of others.
    guesses.undecided(&guess);
    app.linked_account_administration().store(&session, &target, &account, LinkingKind::Pasted).await?;
    Ok(ConnectOutcome::Connected.to_page(&app, &session, &id))
}
