//! `/profile/second-factor` and `/profile/password`: the ways into one's own local account.
//!
//! Threat: a screen left alone, a stolen session. Nothing here changes without a proof of the last ten minutes; every change closes the
//! other sessions of the person.

use super::{
    Holder, Policy, add,
    factors::{self, Answer, Proof},
    passkeys::RequestHost,
    sealed, words,
};
use crate::{
    app::App,
    audit::{AuditEvent, Note},
    seal::Purpose,
    session::{Session, SignedIn},
    storage::{FactorKind, SecondFactor},
    web::{
        errors::{Refusal, html},
        look::Look,
        page::Page,
        route::{Access, Route},
        site::Site,
        words::Words,
    },
};
use askama::Template;
use axum::{
    Form,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use axum_extra::extract::CookieJar;
use chrono::TimeDelta;
use pleiade_core::SecretString;
use serde::Deserialize;

/// How long a proof counts.
const RECENT: TimeDelta = TimeDelta::minutes(10);
const NAME: &str = "recent";
/// The page's place in the menu of the profile.
const SECTION: &str = "/profile/security";

pub(super) fn routes() -> Vec<Route> {
    use Access::SignedIn;
    vec![
        Route::reads("/profile/second-factor", SignedIn, get(list)),
        Route::writes("/profile/second-factor/confirm", SignedIn, post(confirm)),
        Route::reads("/profile/second-factor/add", SignedIn, get(add_page)),
        Route::writes("/profile/second-factor/add", SignedIn, post(added)),
        Route::writes("/profile/second-factor/remove", SignedIn, post(remove)),
        Route::writes("/profile/second-factor/codes", SignedIn, post(new_codes)),
        Route::reads("/profile/password", SignedIn, get(password_page)),
        Route::writes("/profile/password", SignedIn, post(change_password)),
    ]
}

/// The account of a session, when a local source opened it.
async fn mine(app: &App, session: &Session) -> Result<Option<Holder>, Refusal> {
    Ok(Holder::by_subject(app, &session.source, &session.actor.identity.subject).await?)
}

fn proof_of(session: &Session) -> Purpose<'static> {
    Purpose::new("recent proof").by(session.actor.identity.link)
}

/// Whether the person proved themselves in the last ten minutes, by signing in or here.
fn is_recent(app: &App, session: &Session, jar: &CookieJar) -> bool {
    let proved: Option<String> =
        sealed::value_of(app, jar, NAME).and_then(|value| sealed::open(app, proof_of(session), &value));
    session.created_at + RECENT > app.clock.now() || proved.as_deref() == Some(session.id.as_str())
}

/// Closes every session of this account but this one.
async fn close_others(app: &App, session: &Session) -> Result<(), Refusal> {
    let broken = |error| super::broken(&error);
    let identity = &session.actor.identity;
    for line in app.sessions.list(identity.id).await.map_err(broken)? {
        if line.link == identity.link && line.id != session.id {
            app.sessions.close_listed(&line).await.map_err(broken)?;
        }
    }
    Ok(())
}

struct FactorView {
    id: i64,
    name: String,
    kind: String,
    added: String,
    used: String,
}

impl FactorView {
    fn new(words: &Words, factor: &SecondFactor) -> Self {
        let kept = &factor.factor;
        let kind = match (kept.kind, &kept.host) {
            (FactorKind::Passkey, Some(host)) => format!("{} · {host}", words.t("accounts-factor-passkey")),
            (FactorKind::Passkey, None) => words.t("accounts-factor-passkey"),
            (FactorKind::Totp, _) => words.t("accounts-factor-totp"),
        };
        Self {
            id: factor.id,
            name: kept.name.clone(),
            kind,
            added: words.at("accounts-factor-added", "when", kept.created_at),
            used: factor.last_used_at.map_or_else(
                || words.t("accounts-factor-unused"),
                |when| words.at("accounts-factor-used", "when", when),
            ),
        }
    }
}

#[derive(Template)]
#[template(path = "accounts/profile.html")]
struct FactorsPage {
    page: Page,
    /// Absent when the person signs in elsewhere.
    mine: Option<Mine>,
}

struct Mine {
    factors: Vec<FactorView>,
    required: bool,
    codes_left: String,
    recent: bool,
    question: Option<factors::Question>,
    has_codes: bool,
    problem: Option<String>,
}

