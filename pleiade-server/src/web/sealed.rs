//! What a browser keeps for us between two requests, sealed: it can neither read it nor change it, and each has a purpose and an end.

use crate::{
    app::App,
    seal::{Purpose, Sealer},
};
use axum_extra::extract::cookie::{Cookie, CookieJar};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest as _, Sha256};

/// Longer texts are none of ours.
const MAX_SEALED_BYTES: usize = 32 << 10;

#[derive(Serialize, Deserialize)]
struct Sealed<T> {
    value: T,
    expires_at: DateTime<Utc>,
    /// No two are alike, so that each can be used once.
    nonce: u128,
}

/// Seals a value into a text that only this instance reads. None when the machine gives no randomness.
pub(crate) fn seal<T: Serialize>(
    app: &App,
    purpose: Purpose<'_>,
    value: T,
    life: TimeDelta,
) -> Option<String> {
    let mut nonce = [0; 16];
    getrandom::fill(&mut nonce).ok()?;
    let plain = Sealed { value, expires_at: app.clock.now() + life, nonce: u128::from_be_bytes(nonce) };
    let sealed = app.sealer.seal(purpose, &serde_json::to_vec(&plain).ok()?).ok()?;
    Some(BASE64_URL_SAFE_NO_PAD.encode(sealed))
}

/// The value that was sealed for the same purpose, while it has not expired.
pub(crate) fn open<T: DeserializeOwned>(app: &App, purpose: Purpose<'_>, text: &str) -> Option<T> {
    open_with(&app.sealer, app.clock.now(), purpose, text)
}

/// [`open`] on its parts.
pub(crate) fn open_with<T: DeserializeOwned>(
    sealer: &Sealer,
    now: DateTime<Utc>,
    purpose: Purpose<'_>,
    text: &str,
) -> Option<T> {
    if text.len() > MAX_SEALED_BYTES {
        return None;
    }
    let sealed = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    let opened: Sealed<T> = serde_json::from_slice(&sealer.open(purpose, &sealed).ok()?).ok()?;
    (opened.expires_at > now).then_some(opened.value)
}

/// Marks a sealed text as used. True once only, on any replica.
pub(crate) async fn spend(app: &App, text: &str) -> bool {
    let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    // Longer than anything sealed here lives, but the browser's mark, which is never spent.
    app.storage.use_once(digest, app.clock.now() + TimeDelta::hours(1)).await.unwrap_or(false)
}

/// A cookie with a sealed text. `purpose` ends its name.
pub(crate) fn cookie(app: &App, purpose: &str, value: String, life: TimeDelta) -> Cookie<'static> {
    app.cookies().lasting(app.cookies().sealed_name(purpose), value, life)
}

/// Removes such a cookie.
pub(crate) fn removal(app: &App, purpose: &str) -> Cookie<'static> {
    app.cookies().removal(app.cookies().sealed_name(purpose))
}

/// The text in such a cookie, still sealed.
pub(crate) fn value_in(app: &App, jar: &CookieJar, purpose: &str) -> Option<String> {
    jar.get(&app.cookies().sealed_name(purpose)).map(|cookie| cookie.value().to_owned())
}
