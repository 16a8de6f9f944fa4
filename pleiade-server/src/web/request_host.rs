//! The host name of a request.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Uri, header, request::Parts, uri::Authority},
};
use std::convert::Infallible;

/// The authority (`host` or `host:port`) that a request names: in its `Host` header; over HTTP/2, which has none, in its address. None
/// when the header is no text, even if the address names one.
pub(crate) fn authority<'a>(headers: &'a HeaderMap, uri: &'a Uri) -> Option<&'a str> {
    match headers.get(header::HOST) {
        Some(host) => host.to_str().ok(),
        None => uri.authority().map(Authority::as_str),
    }
}

/// The host name of a request, in lower case and without its port. [`Site`](super::site::Site) has let it in.
#[derive(Debug, Clone)]
pub(crate) struct RequestHost(pub(crate) String);

impl<S: Sync> FromRequestParts<S> for RequestHost {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let host = authority(&parts.headers, &parts.uri).unwrap_or_default();
        let host = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        };
        Ok(Self(host.to_ascii_lowercase()))
    }
}
