//! Trust in the headers of a reverse proxy.
//!
//! Threat: a visitor who writes them. [`drop_forged`] drops every configured header from requests of anybody but the declared proxy before
//! a handler sees them, and the provider asks again who sent them when it reads them. Nothing signs anybody in by a header alone: the
//! person visits `/sign-in/{source}/start`.

use super::{Source, answers::back_to_page, enter::enter, refusals::SignInRefusal};
use crate::{
    app::App,
    web::{
        errors::Refusal,
        peer::{SocketPeer, ThrottleKey},
        site::Site,
    },
};
use axum::{
    extract::{Request, State},
    http::HeaderMap,
    middleware::Next,
    response::Response,
};
use axum_extra::extract::CookieJar;
use pleiade_core::SignInAnswer;
use std::net::IpAddr;

/// Middleware: removes the headers that only a declared proxy may send.
pub(crate) async fn drop_forged(
    State(app): State<App>,
    SocketPeer(peer): SocketPeer,
    mut request: Request,
    next: Next,
) -> Response {
    app.sign_in.trusted.drop_forged(peer, request.headers_mut());
    next.run(request).await
}

/// Signs in whom the proxy names.
pub(super) async fn sign_in_by_headers(
    app: &App,
    site: &Site,
    source: &Source,
    (peer, place, headers): (IpAddr, ThrottleKey, &HeaderMap),
    jar: CookieJar,
    back: &str,
) -> Result<Response, Refusal> {
    let headers =
        headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec())).collect();
    match source.provider.finish(SignInAnswer::Headers { peer, headers }).await {
        Ok(claims) => enter(app, site, source, place, claims, jar, back).await,
        Err(error) => {
            app.refusal_log().record(site, source, place.address(), SignInRefusal::Answer(&error)).await;
            Ok(back_to_page(app, "sign-in-refused"))
        }
    }
}
