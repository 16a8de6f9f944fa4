//! Reading a form as it came, before or beside what a handler makes of it.

use axum::body::Body;
use futures_util::StreamExt as _;
use std::time::Duration;

/// Time for a browser to send the rest of a form that is refused.
const DISCARD_TIMEOUT: Duration = Duration::from_secs(30);

/// The only value of a field: one that comes twice could be read differently by two parties.
#[must_use]
pub(crate) fn single(form: &[u8], name: &str) -> Option<String> {
    let mut found = url::form_urlencoded::parse(form).filter(|(key, _)| key == name);
    match (found.next(), found.next()) {
        (Some((_, value)), None) => Some(value.into_owned()),
        _ => None,
    }
}

/// Reads what a browser still sends and keeps none of it, for a while: one that is answered before it has sent everything may show a broken
/// connection in the place of the answer.
pub(crate) async fn discard(body: Body) {
    let mut pieces = body.into_data_stream();
    let rest = async { while let Some(Ok(_)) = pieces.next().await {} };
    let _ = tokio::time::timeout(DISCARD_TIMEOUT, rest).await;
}
