//! The requests of a CAS server on its own account: proxy-granting tickets, and the end of sessions.
//!
//! Both routes are open to anybody, unsigned, and answer alike whatever comes. The first is the one GET of the server that writes, because
//! the protocol has it so: it keeps what only the bearer of a validation answer can name, for a minute, so many at most. The second ends
//! the one sign-in whose ticket it names; the ticket is a secret of the server and of ours.

use super::sign_out;
use crate::{
    app::App,
    seal::{Purpose, Sealer},
    storage::{ProxyGrant, Storage},
    web::route::{Guard, Route},
};
use async_trait::async_trait;
use axum::{
    Form,
    extract::{Path, RawQuery, State},
    http::StatusCode,
    routing::{get, post},
};
use chrono::TimeDelta;
use pleiade_core::{Clock, ExposeSecret, ProviderKind, SecretString, SignInError, SourceId};
use pleiade_federation::cas::{MAX_WAITING_TICKETS, PgtStore, ProxyGrantingTicket, TICKET_TTL};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::reads("/sign-in/{source}/pgt", Guard::Anybody, get(receive_pgt)),
        Route::writes("/sign-in/{source}/callback", Guard::Anybody, post(logout)),
    ]
}

/// Proxy-granting tickets in the server's own storage, sealed, so that any replica may receive them for any other.
#[derive(Debug, Clone)]
pub struct StoredPgts {
    storage: Arc<dyn Storage>,
    sealer: Arc<Sealer>,
    clock: Arc<dyn Clock>,
}

const PURPOSE: Purpose<'static> = Purpose::new("proxy-granting ticket");

impl StoredPgts {
    /// A store in this storage.
    #[must_use]
    pub fn new(storage: Arc<dyn Storage>, sealer: Arc<Sealer>, clock: Arc<dyn Clock>) -> Self {
        Self { storage, sealer, clock }
    }

    fn for_app(app: &App) -> Self {
        Self::new(app.storage.clone(), app.sealer.clone(), app.clock.clone())
    }
}

fn unreachable<E>(_: E) -> SignInError {
    SignInError::Unreachable("the portal's own storage")
}

/// The row's key stands in the sealed text too, so that a row moved to another name or source opens nothing.
fn prefix(source: &SourceId, iou: &str) -> String {
    format!("{source} {iou} ")
}

#[async_trait]
impl PgtStore for StoredPgts {
    async fn keep(&self, source: &SourceId, granted: ProxyGrantingTicket) -> Result<(), SignInError> {
        let now = self.clock.now();
        let text = zeroize::Zeroizing::new(format!(
            "{}{}",
            prefix(source, &granted.iou),
            granted.ticket.expose_secret()
        ));
        let grant = ProxyGrant {
            source: source.clone(),
            name: Sha256::digest(granted.iou.as_bytes()).into(),
            sealed: self.sealer.seal(PURPOSE, text.as_bytes()).map_err(unreachable)?,
            expires_at: now + TimeDelta::from_std(TICKET_TTL).unwrap_or_default(),
        };
        let most = u32::try_from(MAX_WAITING_TICKETS).unwrap_or(u32::MAX);
        if !self.storage.keep_proxy_grant(&grant, now, most).await.map_err(unreachable)? {
            tracing::warn!(%source, "a proxy-granting ticket was dropped: too many wait, or its name is taken");
        }
        Ok(())
    }

    async fn take(&self, source: &SourceId, iou: &str) -> Result<Option<SecretString>, SignInError> {
        let name = Sha256::digest(iou.as_bytes()).into();
        let found =
            self.storage.take_proxy_grant(source, name, self.clock.now()).await.map_err(unreachable)?;
        let opened = found.and_then(|sealed| self.sealer.open(PURPOSE, &sealed).ok());
        Ok(opened.and_then(|plain| {
            let text = std::str::from_utf8(&plain).ok()?;
            text.strip_prefix(&prefix(source, iou)).map(SecretString::from)
        }))
    }
}

/// `GET /sign-in/{source}/pgt`: a CAS server brings a proxy-granting ticket.
async fn receive_pgt(
    State(app): State<App>,
    Path(id): Path<SourceId>,
    RawQuery(query): RawQuery,
) -> StatusCode {
    let is_cas =
        app.sign_in.any_source(&id).is_some_and(|source| source.provider.kind() == ProviderKind::Cas);
    if let (true, Some(granted)) = (is_cas, ProxyGrantingTicket::from_query(&query.unwrap_or_default()))
        && let Err(error) = StoredPgts::for_app(&app).keep(&id, granted).await
    {
        tracing::warn!(source = %id, %error, "a proxy-granting ticket was not kept");
    }
    StatusCode::OK
}

#[derive(Deserialize)]
struct LogoutForm {
    #[serde(rename = "logoutRequest")]
    request: String,
}

/// `POST /sign-in/{source}/callback`: a CAS server ends a session. The address is the service's own, where the browser came back.
async fn logout(
    State(app): State<App>,
    Path(id): Path<SourceId>,
    form: Result<Form<LogoutForm>, axum::extract::rejection::FormRejection>,
) -> StatusCode {
    let source = app.sign_in.any_source(&id).filter(|source| source.provider.kind() == ProviderKind::Cas);
    if let (Some(source), Ok(Form(form))) = (source, form) {
        match source.provider.read_logout(&form.request).await {
            // What fails has been logged. The server never comes again, so nothing is gained by telling it.
            Ok(logout) => drop(sign_out::close(&app, source, &logout, "back_channel").await),
            Err(error) => tracing::warn!(source = %id, %error, "logout request refused"),
        }
    }
    StatusCode::OK
}
