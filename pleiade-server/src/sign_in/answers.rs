//! The answers to a sign-in that let nobody in: the sentence, the status, the word of the log.

use crate::{app::App, web::outcome::Outcome};
use axum::{http::StatusCode, response::Response};
use pleiade_core::{SignInError, SourceId};

/// Leads to the sign-in page with the sentence of a problem.
pub(crate) fn back_to_page(app: &App, problem: &'static str) -> Response {
    Outcome::failed(problem).redirect_anybody(app, STAY)
}

/// The sign-in page that leads nowhere by itself, whatever the one source is: a browser that refuses cookies would turn in circles.
pub(crate) const STAY: &str = "/sign-in?stay=1";

/// Counts a sign-in for the operator's metrics.
pub(super) fn count(source: &SourceId, outcome: &'static str) {
    metrics::counter!("pleiade_sign_ins_total", "source" => source.to_string(), "outcome" => outcome)
        .increment(1);
}

/// The answer of a page that could not let somebody in.
pub(super) fn status_of(error: &SignInError) -> StatusCode {
    match error {
        SignInError::TooMany => StatusCode::TOO_MANY_REQUESTS,
        SignInError::Busy => StatusCode::SERVICE_UNAVAILABLE,
        SignInError::Unreachable(_) | SignInError::Misconfigured(_) => StatusCode::BAD_GATEWAY,
        _ => StatusCode::UNAUTHORIZED,
    }
}

/// The sentence for the person.
pub(super) fn problem_of(error: &SignInError) -> &'static str {
    match error {
        SignInError::BadCredentials => "sign-in-bad-credentials",
        SignInError::PasswordMustChange => "sign-in-must-change",
        SignInError::TooMany => "sign-in-too-many",
        SignInError::Busy => "sign-in-busy",
        SignInError::Unreachable(_) | SignInError::Misconfigured(_) => "sign-in-unreachable",
        SignInError::NotAdmitted(_) => "sign-in-no-right",
        _ => "sign-in-refused",
    }
}

/// The sentence for the person when a provider could not be asked.
pub(super) fn problem_of_begin(error: &SignInError) -> &'static str {
    match problem_of(error) {
        told @ "sign-in-unreachable" => told,
        _ => "sign-in-refused",
    }
}

/// The word of the log.
pub(super) fn refusal_word(error: &SignInError) -> &'static str {
    match error {
        SignInError::BadCredentials => "bad_credentials",
        SignInError::PasswordMustChange => "password_must_change",
        SignInError::TooMany => "too_many",
        SignInError::Busy => "busy",
        SignInError::Unreachable(_) => "unreachable",
        SignInError::Misconfigured(_) => "misconfigured",
        SignInError::NotAdmitted(_) => "not_admitted",
        SignInError::NotFresh(_) => "not_fresh",
        SignInError::Untrusted(_) => "untrusted",
        _ => "refused",
    }
}
