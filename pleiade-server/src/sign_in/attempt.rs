//! A sign-in under way at a provider, sealed in a cookie of the browser that started it.
//!
//! Nothing is written on the server when a sign-in starts, so that following links cannot fill storage; that an attempt was used is kept
//! there when it ends. A browser may have several attempts at once, each in a cookie of its own.

use crate::{app::App, seal::Purpose, web::sealed};
use axum_extra::extract::cookie::CookieJar;
use chrono::TimeDelta;
use pleiade_core::{ExposeSecret, SecretString, SourceId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Time for a provider to send the browser back.
const ATTEMPT_TTL: TimeDelta = TimeDelta::minutes(10);

/// Attempts one browser may have under way.
const MAX_ATTEMPTS_PER_BROWSER: usize = 10;

pub(super) const PURPOSE: Purpose<'static> = Purpose::new("sign-in attempt");

/// The purpose of a sign-in at a provider.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Intent {
    /// To open a session.
    SignIn,
    /// To join the identity that is proved there to the person of this session.
    Join(String),
    /// To prove anew who the person of this session is.
    Prove(String),
    /// To get what buys proxy tickets for this session; silently, if nobody asked for it.
    Tickets {
        /// The session.
        session: String,
        /// True if nobody asked for it.
        silent: bool,
    },
}

/// The sealed content of the cookie.
#[derive(Serialize, Deserialize)]
pub(super) struct Attempt {
    pub(super) source: SourceId,
    pub(super) site: Option<String>,
    pub(super) back: String,
    pub(super) intent: Intent,
    secret: String,
}

/// The purpose of a new attempt.
pub(super) struct NewAttempt {
    pub(super) site: Option<String>,
    pub(super) back: String,
    pub(super) intent: Intent,
}

impl Attempt {
    pub(super) fn secret(&self) -> SecretString {
        self.secret.clone().into()
    }
}

fn digest(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

fn prefix(app: &App) -> String {
    format!("{}-", app.cookies().sign_in_name())
}

fn name(app: &App, key: &str) -> String {
    format!("{}{}", prefix(app), crate::web::assets::short(&digest(key)))
}

/// Keeps an attempt in the browser. The oldest beyond the limit give way, in no particular order: cookies carry no age.
pub(super) fn start(
    app: &App,
    jar: CookieJar,
    source: &SourceId,
    NewAttempt { site, back, intent }: NewAttempt,
    secret: &SecretString,
    key: &str,
) -> Option<CookieJar> {
    let secret = secret.expose_secret().to_owned();
    let attempt = Attempt { source: source.clone(), site, back, intent, secret };
    let sealed = sealed::seal(app, PURPOSE, attempt, ATTEMPT_TTL)?;
    let prefix = prefix(app);
    let old: Vec<String> = jar
        .iter()
        .map(|cookie| cookie.name().to_owned())
        .filter(|name| name.starts_with(&prefix))
        .skip(MAX_ATTEMPTS_PER_BROWSER - 1)
        .collect();
    let jar = old.into_iter().fold(jar, |jar, name| jar.remove(app.cookies().removal(name)));
    Some(jar.add(app.cookies().lasting(name(app, key), sealed, ATTEMPT_TTL)))
}

/// An attempt of this browser, in time, for its source and site, without taking it.
pub(super) fn peek(
    app: &App,
    jar: &CookieJar,
    source: &SourceId,
    site: Option<&str>,
    key: &str,
) -> Option<Attempt> {
    sealed::open::<Attempt>(app, PURPOSE, jar.get(&name(app, key))?.value())
        .filter(|attempt| attempt.source == *source && attempt.site.as_deref() == site)
}

/// Has the browser forget an attempt, used or not.
pub(super) fn remove(app: &App, jar: CookieJar, key: &str) -> CookieJar {
    jar.remove(app.cookies().removal(name(app, key)))
}

/// Takes an attempt back, once, in time, and only for its source and site.
pub(super) async fn take(
    app: &App,
    jar: CookieJar,
    source: &SourceId,
    site: Option<&str>,
    key: &str,
) -> (CookieJar, Option<Attempt>) {
    let attempt = peek(app, &jar, source, site, key);
    let sealed = jar.get(&name(app, key)).map(|cookie| cookie.value().to_owned());
    let Some(sealed) = sealed else { return (jar, None) };
    let jar = remove(app, jar, key);
    let Some(attempt) = attempt else { return (jar, None) };
    // Where storage fails, nobody signs in.
    let first = sealed::spend(app, &sealed).await.unwrap_or(false);
    (jar, first.then_some(attempt))
}