async fn show(
    app: &App,
    session: &Session,
    look: Look,
    host: &str,
    recent: bool,
    problem: Option<&'static str>,
) -> Result<Response, Refusal> {
    let page = Page::signed_in(app, session, look, SECTION)?;
    let mine = match mine(app, session).await? {
        Some(holder) => {
            let account = &holder.account;
            let factors = app.storage.factors(account.link).await?;
            let left = app.storage.recovery_codes_left(account.link).await?;
            Some(Mine {
                factors: factors.iter().map(|factor| FactorView::new(&page.words, factor)).collect(),
                required: required(app, &holder),
                codes_left: page.words.count("accounts-codes-left", "count", left.try_into().unwrap_or(0)),
                recent,
                question: if recent { None } else { factors::question(app, &holder, &factors, host) },
                has_codes: !factors.is_empty(),
                problem: problem.map(|key| page.words.t(key)),
            })
        }
        None => None,
    };
    let mut response = html(&FactorsPage { page, mine })?;
    if problem.is_some() {
        *response.status_mut() = StatusCode::CONFLICT;
    }
    Ok(response)
}

fn required(app: &App, holder: &Holder) -> bool {
    app.accounts.policy(&holder.account.source).is_some_and(|policy| policy.requires_factor(&holder.ties))
}

