//! Checking a password that was typed on a page of ours.

use super::Source;
use crate::{app::App, web::peer::ThrottleKey};
use axum_extra::extract::CookieJar;
use pleiade_core::{Claims, SecretString, SignInAnswer, SignInError};
use pleiade_federation::throttle::is_possible;

/// Longest login that is looked at.
const MAX_LOGIN_CHARS: usize = 256;

/// A login as somebody typed it, without spaces at its ends, cut to the longest that is looked at.
pub(crate) fn trimmed_login(typed: &str) -> String {
    typed.trim().chars().take(MAX_LOGIN_CHARS).collect()
}

/// Asks a source about a password that anybody may have typed.
async fn ask_source(
    app: &App,
    source: &Source,
    place: ThrottleKey,
    login: &str,
    password: &SecretString,
) -> Result<Claims, SignInError> {
    let Some(_position) = app.sign_in.attempts.take(place.subscriber()) else {
        return Err(SignInError::Busy);
    };
    let attempt = place.begin(&app.sign_in.passwords).map_err(|_| SignInError::TooMany)?;
    let answer = SignInAnswer::Password {
        login: login.to_owned(),
        password: password.clone(),
        address: place.address(),
    };
    let outcome = source.provider.finish(answer).await;
    attempt.end(
        outcome.as_ref().is_err_and(|error| error.is_bad_credentials() || *error == SignInError::TooMany),
    );
    outcome
}

/// The answer of a source to a login and a password that were typed in this browser.
pub(super) async fn check_password(
    app: &App,
    source: &Source,
    place: ThrottleKey,
    jar: &CookieJar,
    login: &str,
    password: &SecretString,
) -> Result<Claims, SignInError> {
    if !is_possible(login, password) {
        // Wrong for every login: nobody is asked and nothing is counted.
        return Err(SignInError::BadCredentials);
    }
    match app.known_browsers().check_password(jar, source.provider.id(), login, password).await {
        // Strangers do not slow down a browser that has signed in to this account before, and its own count is apart.
        Some(outcome) => outcome,
        None => ask_source(app, source, place, login, password).await,
    }
}
