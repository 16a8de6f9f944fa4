//! What a browser keeps for us between two requests, sealed: it can neither read it nor change it, and each has a purpose and an end.

use crate::{app::App, seal::Purpose};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest as _, Sha256};

#[derive(Serialize, Deserialize)]
struct Kept<T> {
    value: T,
    expires_at: DateTime<Utc>,
    /// No two are alike, so that each can be used once.
    nonce: u128,
}

/// A text that only we read.
pub(super) fn seal<T: Serialize>(
    app: &App,
    purpose: Purpose<'_>,
    value: T,
    life: TimeDelta,
) -> Option<String> {
    let mut nonce = [0; 16];
    getrandom::fill(&mut nonce).ok()?;
    let kept = Kept { value, expires_at: app.clock.now() + life, nonce: u128::from_be_bytes(nonce) };
    let sealed = app.sealer.seal(purpose, &serde_json::to_vec(&kept).ok()?).ok()?;
    Some(BASE64_URL_SAFE_NO_PAD.encode(sealed))
}

fn kept<T: DeserializeOwned>(app: &App, purpose: Purpose<'_>, text: &str) -> Option<Kept<T>> {
    if text.len() > 32 << 10 {
        return None;
    }
    let sealed = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    let plain = app.sealer.open(purpose, &sealed).ok()?;
    let kept: Kept<T> = serde_json::from_slice(&plain).ok()?;
    (kept.expires_at > app.clock.now()).then_some(kept)
}

/// What was sealed for the same purpose, in time.
pub(super) fn open<T: DeserializeOwned>(app: &App, purpose: Purpose<'_>, text: &str) -> Option<T> {
    kept(app, purpose, text).map(|kept| kept.value)
}

/// Marks a sealed text as used. True once only, on any replica.
pub(super) async fn spend(app: &App, text: &str) -> bool {
    let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    // Longer than anything sealed here lives, but the browser's mark, which is never spent.
    app.storage.use_once(digest, app.clock.now() + TimeDelta::hours(1)).await.unwrap_or(false)
}

/// A cookie of ours. `name` is what follows the common beginning.
pub(super) fn cookie(app: &App, name: &str, value: String, life: TimeDelta) -> Cookie<'static> {
    let mut cookie = Cookie::build((cookie_name(app, name), value))
        .path("/")
        .secure(app.https)
        .http_only(true)
        .same_site(SameSite::Lax)
        .build();
    cookie.set_max_age(life.to_std().ok().and_then(|life| life.try_into().ok()));
    cookie
}

pub(super) fn cookie_name(app: &App, name: &str) -> String {
    format!("{}-{name}", app.sessions.cookie().session_name())
}

pub(super) fn value_of(app: &App, jar: &CookieJar, name: &str) -> Option<String> {
    jar.get(&cookie_name(app, name)).map(|cookie| cookie.value().to_owned())
}
