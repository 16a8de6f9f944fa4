//! A sign-in under way at a provider, sealed in a cookie of the browser that started it.
//!
//! Nothing is written on the server when a sign-in starts, so that following links cannot fill storage; the one-time use is kept there when it
//! ends. A browser may have several attempts at once, each in a cookie of its own.

use crate::{
    app::App,
    seal::{Purpose, Sealer},
};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use pleiade_core::{ExposeSecret, SecretString, SourceId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// How long a provider may take to send the browser back.
const LIFE: chrono::TimeDelta = chrono::TimeDelta::minutes(10);

/// Attempts one browser may have under way.
const MOST: usize = 10;

const PURPOSE: Purpose<'static> = Purpose::new("sign-in attempt");

/// What a sign-in at a provider is for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Intent {
    /// To open a session.
    SignIn,
    /// To join the identity that is proved there to the person of this session.
    Join(String),
    /// To prove anew who the person of this session is.
    Prove(String),
}

/// What is sealed.
#[derive(Serialize, Deserialize)]
pub(super) struct Attempt {
    pub(super) source: SourceId,
    pub(super) site: Option<String>,
    pub(super) back: String,
    pub(super) intent: Intent,
    secret: String,
    expires_at: DateTime<Utc>,
}

/// What an attempt is for.
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
    format!("{}-", app.sessions.cookie().sign_in_name())
}

fn name(app: &App, key: &str) -> String {
    format!("{}{}", prefix(app), crate::web::assets::short(&digest(key)))
}

fn cookie(app: &App, name: String, value: String) -> Cookie<'static> {
    Cookie::build((name, value)).path("/").secure(app.https).http_only(true).same_site(SameSite::Lax).build()
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
    let expires_at = app.clock.now() + LIFE;
    let attempt = Attempt {
        source: source.clone(),
        site,
        back,
        intent,
        secret: secret.expose_secret().to_owned(),
        expires_at,
    };
    let sealed = app.sealer.seal(PURPOSE, &serde_json::to_vec(&attempt).ok()?).ok()?;
    let mut kept = cookie(app, name(app, key), BASE64_URL_SAFE_NO_PAD.encode(sealed));
    kept.set_max_age(LIFE.to_std().ok().and_then(|life| life.try_into().ok()));
    let prefix = prefix(app);
    let old: Vec<String> = jar
        .iter()
        .map(|cookie| cookie.name().to_owned())
        .filter(|name| name.starts_with(&prefix))
        .skip(MOST - 1)
        .collect();
    let jar = old.into_iter().fold(jar, |jar, name| jar.remove(cookie(app, name, String::new())));
    Some(jar.add(kept))
}

/// Opens what a cookie holds.
pub(super) fn open(sealer: &Sealer, value: &str) -> Option<Attempt> {
    let sealed = BASE64_URL_SAFE_NO_PAD.decode(value).ok()?;
    serde_json::from_slice(&sealer.open(PURPOSE, &sealed).ok()?).ok()
}

/// Takes an attempt back, once, in time, and only for its source and site.
pub(super) async fn take(
    app: &App,
    jar: CookieJar,
    source: &SourceId,
    site: Option<&str>,
    key: &str,
) -> (CookieJar, Option<Attempt>) {
    let name = name(app, key);
    let kept = jar.get(&name).and_then(|cookie| open(&app.sealer, cookie.value()));
    let jar = jar.remove(cookie(app, name, String::new()));
    let attempt = kept
        .filter(|attempt| attempt.source == *source && attempt.site.as_deref() == site)
        .filter(|attempt| attempt.expires_at > app.clock.now());
    let Some(attempt) = attempt else { return (jar, None) };
    let first = app.storage.use_once(digest(key), attempt.expires_at).await.unwrap_or(false);
    (jar, first.then_some(attempt))
}

/// A path of this site to come back to, or the desk.
pub(crate) fn safe_path(path: Option<&str>) -> String {
    let Some(path) = path else { return "/".to_owned() };
    let own = path.starts_with('/')
        && !path.starts_with("//")
        && path.len() <= 128
        && !path.contains('\\')
        && !path.chars().any(|c| c.is_control() || c.is_whitespace());
    let here = url::Url::parse("http://here.invalid/").ok().and_then(|base| base.join(path).ok());
    let stays = here
        .as_ref()
        .is_some_and(|url| url.host_str() == Some("here.invalid") && !url.path().starts_with("//"));
    if own && stays && !path.starts_with("/sign-") { path.to_owned() } else { "/".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_return_path_never_leaves_the_site() {
        for good in ["/", "/tasks", "/applications?x=1"] {
            assert_eq!(safe_path(Some(good)), good);
        }
        for bad in [
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "https:evil.example",
            "https://evil.example",
            "evil",
            "",
            "/\r\nSet-Cookie: a=b",
            "/sign-in?return=//evil",
            "javascript:alert(1)",
            "/.//evil.example",
        ] {
            assert_eq!(safe_path(Some(bad)), "/", "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_the_path_stays_here(path in ".{0,40}") {
            let base = url::Url::parse("https://desk.example/").unwrap();
            let joined = base.join(&safe_path(Some(&path))).unwrap();
            prop_assert_eq!(joined.origin(), base.origin());
        }
    }
}
