//! Finds where a request arrived, before any handler.

use super::{errors::Refusal, request_host::authority};
use crate::app::App;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Middleware: puts the [`Site`](super::site::Site) of a request among its extensions, or refuses the request. The answer bears the site
/// too, for the page of a refusal.
pub(crate) async fn find_site(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let named = authority(request.headers(), request.uri());
    let Some(site) = named.and_then(|authority| app.tenants.by_host(authority)).cloned() else {
        return Refusal::UnknownHost.into_response();
    };
    request.extensions_mut().insert(site.clone());
    let mut response = next.run(request).await;
    response.extensions_mut().insert(site);
    response
}
