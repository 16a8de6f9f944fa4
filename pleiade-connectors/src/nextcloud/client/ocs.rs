//! The OCS interface: its envelope, and the one place that tells its errors apart.

use crate::{
    http::{Answer, Call, kind_of_status},
    kit::xml,
    nextcloud::wire::{Body, Envelope, Meta, Refusal},
};
use ::http::{HeaderName, header};
use pleiade_core::{ConnectorError, ErrorKind, Retry};
use serde::de::{DeserializeOwned, IgnoredAny};
use std::time::Duration;

const MAINTENANCE: HeaderName = HeaderName::from_static("x-nextcloud-maintenance-mode");

/// The pause after a planned interruption; Nextcloud's own maintenance page says so too.
const MAINTENANCE_WAIT: Duration = Duration::from_secs(120);
/// Its recommended polling interval, for limits that name no wait.
const POLL_WAIT: Duration = Duration::from_secs(60);
/// The brute-force block looks back 30 minutes; it is felt for that long at most.
const BRUTE_FORCE_WAIT: Duration = Duration::from_secs(300);

/// Sends a call and reads the data of a success.
pub(super) async fn fetch<T: DeserializeOwned>(call: Call<'_>) -> Result<T, ConnectorError> {
    data(&call.send().await?)
}

/// Sends a call of which only the success counts, with an envelope or not.
pub(super) async fn command(call: Call<'_>) -> Result<(), ConnectorError> {
    fetch::<IgnoredAny>(call).await.map(drop)
}

/// The data of a success.
pub(super) fn data<T: DeserializeOwned>(answer: &Answer) -> Result<T, ConnectorError> {
    if !answer.status().is_success() || answer.is_html() {
        return Err(if is_after_noise(answer) { noise(answer) } else { refusal(answer) });
    }
    match answer.json::<Envelope<T>>() {
        Ok(Envelope { ocs: Body { meta, data } }) if meta.is_success() => Ok(data),
        // An error that the envelope alone tells, or a shape that this version does not promise.
        Ok(_) | Err(_) => Err(refusal(answer)),
    }
}

/// The error that an unsuccessful answer stands for.
pub(super) fn refusal(answer: &Answer) -> ConnectorError {
    let status = answer.status().as_u16();
    let meta = meta(answer);
    let code = meta.as_ref().map_or(0, |meta| meta.statuscode);
    let message = meta
        .and_then(|meta| meta.message)
        .or_else(|| answer.json::<Refusal>().ok().map(|refusal| refusal.message))
        .unwrap_or_default();
    match (status, code) {
        (503, _) => maintenance(answer),
        (401, _) | (200..=299, 997 | 401) => refused_credential(answer),
        (429, _) | (200..=299, 429) => rate_limited(answer, &message),
        (412, _) if message.contains("App is not enabled") => not_for_this_person(answer),
        (412, _) => answer
            .error(ErrorKind::BadConfiguration)
            .with_hint("the header OCS-APIRequest did not reach Nextcloud: check the reverse proxy"),
        (404 | 200..=299, 998) => answer
            .error(ErrorKind::Unsupported)
            .with_hint("the Nextcloud app that answers this is absent, disabled or too old"),
        (400, _) if answer.is_html() => answer
            .error(ErrorKind::BadConfiguration)
            .with_hint("Nextcloud does not trust the address it was called by: add it to trusted_domains"),
        (400, _) | (200..=299, 400) => {
            answer.error(ErrorKind::Internal).with_hint("Nextcloud refused the request as malformed")
        }
        (200..=299, 403) => answer.error(ErrorKind::Forbidden),
        (200..=299, 404) => answer.error(ErrorKind::NotFound),
        (200..=299, 996) => answer.error(ErrorKind::Unreachable),
        (200..=299, 503) => maintenance(answer),
        _ => failure(answer),
    }
}

/// PHP writes its warnings before the answer, which is then said to be a page although a good envelope follows.
fn is_after_noise(answer: &Answer) -> bool {
    answer.status().is_success() && answer.text().windows(7).any(|window| window == b"{\"ocs\":")
}

fn noise(answer: &Answer) -> ConnectorError {
    answer.error(ErrorKind::BadAnswer).with_hint(
        "PHP prints warnings before Nextcloud's answers: set display_errors = Off in php.ini and read the server's log",
    )
}

/// The meaning of a status alone; also for DAV, whose bodies add nothing to it.
pub(super) fn failure(answer: &Answer) -> ConnectorError {
    let status = answer.status();
    match status.as_u16() {
        401 => refused_credential(answer),
        423 => answer.error(ErrorKind::Unreachable).with_hint("the file or calendar is locked"),
        429 => rate_limited(answer, ""),
        503 => maintenance(answer),
        200..=399 if answer.is_html() || status.is_redirection() => sign_in_page(answer),
        _ => answer.error(kind_of_status(status)),
    }
}

/// The server itself refused the credential, rather than a sign-in page that stands before it.
fn refused_credential(answer: &Answer) -> ConnectorError {
    answer
        .error(ErrorKind::Unauthenticated)
        .with_hint(
            "the app password is revoked, the account is disabled, or the token is for another audience",
        )
        .with_refused_credential()
}

fn sign_in_page(answer: &Answer) -> ConnectorError {
    answer
        .error(ErrorKind::Unauthenticated)
        .with_hint("a sign-in page answered: let /ocs, /remote.php and /status.php through the proxy")
}

fn not_for_this_person(answer: &Answer) -> ConnectorError {
    answer
        .error(ErrorKind::Unsupported)
        .with_hint("the Nextcloud app that answers this is not enabled for this person's groups")
}

fn rate_limited(answer: &Answer, message: &str) -> ConnectorError {
    let error = answer.error(ErrorKind::RateLimited);
    let blocked = message.contains("maximum delay");
    let error = if blocked {
        error.with_hint(
            "Nextcloud blocks the portal's address after wrong passwords: allow-list it in bruteforcesettings",
        )
    } else {
        error
    };
    match error.retry() {
        Retry::After(_) => error,
        _ => error.with_retry(Retry::After(if blocked { BRUTE_FORCE_WAIT } else { POLL_WAIT })),
    }
}

fn maintenance(answer: &Answer) -> ConnectorError {
    let planned = answer.header(&MAINTENANCE).is_some()
        || answer.header(&header::RETRY_AFTER).is_some()
        || answer.body().windows(21).any(|window| window == b"ServerMaintenanceMode");
    if !planned {
        return answer.error(ErrorKind::Unreachable);
    }
    let error = answer
        .error(ErrorKind::Maintenance)
        .with_hint("Nextcloud is in maintenance or waits for its upgrade");
    match error.retry() {
        Retry::After(_) => error,
        _ => error.with_retry(Retry::After(MAINTENANCE_WAIT)),
    }
}

/// The envelope's head, in JSON or, for errors raised early, in XML although JSON was asked for.
fn meta(answer: &Answer) -> Option<Meta> {
    if let Ok(envelope) = answer.json::<Envelope<IgnoredAny>>() {
        return Some(envelope.ocs.meta);
    }
    let text = xml::text(answer.body())?;
    let document = xml::document(&text)?;
    let meta = document.root_element().children().find(|node| node.has_tag_name("meta"))?;
    let field = |name| meta.children().find(|node| node.has_tag_name(name)).and_then(|node| node.text());
    Some(Meta {
        statuscode: field("statuscode")?.trim().parse().ok()?,
        message: field("message").map(str::to_owned),
    })
}
