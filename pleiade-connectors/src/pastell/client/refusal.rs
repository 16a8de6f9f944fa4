//! The one place that tells Pastell's refusals apart.

use crate::{http::Answer, kit::json};
use ::http::StatusCode;
use pleiade_core::{ConnectorError, ErrorKind, Retry};
use serde::Deserialize;
use std::time::Duration;

/// The wait that Pastell's limit of attempts asks for.
const ATTEMPTS_WAIT: Duration = Duration::from_secs(60);
/// An error is a sentence; what is longer is data.
const MAX_ERROR_BYTES: usize = 16 << 10;

/// The form in which Pastell says that something went wrong.
#[derive(Debug, Default, Deserialize)]
struct Told {
    #[serde(default, deserialize_with = "json::lenient")]
    status: String,
    #[serde(default, rename = "error-message", deserialize_with = "json::lenient")]
    message: String,
}

fn told(answer: &Answer) -> Option<Told> {
    if answer.body().len() > MAX_ERROR_BYTES {
        return None;
    }
    answer.json::<Told>().ok().filter(|told| told.status == "error")
}

/// True if it is Pastell itself that says no.
pub(super) fn is_told(answer: &Answer) -> bool {
    told(answer).is_some()
}

/// Lets a success pass: 2xx, no page for people, and not the error that older interfaces send with 200.
pub(super) fn accepted(answer: Answer) -> Result<Answer, ConnectorError> {
    if !answer.status().is_success() || answer.is_html() {
        return Err(failure(&answer));
    }
    match is_told(&answer) {
        true => Err(answer.error(ErrorKind::BadAnswer).with_hint("Pastell answered an error as a success")),
        false => Ok(answer),
    }
}

/// The error that an answer other than a success stands for.
pub(super) fn failure(answer: &Answer) -> ConnectorError {
    let message = told(answer).map(|told| told.message.to_lowercase()).unwrap_or_default();
    match answer.status() {
        // The person is known, and this portal need not ask them for another secret.
        StatusCode::UNAUTHORIZED if ["désactivé", "inconnu"].iter().any(|word| message.contains(word)) => {
            answer
                .error(ErrorKind::Forbidden)
                .with_hint("Pastell has no account for this person, or it is disabled")
                .with_refused_credential()
        }
        StatusCode::UNAUTHORIZED => answer
            .error(ErrorKind::Unauthenticated)
            .with_hint("the person's token has expired or was deleted in Pastell")
            .with_refused_credential(),
        StatusCode::TOO_MANY_REQUESTS => {
            let error = answer.error(ErrorKind::RateLimited).with_hint(
                "Pastell counts refused credentials by address: have it count by the person's (rate limit variable)",
            );
            match error.retry() {
                Retry::After(_) => error,
                _ => error.with_retry(Retry::After(ATTEMPTS_WAIT)),
            }
        }
        StatusCode::BAD_REQUEST => {
            answer.error(ErrorKind::BadAnswer).with_hint("Pastell refused the request as malformed")
        }
        _ => answer.failure(),
    }
}