async fn list(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    look: Look,
    RequestHost(host): RequestHost,
    jar: CookieJar,
) -> Result<Response, Refusal> {
    let recent = is_recent(&app, &session, &jar);
    show(&app, &session, look, &host, recent, None).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Confirmed {
    password: String,
    #[serde(flatten)]
    answer: Answer,
}

/// `POST /profile/second-factor/confirm`: the password, or a factor, again.
async fn confirm(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    look: Look,
    RequestHost(host): RequestHost,
    jar: CookieJar,
    Form(form): Form<Confirmed>,
) -> Result<Response, Refusal> {
    let Some(holder) = mine(&app, &session).await? else { return Ok(add::to_list()) };
    if [&form.password, &form.answer.code, &form.answer.credential].iter().all(|typed| typed.is_empty()) {
        return Ok(add::to_list());
    }
    let proof = if form.password.is_empty() {
        factors::prove(&app, &holder, &host, &form.answer).await?
    } else {
        check_password(&app, &holder, &SecretString::from(form.password)).await?
    };
    match proof {
        Proof::Right(_) => {
            let value = sealed::seal(&app, proof_of(&session), session.id.as_str(), RECENT);
            let value = value.ok_or(Refusal::BadRequest)?;
            Ok((jar.add(sealed::cookie(&app, NAME, value, RECENT)), add::to_list()).into_response())
        }
        Proof::Wrong => show(&app, &session, look, &host, false, Some("accounts-confirm-wrong")).await,
        Proof::Wait => show(&app, &session, look, &host, false, Some("sign-in-too-many")).await,
    }
}

/// Guesses of the password here count like guesses of a code: for the person, on every replica.
async fn check_password(app: &App, holder: &Holder, password: &SecretString) -> Result<Proof, Refusal> {
    let me = holder.account.link;
    if !app.storage.begin_second_factor(me, app.clock.now()).await? {
        return Ok(Proof::Wait);
    }
    let hash = Some(holder.account.password_hash.as_str()).filter(|hash| !hash.is_empty());
    let right = app.accounts.hashes.known(me.0).verify(password, hash).await;
    if right.map_err(|error| super::broken(&error))? {
        app.storage.end_second_factor(me).await?;
        return Ok(Proof::Right("password"));
    }
    Ok(Proof::Wrong)
}

#[derive(Template)]
#[template(path = "accounts/add.html")]
struct AddPage {
    page: Page,
    add: add::Offer,
}

async fn show_add(
    app: &App,
    site: &Site,
    session: &Session,
    look: Look,
    host: &str,
    problem: Option<&'static str>,
) -> Result<Response, Refusal> {
    let Some(holder) = mine(app, session).await? else { return Ok(add::to_list()) };
    let page = Page::signed_in(app, session, look, SECTION)?;
    let known = app.storage.factors(holder.account.link).await?;
    let action = "/profile/second-factor/add";
    let add = add::offer(app, site, host, &holder, &known, action, &page.words, problem)?;
    let mut response = html(&AddPage { page, add })?;
    if problem.is_some() {
        *response.status_mut() = StatusCode::CONFLICT;
    }
    Ok(response)
}

async fn add_page(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    site: Site,
    look: Look,
    RequestHost(host): RequestHost,
    jar: CookieJar,
) -> Result<Response, Refusal> {
    if !is_recent(&app, &session, &jar) {
        return Ok(add::to_list());
    }
    show_add(&app, &site, &session, look, &host, None).await
}

async fn added(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    site: Site,
    look: Look,
    RequestHost(host): RequestHost,
    jar: CookieJar,
    Form(form): Form<add::Added>,
) -> Result<Response, Refusal> {
    let Some(holder) = mine(&app, &session).await?.filter(|_| is_recent(&app, &session, &jar)) else {
        return Ok(add::to_list());
    };
    if form.is_empty() {
        return Ok(add::to_list());
    }
    match add::add(&app, &host, &holder, &form).await? {
        Ok((_, codes)) => {
            close_others(&app, &session).await?;
            add::show_codes(&app, &site, look, codes, "/profile/second-factor", add::to_list())
        }
        Err(problem) => show_add(&app, &site, &session, look, &host, Some(problem)).await,
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Removed {
    factor: i64,
}

async fn remove(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    look: Look,
    RequestHost(host): RequestHost,
    jar: CookieJar,
    Form(form): Form<Removed>,
) -> Result<Response, Refusal> {
    let Some(holder) = mine(&app, &session).await?.filter(|_| is_recent(&app, &session, &jar)) else {
        return Ok(add::to_list());
    };
    let account = &holder.account;
    let factors = app.storage.factors(account.link).await?;
    let Some(factor) = factors.iter().find(|factor| factor.id == form.factor) else {
        return Ok(add::to_list());
    };
    if factors.len() == 1 && required(&app, &holder) {
        return show(&app, &session, look, &host, true, Some("accounts-factor-last")).await;
    }
    let kind = match factor.factor.kind {
        FactorKind::Totp => "totp",
        FactorKind::Passkey => "passkey",
    };
    app.record(add::change(&holder, "removed", kind).by(account.identity)).await?;
    if factors.len() == 1 {
        app.storage.clear_factors(account.link).await?;
    } else {
        app.storage.remove_factor(account.link, factor.id).await?;
    }
    close_others(&app, &session).await?;
    Ok(add::to_list())
}

async fn new_codes(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    site: Site,
    look: Look,
    jar: CookieJar,
) -> Result<Response, Refusal> {
    let Some(holder) = mine(&app, &session).await?.filter(|_| is_recent(&app, &session, &jar)) else {
        return Ok(add::to_list());
    };
    let account = &holder.account;
    if app.storage.factors(account.link).await?.is_empty() {
        return Ok(add::to_list());
    }
    let codes = add::new_codes(&app, &holder).await?;
    add::show_codes(&app, &site, look, codes, "/profile/second-factor", add::to_list())
}

#[derive(Template)]
#[template(path = "accounts/password.html")]
struct PasswordPage {
    page: Page,
    login: Option<String>,
    rules: String,
    problem: Option<String>,
    done: bool,
}

fn password_form(
    page: Page,
    policy: Option<&Policy>,
    holder: Option<&Holder>,
    problem: Option<String>,
    done: bool,
) -> Result<Response, Refusal> {
    let rules = policy.map(|policy| words::rules(&page.words, policy)).unwrap_or_default();
    let wrong = problem.is_some();
    let login = holder.map(|holder| holder.account.login.clone());
    let mut response = html(&PasswordPage { page, login, rules, problem, done })?;
    if wrong {
        *response.status_mut() = StatusCode::CONFLICT;
    }
    Ok(response)
}

async fn password_page(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    look: Look,
) -> Result<Response, Refusal> {
    let page = Page::signed_in(&app, &session, look, SECTION)?;
    let holder = mine(&app, &session).await?;
    password_form(page, app.accounts.policy(&session.source), holder.as_ref(), None, false)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NewPassword {
    current: String,
    password: String,
    again: String,
}

/// `POST /profile/password`: the present password and a new one.
async fn change_password(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    look: Look,
    Form(form): Form<NewPassword>,
) -> Result<Response, Refusal> {
    let page = Page::signed_in(&app, &session, look, SECTION)?;
    let (Some(holder), Some(policy)) = (mine(&app, &session).await?, app.accounts.policy(&session.source))
    else {
        return Ok(Redirect::to("/profile/password").into_response());
    };
    if form.current.is_empty() {
        return Ok(Redirect::to("/profile/password").into_response());
    }
    let refused =
        |page: Page, problem| password_form(page, Some(policy), Some(&holder), Some(problem), false);
    match check_password(&app, &holder, &SecretString::from(form.current)).await? {
        Proof::Right(_) => {}
        Proof::Wrong => {
            let problem = page.words.t("accounts-password-current-wrong");
            return refused(page, problem);
        }
        Proof::Wait => {
            let problem = page.words.t("sign-in-too-many");
            return refused(page, problem);
        }
    }
    let (password, again) = (SecretString::from(form.password), SecretString::from(form.again));
    let about = holder.known_words(&app);
    if let Some(problem) = words::problem(&page.words, policy, &password, &again, about).await {
        return refused(page, problem);
    }
    let account = &holder.account;
    let hashes = app.accounts.hashes.known(account.identity.0);
    let hash = hashes.hash(&password).await.map_err(|error| super::broken(&error))?;
    let note = Note::new(AuditEvent::AccountChanged)
        .at(&session.actor.acting.tenant)
        .by(account.identity)
        .through(&account.source)
        .with("change", "password");
    app.record(note).await?;
    app.storage.update_local_account(&account.source, &account.login, &hash, account.disabled).await?;
    close_others(&app, &session).await?;
    password_form(page, Some(policy), Some(&holder), None, true)
}
