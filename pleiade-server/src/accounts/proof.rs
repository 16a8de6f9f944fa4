//! A recent proof of who sits at the screen, for what would let somebody in, shut somebody out or change rights.
//!
//! Threats: a screen left alone, a stolen session, a single sign-on session of somebody else's that opened this one without a word. A sign-in
//! is a proof only when its source shows that somebody proved themselves for it ([`Source::is_proof`]); so is the password or a passkey given
//! again here (a factor where the account has one, for the password alone is less than what opened the session), and for whoever comes from
//! elsewhere what their source says when it asks them anew (`sign_in::prove`). A proof counts for ten
//! minutes, in the session in which it was given and in no other: it lies sealed in the browser. Whoever is asked for one comes back to the
//! page that they left; what they were about to do is not done by itself.
//!
//! A source that reads a proxy's headers never gives one ([`FreshProof::None`](pleiade_core::FreshProof::None)). Its sessions join nothing; for
//! the rest their first ten minutes count, for there is nothing else.

use super::{
    Holder,
    factors::{self, Answer, Proof},
    passkeys::RequestHost,
    sealed,
};
use crate::{
    app::App,
    seal::Purpose,
    session::{Session, SessionId, SignedIn},
    sign_in::{
        Source,
        prove::{by_password, start_address},
        safe_path,
    },
    web::{
        address::Place,
        errors::{Refusal, html},
        look::Look,
        page::Page,
        route::{Access, Route},
        site::Site,
    },
};
use askama::Template;
use axum::{
    Form,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use axum_extra::extract::CookieJar;
use chrono::{DateTime, Utc};
use pleiade_core::{ExposeSecret as _, FreshProof, LinkId, SecretString};
use pleiade_federation::linking::MAX_PROOF_AGE;
use serde::{Deserialize, Serialize};
use url::form_urlencoded::byte_serialize;

const COOKIE: &str = "recent";
const PAGE: &str = "/profile/proof";

pub(super) fn routes() -> Vec<Route> {
    use Access::SignedIn;
    vec![Route::reads(PAGE, SignedIn, get(page)), Route::writes(PAGE, SignedIn, post(prove))]
}

/// Where a proof is given before somebody comes back to a page.
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

/// Leads there whoever finished a joining after their proof had expired.
pub(crate) fn asked_for_again(back: &str) -> Response {
    redirect_with(back, TOO_OLD)
}

/// Leads there with a sentence.
pub(crate) fn redirect_with(back: &str, about: &'static str) -> Response {
    Redirect::to(&format!("{}&about={about}", address(back))).into_response()
}

fn purpose(link: LinkId) -> Purpose<'static> {
    Purpose::new("recent proof").for_link(link)
}

/// What is sealed.
#[derive(Serialize, Deserialize)]
struct RecentProof {
    session: String,
    at: DateTime<Utc>,
}

/// Keeps in the browser that a session's person proved themselves at a moment. Without randomness nothing is kept, and they are asked again.
fn keep(app: &App, jar: CookieJar, session: &SessionId, link: LinkId, at: DateTime<Utc>) -> CookieJar {
    let proved = RecentProof { session: session.as_str().to_owned(), at };
    let life = at + MAX_PROOF_AGE - app.clock.now();
    match sealed::seal(app, purpose(link), proved, life) {
        Some(value) => jar.add(sealed::cookie(app, COOKIE, value, life)),
        None => jar,
    }
}

/// The person of a session has proved themselves in it now.
pub(crate) fn record(app: &App, jar: CookieJar, session: &Session) -> CookieJar {
    keep(app, jar, &session.id, session.actor.identity.link, app.clock.now())
}

/// A session was opened by a sign-in that was a proof. `value` is its cookie's.
pub(crate) fn record_sign_in(app: &App, jar: CookieJar, value: &SecretString, link: LinkId) -> CookieJar {
    match SessionId::from_cookie_value(value.expose_secret()) {
        Some(session) => keep(app, jar, &session, link, app.clock.now()),
        None => jar,
    }
}

