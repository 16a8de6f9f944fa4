//! `/profile/second-factor` and `/profile/password`: the ways into one's own local account.
//!
//! Threat: a screen left alone, a stolen session, codes that somebody else has read. Nothing here changes without a proof of the last ten
//! minutes; every change, new recovery codes among them, closes the other sessions of this account. Those by another link of the person
//! are that one's to close.

use super::{
    Policy, add,
    enrolment::{self, NewFactorForm},
    factors::FactorCheck,
    holder::Holder,
    password::check_password,
    proof::{self, is_recent},
    words,
};
use crate::{
    app::App,
    audit::{AuditEvent, Note},
    profile::security,
    session::{Session, SessionEnd, SignedIn},
    storage::{FactorKind, SecondFactor},
    web::{
        errors::{Refusal, html_with_status},
        look::Look,
        outcome::Outcome,
        page::Page,
        reader::Reader,
        request_host::RequestHost,
        route::{Guard, Route},
        site::Site,
        unwritten,
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
use pleiade_core::SecretString;
use serde::Deserialize;

/// The page that lists a person's second factors.
pub(crate) const LIST_PATH: &str = "/profile/second-factor";
const ADD_PATH: &str = "/profile/second-factor/add";
const REMOVE_PATH: &str = "/profile/second-factor/remove";
const CODES_PATH: &str = "/profile/second-factor/codes";
const PASSWORD_PATH: &str = "/profile/password";

pub(super) fn routes() -> Vec<Route> {
    use Guard::SignedIn;
    [
        Route::reads(LIST_PATH, SignedIn, get(list)),
        Route::reads(ADD_PATH, SignedIn, get(add_page)),
        Route::writes(ADD_PATH, SignedIn, post(added)).recent(LIST_PATH),
        Route::writes(REMOVE_PATH, SignedIn, post(remove)).recent(LIST_PATH),
        Route::writes(CODES_PATH, SignedIn, post(new_codes)).recent(LIST_PATH),
        Route::reads(PASSWORD_PATH, SignedIn, get(password_page)),
        Route::writes(PASSWORD_PATH, SignedIn, post(change_password)).recent(PASSWORD_PATH),
    ]
    .map(|route| route.in_section(security::PATH))
    .into()
}

/// The list of factors, for whoever has none to change here.
fn to_list() -> Response {
    Redirect::to(LIST_PATH).into_response()
}

/// The outcome of a change after which recovery codes are shown: an end of other sessions that is not written yet is not told as done.
fn changed(end: SessionEnd, key: &'static str) -> Outcome {
    match end {
        SessionEnd::Everywhere => Outcome::done(key),
        SessionEnd::HereOnly { .. } => Outcome::failed("accounts-told-others-unwritten"),
    }
}

/// Back to the list of factors, which tells what became of a form.
fn back_to_list(app: &App, session: &Session, outcome: Outcome) -> Response {
    outcome.redirect(app, session, LIST_PATH)
}

/// The account of a session, when a local source opened it.
pub(super) async fn own_account(app: &App, session: &Session) -> Result<Option<Holder>, Refusal> {
    Ok(Holder::by_subject(&*app.storage, &app.accounts, &session.source, &session.actor.identity.subject)
        .await?)
}

struct FactorView {
    id: i64,
    name: String,
    kind: String,
    dates: String,
}

impl FactorView {
    fn new(words: &Words, factor: &SecondFactor) -> Self {
        let kept = &factor.factor;
        let kind = match (kept.kind, &kept.host) {
            (FactorKind::Passkey, Some(host)) => format!("{} · {host}", words.t("accounts-factor-passkey")),
            (FactorKind::Passkey, None) => words.t("accounts-factor-passkey"),
            (FactorKind::Totp, _) => words.t("accounts-factor-totp"),
        };
        Self { id: factor.id, name: kept.name.clone(), kind, dates: factor_dates(words, factor) }
    }
}

/// When a factor was added and last used, in words.
pub(crate) fn factor_dates(words: &Words, factor: &SecondFactor) -> String {
    let used = match factor.last_used_at {
        Some(when) => words.t_with_time("accounts-factor-used", "when", when),
        None => words.t("accounts-factor-unused"),
    };
    format!("{} {used}", words.t_with_time("accounts-factor-added", "when", factor.factor.created_at))
}

#[derive(Template)]
#[template(path = "accounts/profile.html")]
struct FactorsPage {
    page: Page,
    /// Absent when the person signs in elsewhere.
    mine: Option<LocalFactors>,
}

struct LocalFactors {
    factors: Vec<FactorView>,
    required: bool,
    codes_left: String,
    recent: bool,
    /// The page that asks for a recent proof.
    prove: String,
    has_codes: bool,
    problem: Option<String>,
}

async fn render_factors_page(
    app: &App,
    session: &Session,
    page: Page,
    recent: bool,
    problem: Option<&'static str>,
) -> Result<Response, Refusal> {
    let mine = match own_account(app, session).await? {
        Some(holder) => {
            let account = &holder.account;
            let factors = app.storage.factors(account.link).await?;
            let left = app.storage.recovery_codes_left(account.link).await?;
            Some(LocalFactors {
                factors: factors.iter().map(|factor| FactorView::new(&page.words, factor)).collect(),
                required: required(app, &holder),
                codes_left: page.words.count("accounts-codes-left", "count", left.try_into().unwrap_or(0)),
                recent,
                prove: proof::address(LIST_PATH),
                has_codes: !factors.is_empty(),
                problem: problem.map(|key| page.words.t(key)),
            })
        }
        None => None,
    };
    let status = if problem.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    html_with_status(status, &FactorsPage { page, mine })
}

fn required(app: &App, holder: &Holder) -> bool {
    app.accounts
        .policy(&holder.account.source)
        .is_some_and(|policy| policy.requires_factor(&holder.affiliations))
}

async fn list(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    jar: CookieJar,
) -> Result<Response, Refusal> {
    let recent = is_recent(&app, &session, &jar);
    render_factors_page(&app, &session, page, recent, None).await
}

#[derive(Template)]
#[template(path = "accounts/add.html")]
struct AddPage {
    page: Page,
    add: add::NewFactorOffer,
}

async fn render_add_page(
    app: &App,
    site: &Site,
    session: &Session,
    page: Page,
    host: &str,
    problem: Option<&'static str>,
) -> Result<Response, Refusal> {
    let Some(holder) = own_account(app, session).await? else { return Ok(to_list()) };
    let known = app.storage.factors(holder.account.link).await?;
    let offer = app.second_factors().offer(&site.tenant().name, host, &holder, &known)?;
    let problem = problem.map(|key| page.words.t(key));
    let status = if problem.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let add = add::NewFactorOffer::new(offer, ADD_PATH, problem)?;
    html_with_status(status, &AddPage { page, add })
}

async fn add_page(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    site: Site,
    RequestHost(host): RequestHost,
    jar: CookieJar,
) -> Result<Response, Refusal> {
    if !is_recent(&app, &session, &jar) {
        return Ok(proof::redirect_to(ADD_PATH));
    }
    render_add_page(&app, &site, &session, page, &host, None).await
}

async fn added(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    site: Site,
    look: Look,
    RequestHost(host): RequestHost,
    Form(form): Form<NewFactorForm>,
) -> Result<Response, Refusal> {
    let Some(mut holder) = own_account(&app, &session).await? else {
        return Ok(to_list());
    };
    if form.is_empty() {
        return Ok(to_list());
    }
    match app.second_factors().add(&host, &mut holder, &form).await? {
        Ok((_, codes)) => {
            let end = security::end_others(&app, &session, "second_factor").await?;
            let listed = back_to_list(&app, &session, changed(end, "accounts-told-factor-added"));
            add::render_codes(&app, &site, look, codes, LIST_PATH, listed)
        }
        Err(problem) => render_add_page(&app, &site, &session, page, &host, Some(problem)).await,
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RemoveFactorForm {
    factor: i64,
}

async fn remove(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    site: Site,
    look: Look,
    Form(form): Form<RemoveFactorForm>,
) -> Result<Response, Refusal> {
    let Some(holder) = own_account(&app, &session).await? else {
        return Ok(to_list());
    };
    let account = &holder.account;
    let factors = app.storage.factors(account.link).await?;
    let Some(factor) = factors.iter().find(|factor| factor.id == form.factor) else {
        return Ok(back_to_list(&app, &session, Outcome::failed("accounts-told-factor-gone")));
    };
    if factors.len() == 1 && required(&app, &holder) {
        return render_factors_page(&app, &session, page, true, Some("accounts-factor-last")).await;
    }
    let kind = match factor.factor.kind {
        FactorKind::Totp => "totp",
        FactorKind::Passkey => "passkey",
    };
    let change = app.journal().begin([enrolment::note(&holder, "removed", kind).actor(account)]).await?;
    if factors.len() == 1 {
        change.clear_factors(account.link).await?;
    } else {
        change.remove_factor(account.link, factor.id).await?;
    }
    change.commit().await?;
    let end = security::end_others(&app, &session, "second_factor").await?;
    unwritten::answer(&app, &site, look, end, LIST_PATH, || {
        back_to_list(&app, &session, Outcome::done("accounts-told-factor-removed"))
    })
}

async fn new_codes(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    site: Site,
    look: Look,
) -> Result<Response, Refusal> {
    let Some(holder) = own_account(&app, &session).await? else {
        return Ok(to_list());
    };
    let account = &holder.account;
    if app.storage.factors(account.link).await?.is_empty() {
        return Ok(to_list());
    }
    let codes = app.second_factors().renew_codes(&holder).await?;
    let end = security::end_others(&app, &session, "recovery_codes").await?;
    let listed = back_to_list(&app, &session, changed(end, "accounts-told-codes-renewed"));
    add::render_codes(&app, &site, look, codes, LIST_PATH, listed)
}

#[derive(Template)]
#[template(path = "accounts/password.html")]
struct PasswordPage {
    page: Page,
    login: Option<String>,
    rules: String,
    problem: Option<String>,
}

fn password_form(
    page: Page,
    policy: Option<&Policy>,
    holder: Option<&Holder>,
    problem: Option<String>,
) -> Result<Response, Refusal> {
    let rules = policy.map(|policy| words::rules(&page.words, policy)).unwrap_or_default();
    let status = if problem.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let login = holder.map(|holder| holder.account.login.clone());
    html_with_status(status, &PasswordPage { page, login, rules, problem })
}

async fn password_page(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
) -> Result<Response, Refusal> {
    let holder = own_account(&app, &session).await?;
    password_form(page, app.accounts.policy(&session.source), holder.as_ref(), None)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PasswordForm {
    current: String,
    password: String,
    again: String,
}

/// `POST /profile/password`: the present password and a new one.
async fn change_password(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    site: Site,
    look: Look,
    Form(form): Form<PasswordForm>,
) -> Result<Response, Refusal> {
    let (Some(holder), Some(policy)) =
        (own_account(&app, &session).await?, app.accounts.policy(&session.source))
    else {
        return Ok(Redirect::to(PASSWORD_PATH).into_response());
    };
    if form.current.is_empty() {
        return Ok(Redirect::to(PASSWORD_PATH).into_response());
    }
    let refused = |page: Page, problem| password_form(page, Some(policy), Some(&holder), Some(problem));
    match check_password(
        &*app.storage,
        &app.accounts,
        app.clock.now(),
        &holder,
        &SecretString::from(form.current),
    )
    .await?
    {
        FactorCheck::Accepted(_) => {}
        FactorCheck::Rejected => {
            let problem = page.words.t("accounts-password-current-wrong");
            return refused(page, problem);
        }
        FactorCheck::Throttled => {
            let problem = page.words.t("sign-in-too-many");
            return refused(page, problem);
        }
    }
    let (password, again) = (SecretString::from(form.password), SecretString::from(form.again));
    let about = holder.known_words(&app.tenants);
    if let Some(problem) = words::problem(&page.words, policy, &password, &again, about).await {
        return refused(page, problem);
    }
    let account = &holder.account;
    let hashes = app.accounts.hashes.for_known(account.identity.0);
    let hash = hashes.hash(&password).await?;
    let note = Note::new(AuditEvent::AccountChanged)
        .tenant(&session.actor.acting.tenant)
        .actor(account)
        .source(&account.source)
        .with("change", "password");
    let change = app.journal().begin([note]).await?;
    if !change.replace_password_hash(account.link, &account.password_hash, &hash).await? {
        // It was changed meanwhile: the present one is not the one that was typed.
        drop(change);
        let problem = page.words.t("accounts-password-current-wrong");
        return refused(page, problem);
    }
    change.commit().await?;
    let end = security::end_others(&app, &session, "password").await?;
    unwritten::answer(&app, &site, look, end, PASSWORD_PATH, || {
        Outcome::done("accounts-password-done").redirect(&app, &session, PASSWORD_PATH)
    })
}
