//! `/profile/second-factor` and `/profile/password`: the ways into one's own local account.
//!
//! Threat: a screen left alone, a stolen session. Nothing here changes without a proof of the last ten minutes; every change closes the
//! other sessions of the person.

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
    session::{Session, SignedIn},
    storage::{FactorKind, SecondFactor},
    web::{
        errors::{Refusal, html_with_status},
        look::Look,
        page::Page,
        reader::Reader,
        request_host::RequestHost,
        route::{Guard, Route},
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

/// Back to the list of factors.
fn to_list() -> Response {
    Redirect::to(LIST_PATH).into_response()
}

/// The account of a session, when a local source opened it.
pub(super) async fn own_account(app: &App, session: &Session) -> Result<Option<Holder>, Refusal> {
    Ok(Holder::by_subject(&*app.storage, &app.accounts, &session.source, &session.actor.identity.subject)
        .await?)
}

/// Closes every session of this account but this one.
async fn close_others(app: &App, session: &Session) -> Result<(), Refusal> {
    let identity = &session.actor.identity;
    let mut others = app.sessions.list(identity.id).await?;
    others.retain(|one| one.link == identity.link && one.id != session.id);
    let (_, _) = app.sessions.close_listed(&others, None).await?;
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
            added: words.t_with_time("accounts-factor-added", "when", kept.created_at),
            used: factor.last_used_at.map_or_else(
                || words.t("accounts-factor-unused"),
                |when| words.t_with_time("accounts-factor-used", "when", when),
            ),
        }
    }
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
            close_others(&app, &session).await?;
            add::render_codes(&app, &site, look, codes, LIST_PATH, to_list())
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
    Form(form): Form<RemoveFactorForm>,
) -> Result<Response, Refusal> {
    let Some(holder) = own_account(&app, &session).await? else {
        return Ok(to_list());
    };
    let account = &holder.account;
    let factors = app.storage.factors(account.link).await?;
    let Some(factor) = factors.iter().find(|factor| factor.id == form.factor) else {
        return Ok(to_list());
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
    close_others(&app, &session).await?;
    Ok(to_list())
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
    add::render_codes(&app, &site, look, codes, LIST_PATH, to_list())
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
    let status = if problem.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let login = holder.map(|holder| holder.account.login.clone());
    html_with_status(status, &PasswordPage { page, login, rules, problem, done })
}

async fn password_page(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
) -> Result<Response, Refusal> {
    let holder = own_account(&app, &session).await?;
    password_form(page, app.accounts.policy(&session.source), holder.as_ref(), None, false)
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
    let refused =
        |page: Page, problem| password_form(page, Some(policy), Some(&holder), Some(problem), false);
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
    close_others(&app, &session).await?;
    password_form(page, Some(policy), Some(&holder), None, true)
}