/// A session goes on under another cookie value: so does what was proved in it, no longer than before.
pub(crate) fn carry_over(app: &App, jar: CookieJar, session: &Session, value: &SecretString) -> CookieJar {
    match (proved_at(app, session, &jar), SessionId::from_cookie_value(value.expose_secret())) {
        (Some(at), Some(id)) => keep(app, jar, &id, session.actor.identity.link, at),
        _ => jar,
    }
}

/// When a session's person last proved themselves in it, within the last ten minutes.
pub(crate) fn proved_at(app: &App, session: &Session, jar: &CookieJar) -> Option<DateTime<Utc>> {
    let value = sealed::value_of(app, jar, COOKIE)?;
    let proved: RecentProof = sealed::open(app, purpose(session.actor.identity.link), &value)?;
    (proved.session == session.id.as_str()).then_some(proved.at)
}

/// Whether a session's source can give a proof at all.
pub(crate) fn can_prove(app: &App, session: &Session) -> bool {
    app.sign_in.any_source(&session.source).is_some_and(Source::can_prove)
}

/// Whether the person proved themselves in the last ten minutes, by signing in or here.
pub(crate) fn is_recent(app: &App, session: &Session, jar: &CookieJar) -> bool {
    if can_prove(app, session) {
        return proved_at(app, session, jar).is_some();
    }
    session.created_at + MAX_PROOF_AGE > app.clock.now()
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    #[serde(rename = "return")]
    back: Option<String>,
    about: Option<String>,
}

/// What the address of the page may say. Only known words mean anything.
const TOLD: [&str; 6] = [TOO_OLD, NOT_FRESH, SOMEBODY_ELSE, WEAKER, "sign-in-refused", "sign-in-unreachable"];
const TOO_OLD: &str = "sign-in-proof-old";
/// The provider did not show that it asked the person.
pub(crate) const NOT_FRESH: &str = "accounts-confirm-not-fresh";
/// The provider recognised the person less surely than when they signed in, and their rights ask for more.
pub(crate) const WEAKER: &str = "accounts-confirm-weaker";
/// Somebody proved themselves who is not the person of the session.
pub(crate) const SOMEBODY_ELSE: &str = "accounts-confirm-somebody-else";

#[derive(Template)]
#[template(path = "accounts/proof.html")]
struct ProofPage {
    page: Page,
    way: Way,
    /// The page to come back to.
    back: String,
    problem: Option<String>,
}

/// How somebody proves themselves again: as they came.
enum Way {
    /// By a second factor of their local account where it has one, else by its password, which is no secret of a sample person's.
    Here { action: String, question: Option<factors::Question>, has_factor: bool, sample: Option<String> },
    /// By the password that a directory checks, on this page.
    Password { action: String, login: String, title: String },
    /// At another site, which asks them anew.
    Elsewhere { action: String, title: String },
    /// Nowhere, since a proxy says who they are: a new sign-in.
    SignIn { start: String, title: String },
    /// Their source is not offered here any more.
    None,
}

impl Way {
    async fn find(
        app: &App,
        site: &Site,
        session: &Session,
        host: &str,
        back: &str,
    ) -> Result<Self, Refusal> {
        let id = &session.source;
        if let Some(holder) = Holder::by_subject(app, id, &session.actor.identity.subject).await? {
            let account = &holder.account;
            let known = app.storage.factors(account.link).await?;
            let samples = app.sign_in.samples.iter();
            return Ok(Self::Here {
                action: address(back),
                has_factor: !known.is_empty(),
                question: factors::question(app, &holder, &known, host),
                sample: samples
                    .filter(|_| app.accounts.policy(id).is_some_and(|policy| policy.samples))
                    .find(|sample| sample.login == account.login)
                    .map(|sample| sample.password.clone()),
            });
        }
        let Some(source) = app.sign_in.source(id, site) else { return Ok(Self::None) };
        let title = source.title.clone();
        Ok(match source.provider.fresh_proof() {
            FreshProof::Password => {
                let login = session.actor.identity.login.clone().unwrap_or_default();
                Self::Password { action: address(back), login, title }
            }
            FreshProof::Redirect => Self::Elsewhere { action: start_address(back), title },
            _ => Self::SignIn { start: with_return(&format!("/sign-in/{id}/start"), back), title },
        })
    }
}

