//! A recent proof of who sits at the screen, for what would let somebody in, shut somebody out or change rights.
//!
//! Threats: a screen left alone, a stolen session, a single sign-on session of somebody else's that opened this one without a word. A
//! sign-in is a proof only when its source shows that somebody proved themselves for it ([`Source::is_proof`]); so is the password or a
//! passkey given again here (a factor where the account has one, for the password alone is less than what opened the session), and for
//! whoever comes from elsewhere what their source says when it asks them anew (`sign_in::prove`). A proof counts for ten minutes, in the
//! session in which it was given and in no other: it lies sealed in the browser. Whoever is asked for one comes back to the page that they
//! left; what they were about to do is not done by itself.
//!
//! A source that reads a proxy's headers never gives one ([`FreshProof::None`](pleiade_core::FreshProof::None)). Its sessions join nothing;
//! for the rest their first ten minutes count, for there is nothing else.

use crate::{
    app::App,
    seal::Purpose,
    session::{Session, SessionId},
    sign_in::Source,
    web::outcome::Outcome,
    web::sealed,
};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::CookieJar;
use chrono::{DateTime, Utc};
use pleiade_core::{ExposeSecret as _, LinkId, SecretString};
use pleiade_federation::linking::MAX_PROOF_AGE;
use serde::{Deserialize, Serialize};
use url::form_urlencoded::byte_serialize;

const COOKIE: &str = "recent";
pub(super) const PAGE: &str = "/profile/proof";

/// The page that asks for a recent proof before it leads back to a page.
pub(crate) fn address(back: &str) -> String {
    with_return(PAGE, back)
}

/// An address of ours that leads back to a page of ours.
pub(crate) fn with_return(path: &str, back: &str) -> String {
    let back: String = byte_serialize(back.as_bytes()).collect();
    format!("{path}?return={back}")
}

/// Leads there.
pub(crate) fn redirect_to(back: &str) -> Response {
    Redirect::to(&address(back)).into_response()
}

/// Leads there with the sentence that says why a proof did not count.
pub(crate) fn redirect_with(app: &App, session: &Session, back: &str, why: &'static str) -> Response {
    Outcome::failed(why).redirect(app, session, &address(back))
}

fn purpose(link: LinkId) -> Purpose<'static> {
    Purpose::new("recent proof").for_link(link)
}

/// The sealed content of the cookie.
#[derive(Serialize, Deserialize)]
struct RecentProof {
    session: String,
    at: DateTime<Utc>,
}

/// Keeps in the browser that a session's person proved themselves at a moment. Without randomness nothing is kept, and they are asked
/// again.
fn store_proof(app: &App, jar: CookieJar, session: &SessionId, link: LinkId, at: DateTime<Utc>) -> CookieJar {
    let proved = RecentProof { session: session.as_str().to_owned(), at };
    let life = at + MAX_PROOF_AGE - app.clock.now();
    match sealed::seal(app, purpose(link), proved, life) {
        Some(value) => jar.add(sealed::cookie(app, COOKIE, value, life)),
        None => jar,
    }
}

/// The person of a session has proved themselves in it now.
pub(crate) fn record(app: &App, jar: CookieJar, session: &Session) -> CookieJar {
    store_proof(app, jar, &session.id, session.actor.identity.link, app.clock.now())
}

/// A session was opened by a sign-in that was a proof. `value` is its cookie's.
pub(crate) fn record_sign_in(app: &App, jar: CookieJar, value: &SecretString, link: LinkId) -> CookieJar {
    match SessionId::from_cookie_value(value.expose_secret()) {
        Some(session) => store_proof(app, jar, &session, link, app.clock.now()),
        None => jar,
    }
}

/// A session goes on under another cookie value: so does what was proved in it, no longer than before.
pub(crate) fn carry_over(app: &App, jar: CookieJar, session: &Session, value: &SecretString) -> CookieJar {
    match (proved_at(app, session, &jar), SessionId::from_cookie_value(value.expose_secret())) {
        (Some(at), Some(id)) => store_proof(app, jar, &id, session.actor.identity.link, at),
        _ => jar,
    }
}

/// When a session's person last proved themselves in it, within the last ten minutes.
pub(crate) fn proved_at(app: &App, session: &Session, jar: &CookieJar) -> Option<DateTime<Utc>> {
    let value = sealed::value_in(app, jar, COOKIE)?;
    let proved: RecentProof = sealed::open(app, purpose(session.actor.identity.link), &value)?;
    (proved.session == session.id.as_str()).then_some(proved.at)
}

/// True if a session's source can give a proof at all.
pub(crate) fn can_prove(app: &App, session: &Session) -> bool {
    app.sign_in.any_source(&session.source).is_some_and(Source::can_prove)
}

/// True if the person proved themselves in the last ten minutes, by signing in or here.
pub(crate) fn is_recent(app: &App, session: &Session, jar: &CookieJar) -> bool {
    if can_prove(app, session) {
        return proved_at(app, session, jar).is_some();
    }
    session.created_at + MAX_PROOF_AGE > app.clock.now()
}

/// Message: the proof came too long after it was asked for.
pub(crate) const TOO_OLD: &str = "sign-in-proof-old";
/// The provider did not show that it asked the person.
pub(crate) const NOT_FRESH: &str = "accounts-confirm-not-fresh";
/// The provider recognised the person less surely than when they signed in, and their rights ask for more.
pub(crate) const WEAKER: &str = "accounts-confirm-weaker";
/// Somebody proved themselves who is not the person of the session.
pub(crate) const SOMEBODY_ELSE: &str = "accounts-confirm-somebody-else";
