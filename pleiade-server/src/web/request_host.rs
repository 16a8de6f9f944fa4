//! The host name of a request.
//!
//! Threat: a proxy in front reads one name and the server another, so that what is kept or allowed for one host is done at another. A
//! request names one host, or it is refused (RFC 9112, section 3.2; RFC 9113, section 8.3.1).

use axum::{
    extract::{FromRequestParts, Request},
    http::{HeaderMap, StatusCode, Uri, Version, header, request::Parts, uri::Authority},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use std::convert::Infallible;

/// A request that names two hosts, or one that is not to be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ambiguous;

/// The authority that a request names: in its address (the absolute form of HTTP/1, `:authority` of HTTP/2), else in its `Host` line. Where
/// both name one, it is the same.
fn named<'a>(headers: &'a HeaderMap, uri: &'a Uri) -> Result<Option<&'a str>, Ambiguous> {
    let mut lines = headers.get_all(header::HOST).iter();
    let host = lines.next().map(|line| line.to_str().map_err(|_| Ambiguous)).transpose()?;
    if lines.next().is_some() {
        return Err(Ambiguous);
    }
    let address = uri.authority().map(Authority::as_str);
    let usual_port = match uri.scheme_str() {
        Some("http") => ":80",
        Some("https") => ":443",
        _ => "",
    };
    let without_port = |authority: &'a str| authority.strip_suffix(usual_port).unwrap_or(authority);
    if let (Some(address), Some(host)) = (address, host)
        && !without_port(address).eq_ignore_ascii_case(without_port(host))
    {
        return Err(Ambiguous);
    }
    match address.or(host) {
        // Who one is does not belong there.
        Some(authority) if authority.contains('@') => Err(Ambiguous),
        authority => Ok(authority),
    }
}

/// Middleware: refuses a request that does not name one host and one alone.
pub(crate) async fn refuse_ambiguous(request: Request, next: Next) -> Response {
    match named(request.headers(), request.uri()) {
        Err(Ambiguous) => StatusCode::BAD_REQUEST.into_response(),
        Ok(None) if request.version() == Version::HTTP_11 => StatusCode::BAD_REQUEST.into_response(),
        Ok(_) => next.run(request).await,
    }
}

/// The authority (`host` or `host:port`) that a request names, if it names one and no other.
pub(crate) fn authority<'a>(headers: &'a HeaderMap, uri: &'a Uri) -> Option<&'a str> {
    named(headers, uri).ok().flatten()
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
    fn a_request_names_one_host_or_it_names_nobody() {
        let found = |uri: &'static str, hosts: &[&'static [u8]]| {
            let mut headers = HeaderMap::new();
            for host in hosts {
                headers.append(header::HOST, HeaderValue::from_bytes(host).unwrap());
            }
            named(&headers, &Uri::from_static(uri)).map(|authority| authority.map(str::to_owned))
        };
        let one = |authority: &str| Ok(Some(authority.to_owned()));
        assert_eq!(found("/", &[]), Ok(None));
        assert_eq!(found("/", &[b"alpha.example"]), one("alpha.example"));
        assert_eq!(found("https://bureau.example:8443/", &[]), one("bureau.example:8443"));
        assert_eq!(found("https://Alpha.example/", &[b"alpha.example"]), one("Alpha.example"));
        assert_eq!(found("https://alpha.example:443/", &[b"alpha.example"]), one("alpha.example:443"));
        assert_eq!(found("http://alpha.example/", &[b"alpha.example:80"]), one("alpha.example"));
        for (uri, hosts) in [
            ("/", &[b"alpha.example".as_slice(), b"alpha.example"][..]),
            ("/", &[b"alpha.example", b"beta.example"]),
            ("https://alpha.example/", &[b"beta.example"]),
            ("https://alpha.example/", &[b"alpha.example", b"beta.example"]),
            ("https://alpha.example/", &[b"alpha.example:8443"]),
            ("http://alpha.example/", &[b"alpha.example:443"]),
            ("https://alpha.example/", &[b""]),
            ("https://alpha.example@beta.example/", &[]),
            ("/", &[b"alpha.example@beta.example"]),
            ("/", &[b"caf\xe9.example"]),
            ("https://alpha.example/", &[b"caf\xe9.example"]),
        ] {
            assert_eq!(found(uri, hosts), Err(Ambiguous), "{uri} {hosts:?}");
        }
    }
}