async fn show(
    app: &App,
    site: &Site,
    session: &Session,
    (look, host): (Look, &str),
    back: &str,
    problem: Option<&'static str>,
) -> Result<Response, Refusal> {
    let page = Page::signed_in(app, session, look, "/profile/security")?;
    let way = Way::find(app, site, session, host, back).await?;
    let problem = problem.map(|key| page.words.t(key));
    html(&ProofPage { back: back.to_owned(), problem, way, page })
}

/// `GET /profile/proof`.
async fn page(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    site: Site,
    look: Look,
    RequestHost(host): RequestHost,
    jar: CookieJar,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    let back = safe_path(asked.back.as_deref());
    if is_recent(&app, &session, &jar) {
        return Ok(Redirect::to(&back).into_response());
    }
    let told = TOLD.into_iter().find(|key| asked.about.as_deref() == Some(*key));
    show(&app, &site, &session, (look, &host), &back, told).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Given {
    login: String,
    password: String,
    #[serde(flatten)]
    answer: Answer,
}

/// `POST /profile/proof`: the password of a local account or a factor of it, or a login and a password that a directory checks.
#[expect(clippy::too_many_arguments, reason = "what a form and its request say")]
async fn prove(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    site: Site,
    look: Look,
    RequestHost(host): RequestHost,
    place: Place,
    jar: CookieJar,
    Query(asked): Query<Asked>,
    Form(form): Form<Given>,
) -> Result<Response, Refusal> {
    let back = safe_path(asked.back.as_deref());
    let again = async |problem| -> Result<Response, Refusal> {
        let mut response = show(&app, &site, &session, (look, &host), &back, Some(problem)).await?;
        *response.status_mut() = StatusCode::CONFLICT;
        Ok(response)
    };
    let holder = Holder::by_subject(&app, &session.source, &session.actor.identity.subject).await?;
    let Some(holder) = holder else {
        if form.login.is_empty() || form.password.is_empty() || app.accounts.policy(&session.source).is_some()
        {
            return again("sign-in-bad-credentials").await;
        }
        let login: String = form.login.trim().chars().take(256).collect();
        let typed = (login.as_str(), &SecretString::from(form.password));
        return match by_password(&app, &site, &session, (place, &jar), typed).await {
            Ok(()) => {
                let jar = record(&app, jar, &session);
                Ok((jar, Redirect::to(&back)).into_response())
            }
            Err(problem) => again(problem).await,
        };
    };
    if [&form.password, &form.answer.code, &form.answer.credential].iter().all(|typed| typed.is_empty()) {
        return again("accounts-confirm-wrong").await;
    }
    let has_factor = !app.storage.factors(holder.account.link).await?.is_empty();
    let proof = if form.password.is_empty() {
        factors::prove(&app, &holder, &host, &form.answer).await?
    } else if has_factor {
        // The session was opened by both: the password alone is less.
        return again("accounts-confirm-factor").await;
    } else {
        check_password(&app, &holder, &SecretString::from(form.password)).await?
    };
    match proof {
        Proof::Right(_) => {
            let jar = record(&app, jar, &session);
            Ok((jar, Redirect::to(&back)).into_response())
        }
        Proof::Wrong => again("accounts-confirm-wrong").await,
        Proof::Wait => again("sign-in-too-many").await,
    }
}

/// Guesses of the password here count like guesses of a code: for the account, on every replica. Where the account has a factor, the right
/// password forgives no wrong code.
pub(super) async fn check_password(
    app: &App,
    holder: &Holder,
    password: &SecretString,
) -> Result<Proof, Refusal> {
    let me = holder.account.link;
    if !app.storage.begin_second_factor(me, app.clock.now()).await? {
        return Ok(Proof::Wait);
    }
    let hash = Some(holder.account.password_hash.as_str()).filter(|hash| !hash.is_empty());
    let right = app.accounts.hashes.for_known(holder.account.identity.0).verify(password, hash).await;
    if right.map_err(|error| super::broken(&error))? {
        if app.storage.factors(me).await?.is_empty() {
            app.storage.end_second_factor(me).await?;
        }
        return Ok(Proof::Right("password"));
    }
    Ok(Proof::Wrong)
}
