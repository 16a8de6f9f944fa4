//! The way to a provider.

use super::{
    Source,
    attempt::{self, Intent},
};
use crate::{app::App, web::site::Site};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::CookieJar;
use pleiade_core::{Hints, SignInError, SignInStep};

/// The name of a site in an attempt: its collectivité, or none for the common host.
pub(super) fn site_name(site: &Site) -> Option<String> {
    site.tenant_id().map(ToString::to_string)
}

/// Leads to a provider, with the attempt in the browser.
///
/// # Errors
/// The answer of the provider, or [`SignInError::Misconfigured`] when it does not sign in by a redirect.
pub(super) async fn begin(
    app: &App,
    site: &Site,
    source: &Source,
    hints: &Hints,
    jar: CookieJar,
    back: String,
    intent: Intent,
) -> Result<Response, SignInError> {
    let id = source.provider.id();
    match source.provider.begin(hints).await {
        Ok(SignInStep::Redirect { url, attempt: secret, key }) => {
            let purpose = attempt::NewAttempt { site: site_name(site), back, intent };
            let jar = attempt::start(app, jar, id, purpose, &secret, &key)
                .ok_or(SignInError::Refused("the attempt was not sealed"))?;
            Ok((jar, Redirect::to(url.as_str())).into_response())
        }
        Ok(_) => Err(SignInError::Refused("the source does not sign in by a redirect")),
        Err(error) => {
            tracing::warn!(source = %id, %error, "sign-in not started");
            Err(error)
        }
    }
}
