//! Finds where a request arrived, before any handler.

use super::errors::Refusal;
use crate::app::App;
use axum::{
    extract::{Request, State},
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Middleware: puts the [`Site`](super::site::Site) of a request among its extensions, or refuses the request. The answer bears the site
/// too, for the page of a refusal.
pub(crate) async fn find_site(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let authority = match request.headers().get(header::HOST) {
        Some(host) => host.to_str().ok(),
        None => request.uri().authority().map(axum::http::uri::Authority::as_str),
    };
    let Some(site) = authority.and_then(|authority| app.tenants.by_host(authority)).cloned() else {
        return Refusal::UnknownHost.into_response();
    };
    request.extensions_mut().insert(site.clone());
    let mut response = next.run(request).await;
    response.extensions_mut().insert(site);
    response
}
