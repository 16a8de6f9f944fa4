//! The requests of a CAS server on its own account: proxy-granting tickets, and the end of sessions.
//!
//! Both routes are open to anybody, unsigned, and answer alike whatever comes. The first is the one GET of the server that writes, because
//! the protocol has it so: it keeps what only the bearer of a validation answer can name, while such an answer is under way, for a minute,
//! so many of a source at most and at a bounded pace from one address. The second ends
//! the one sign-in whose ticket it names; the ticket is a secret of the server and of ours.

use super::{proxy_tickets::StoredPgts, sign_out};
use crate::{
    app::App,
    web::{
        peer::ThrottleKey,
        route::{Guard, Route},
    },
};
use axum::{
    Form,
    extract::{Path, RawQuery, State},
    http::StatusCode,
    routing::{get, post},
};
use pleiade_core::{ProviderKind, ProviderLogout, SourceId};
use pleiade_federation::cas::{PgtStore as _, ProxyGrantingTicket};
use serde::Deserialize;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::reads("/sign-in/{source}/pgt", Guard::Anybody, get(receive_pgt)),
        Route::writes("/sign-in/{source}/callback", Guard::Anybody, post(logout)),
    ]
}

/// `GET /sign-in/{source}/pgt`: a CAS server brings a proxy-granting ticket.
async fn receive_pgt(
    State(app): State<App>,
    place: ThrottleKey,
    Path(id): Path<SourceId>,
    RawQuery(query): RawQuery,
) -> StatusCode {
    let is_cas =
        app.sign_in.any_source(&id).is_some_and(|source| source.provider.kind() == ProviderKind::Cas);
    let tickets = StoredPgts::new(app.storage.clone(), app.sealer.clone(), app.clock.clone());
    let granted = ProxyGrantingTicket::from_query(&query.unwrap_or_default()).filter(|_| is_cas);
    let Some(granted) = granted.filter(|_| place.begin(&app.sign_in.grants).is_ok()) else {
        return StatusCode::OK;
    };
    match tickets.keep(&id, granted).await {
        Ok(true) => {}
        // Anybody can have this written: it is no warning.
        Ok(false) => tracing::debug!(source = %id, "a proxy-granting ticket was dropped: nobody expects one"),
        Err(error) => tracing::warn!(source = %id, %error, "a proxy-granting ticket was not kept"),
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
            Ok(logout) => {
                drop(sign_out::close(&app, source, &logout, "back_channel").await);
                take_tickets_back(&app, &id, &logout).await;
            }
            Err(error) => tracing::warn!(source = %id, %error, "logout request refused"),
        }
    }
    StatusCode::OK
}

/// A session of the server has ended: what it gave the sessions of other sources buys nothing any more. They go on.
async fn take_tickets_back(app: &App, id: &SourceId, logout: &ProviderLogout) {
    let Some(provider_session) = &logout.provider_session else { return };
    match app.sessions.drop_tickets(id, provider_session).await {
        Ok(0) => {}
        Ok(dropped) => {
            tracing::info!(source = %id, dropped, "proxy-granting tickets taken back by their server")
        }
        Err(error) => tracing::warn!(source = %id, %error, "a proxy-granting ticket was not dropped"),
    }
}
