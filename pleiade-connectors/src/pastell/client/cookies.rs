//! All the cookies of an answer.

use ::http::{HeaderValue, Request, Response, header};
use async_trait::async_trait;
use bytes::Bytes;
use pleiade_core::{Limits, Transport, TransportError};
use std::sync::Arc;

/// More bytes than the cookies of a session and of the machines before it have.
const MAX_COOKIE_BYTES: usize = 4096;

/// A transport that writes the cookies which an answer sets as the one header that sends them back: a balancer before Pastell sets its own
/// beside Pastell's, and the session is nowhere without both.
#[derive(Debug, Clone)]
pub(super) struct JoinedCookies(pub(super) Arc<dyn Transport>);

#[async_trait]
impl Transport for JoinedCookies {
    async fn send(&self, request: Request<Bytes>, limits: Limits) -> Result<Response<Bytes>, TransportError> {
        let mut response = self.0.send(request, limits).await?;
        let joined = joined(response.headers().get_all(header::SET_COOKIE).iter());
        response.headers_mut().remove(header::SET_COOKIE);
        if let Some(mut joined) = joined {
            joined.set_sensitive(true);
            response.headers_mut().insert(header::SET_COOKIE, joined);
        }
        Ok(response)
    }
}

/// The names and values of cookies; one that is set twice has its last value, and one that is deleted is none.
fn joined<'a>(set: impl Iterator<Item = &'a HeaderValue>) -> Option<HeaderValue> {
    let mut cookies: Vec<(&str, &str)> = Vec::new();
    for cookie in set.filter_map(|cookie| cookie.to_str().ok()) {
        let Some((name, value)) = cookie.split(';').next().and_then(|pair| pair.split_once('=')) else {
            continue;
        };
        let (name, value) = (name.trim(), value.trim());
        cookies.retain(|(known, _)| *known != name);
        if !name.is_empty() && !value.is_empty() && value != "deleted" {
            cookies.push((name, value));
        }
    }
    let pairs: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let joined = pairs.join("; ");
    if joined.is_empty() || joined.len() > MAX_COOKIE_BYTES {
        return None;
    }
    HeaderValue::from_str(&joined).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_sent_back_together() {
        let set = [
            "SERVERID=web2; path=/",
            "PHPSESSID=first; path=/; HttpOnly",
            "PHPSESSID=second; path=/; HttpOnly; SameSite=Lax",
            "old=deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT",
            "no-cookie",
        ]
        .map(HeaderValue::from_static);
        assert_eq!(joined(set.iter()).unwrap(), "SERVERID=web2; PHPSESSID=second");
        assert_eq!(joined([].into_iter()), None);
        let long = HeaderValue::from_str(&format!("a={}", "x".repeat(5000))).unwrap();
        assert_eq!(joined([&long].into_iter()), None);
    }
}
