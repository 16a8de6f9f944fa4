//! `/profile/proof`: somebody proves again who they are.

use super::{
    factors::{self, FactorAnswer, FactorCheck},
    password::check_password,
    profile::own_account,
    proof::{PAGE, address, is_recent, record, with_return},
};
use crate::{
    app::App,
    profile::security,
    session::Session,
    sign_in::{
        prove::{by_password, start_address},
        trimmed_login,
    },
    web::{
        errors::{Refusal, html_with_status},
        page::Page,
        peer::ThrottleKey,
        reader::Reader,
        request_host::RequestHost,
        return_path::path_after_sign_in,
        route::{Guard, Route},
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
use pleiade_core::{FreshProof, SecretString};
use serde::Deserialize;

pub(super) fn routes() -> Vec<Route> {
    use Guard::SignedIn;
    [Route::reads(PAGE, SignedIn, get(proof_page)), Route::writes(PAGE, SignedIn, post(prove))]
        .map(|route| route.in_section(security::PATH))
        .into()
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ProofQuery {
    #[serde(rename = "return")]
    back: Option<String>,
}

#[derive(Template)]
#[template(path = "accounts/proof.html")]
struct ProofPage {
    page: Page,
    method: ProofMethod,
    /// The page to come back to.
    back: String,
    problem: Option<String>,
}

/// The ways to prove who one is again: that of the sign-in.
enum ProofMethod {
    /// By a second factor of their local account where it has one, else by its password, which is no secret of a sample person's.
    Here {
        action: String,
        question: Option<factors::FactorQuestion>,
        has_factor: bool,
        sample: Option<String>,
    },
    /// By the password that a directory checks, on this page.
    Password { action: String, login: String, title: String },
    /// At another site, which asks them anew.
    Elsewhere { action: String, title: String },
    /// Nowhere, since a proxy says who they are: a new sign-in.
    SignIn { start: String, title: String },
    /// Their source is not offered here any more.
    None,
}

impl ProofMethod {
    async fn for_session(
        app: &App,
        site: &Site,
        session: &Session,
        host: &str,
        back: &str,
    ) -> Result<Self, Refusal> {
        let id = &session.source;
        if let Some(holder) = own_account(app, session).await? {
            let account = &holder.account;
            let known = app.storage.factors(account.link).await?;
            let samples = app.sign_in.samples.iter();
            return Ok(Self::Here {
                action: address(back),
                has_factor: !known.is_empty(),
                question: app.second_factors().question(&holder, &known, host),
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

async fn render_proof_page(
    app: &App,
    site: &Site,
    session: &Session,
    page: Page,
    host: &str,
    back: &str,
    problem: Option<&'static str>,
) -> Result<Response, Refusal> {
    let method = ProofMethod::for_session(app, site, session, host, back).await?;
    let status = if problem.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let problem = problem.map(|key| page.words.t(key));
    html_with_status(status, &ProofPage { back: back.to_owned(), problem, method, page })
}

/// `GET /profile/proof`.
async fn proof_page(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    site: Site,
    RequestHost(host): RequestHost,
    jar: CookieJar,
    Query(asked): Query<ProofQuery>,
) -> Result<Response, Refusal> {
    let back = path_after_sign_in(asked.back.as_deref());
    if is_recent(&app, &session, &jar) {
        return Ok(Redirect::to(&back).into_response());
    }
    render_proof_page(&app, &site, &session, page, &host, &back, None).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ProofForm {
    login: String,
    password: String,
    #[serde(flatten)]
    answer: FactorAnswer,
}

/// `POST /profile/proof`: the password of a local account or a factor of it, or a login and a password that a directory checks.
#[expect(clippy::too_many_arguments, reason = "what a form and its request say")]
async fn prove(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    site: Site,
    RequestHost(host): RequestHost,
    place: ThrottleKey,
    jar: CookieJar,
    Query(asked): Query<ProofQuery>,
    Form(form): Form<ProofForm>,
) -> Result<Response, Refusal> {
    let back = path_after_sign_in(asked.back.as_deref());
    let again = async |problem| {
        render_proof_page(&app, &site, &session, page.clone(), &host, &back, Some(problem)).await
    };
    let Some(holder) = own_account(&app, &session).await? else {
        if form.login.is_empty() || form.password.is_empty() || app.accounts.policy(&session.source).is_some()
        {
            return again("sign-in-bad-credentials").await;
        }
        let login = trimmed_login(&form.login);
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
        app.second_factors().prove(&holder, &host, &form.answer).await?
    } else if has_factor {
        // The session was opened by both: the password alone is less.
        return again("accounts-confirm-factor").await;
    } else {
        check_password(
            &*app.storage,
            &app.accounts,
            app.clock.now(),
            &holder,
            &SecretString::from(form.password),
        )
        .await?
    };
    match proof {
        FactorCheck::Accepted(_) => {
            let jar = record(&app, jar, &session);
            Ok((jar, Redirect::to(&back)).into_response())
        }
        FactorCheck::Rejected => again("accounts-confirm-wrong").await,
        FactorCheck::Throttled => again("sign-in-too-many").await,
    }
}
