//! Sealed cookies, which a browser keeps for us between two requests: it can neither read it nor change it, and each has a purpose and an
//! end.

use super::sealed_text;
use crate::{app::App, seal::Purpose, storage::StorageError};
use axum_extra::extract::cookie::{Cookie, CookieJar};
use chrono::TimeDelta;
use serde::{Serialize, de::DeserializeOwned};

/// [`sealed_text::seal`].
pub(crate) fn seal<T: Serialize>(
    app: &App,
    purpose: Purpose<'_>,
    value: T,
    life: TimeDelta,
) -> Option<String> {
    sealed_text::seal(&app.sealer, app.clock.now(), purpose, value, life)
}

/// [`sealed_text::open`].
pub(crate) fn open<T: DeserializeOwned>(app: &App, purpose: Purpose<'_>, text: &str) -> Option<T> {
    sealed_text::open(&app.sealer, app.clock.now(), purpose, text)
}

/// [`sealed_text::spend`].
///
/// # Errors
/// Those of storage.
pub(crate) async fn spend(app: &App, text: &str) -> Result<bool, StorageError> {
    sealed_text::spend(&*app.storage, app.clock.now(), text).await
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
