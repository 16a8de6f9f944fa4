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

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn a_host_that_is_no_text_names_nobody_whatever_the_address_says() {
        let (mut headers, uri) = (HeaderMap::new(), Uri::from_static("https://bureau.example:8443/"));
        assert_eq!(authority(&headers, &uri), Some("bureau.example:8443"));
        headers.insert(header::HOST, HeaderValue::from_static("alpha.example"));
        assert_eq!(authority(&headers, &uri), Some("alpha.example"));
        headers.insert(header::HOST, HeaderValue::from_bytes(b"caf\xe9.example").unwrap());
        assert_eq!(authority(&headers, &uri), None);
    }
}
