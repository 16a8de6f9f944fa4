//! Signing in with a passkey alone: the person's device verifies them, so that it is two factors by itself.
//!
//! A passkey belongs to the host name where it was made: one made at a collectivité's own address does not open the
//! operator's common one, and the other way round.

use super::{
    ceremonies::{ceremonies_at, passkeys_offered},
    factors,
    holder::Holder,
    second_factor,
};
use crate::{
    app::App,
    seal::Purpose,
    web::{
        errors::{Refusal, html_with_status},
        headers::leading_to,
        look::Look,
        page::Page,
        peer::ThrottleKey,
        request_host::RequestHost,
        return_path::path_after_sign_in,
        route::{Guard, Route},
        sealed,
        site::Site,
    },
};
use askama::Template;
use axum::{
    Form,
    extract::State,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use axum_extra::extract::CookieJar;
use pleiade_federation::local::passkey::Passkeys;
use serde::Deserialize;

const QUESTION_PURPOSE: Purpose<'static> = Purpose::new("passkey question to anybody");

pub(super) fn routes() -> Vec<Route> {
    use Guard::Anybody;
    vec![Route::reads("/passkey", Anybody, get(page)), Route::writes("/passkey", Anybody, post(answer))]
}

#[derive(Template)]
#[template(path = "accounts/passkey.html")]
struct PasskeyPage {
    page: Page,
    question: Option<factors::FactorQuestion>,
    back: String,
    problem: Option<String>,
}

fn passkey_question(app: &App, site: &Site, host: &str) -> Option<factors::FactorQuestion> {
    let begun = ceremonies_at(app.public_url.as_ref(), host)?.start_discoverable_authentication().ok()?;
    let bound = (site.tenant_id().cloned(), begun.state);
    let state = sealed::seal(app, QUESTION_PURPOSE, bound, factors::QUESTION_TTL)?;
    Some(factors::FactorQuestion { options: begun.options, state })
}

fn render_passkey_page(
    app: &App,
    site: &Site,
    host: &RequestHost,
    look: Look,
    back: String,
    wrong: bool,
) -> Result<Response, Refusal> {
    if !passkeys_offered(&app.accounts, &app.sign_in, site) {
        return Err(Refusal::NotFound);
    }
    let page = Page::anonymous(app, site, look, "/passkey");
    let problem = wrong.then(|| page.words.t("accounts-passkey-refused"));
    let status = if wrong { StatusCode::UNAUTHORIZED } else { StatusCode::OK };
    let question = passkey_question(app, site, &host.0);
    let sources = app.accounts.sources().filter_map(|source| app.sign_in.source(source, site));
    let targets = sources.flat_map(|source| app.sign_in.targets_of(source, site));
    Ok(leading_to(html_with_status(status, &PasskeyPage { question, back, problem, page })?, targets))
}

async fn page(
    State(app): State<App>,
    site: Site,
    host: RequestHost,
    look: Look,
) -> Result<Response, Refusal> {
    render_passkey_page(&app, &site, &host, look, "/".to_owned(), false)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PasskeyForm {
    state: String,
    credential: String,
    #[serde(rename = "return")]
    back: String,
}

async fn answer(
    State(app): State<App>,
    site: Site,
    host: RequestHost,
    look: Look,
    place: ThrottleKey,
    jar: CookieJar,
    Form(form): Form<PasskeyForm>,
) -> Result<Response, Refusal> {
    let back = path_after_sign_in(Some(&form.back));
    let Some(holder) = verify_passkey(&app, &site, &host.0, &form).await? else {
        return render_passkey_page(&app, &site, &host, look, back, true);
    };
    let visit = second_factor::SignInVisit { site: &site, place, jar, back: &back, joins: None };
    second_factor::after_full_proof(&app, holder, "passkey", visit).await
}

/// Whose passkey answered, when it proved itself.
async fn verify_passkey(
    app: &App,
    site: &Site,
    host: &str,
    form: &PasskeyForm,
) -> Result<Option<Holder>, Refusal> {
    let bound: Option<(Option<pleiade_core::TenantId>, Vec<u8>)> =
        sealed::open(app, QUESTION_PURPOSE, &form.state);
    let (Some((asked_at, state)), Some(here)) = (bound, ceremonies_at(app.public_url.as_ref(), host)) else {
        return Ok(None);
    };
    if asked_at.as_ref() != site.tenant_id() {
        return Ok(None);
    }
    let Ok(named) = Passkeys::credential_id(&form.credential) else { return Ok(None) };
    let Some(found) = app.storage.factor_by_credential(&named).await? else { return Ok(None) };
    if found.factor.host.as_deref() != Some(host) {
        return Ok(None);
    }
    let account = app.storage.local_account_of_link(found.factor.link).await?;
    let account = account.filter(|account| app.sign_in.source(&account.source, site).is_some());
    let Some(account) = account else { return Ok(None) };
    let Some(holder) = Holder::new(&*app.storage, account).await? else { return Ok(None) };
    let Some(key) = app.second_factors().open_passkey(&found) else { return Ok(None) };
    match here.finish_discoverable_authentication(&state, &form.credential, &key, &holder.subject) {
        Ok(proved) => {
            if !sealed::spend(app, &form.state).await? {
                return Ok(None);
            }
            app.second_factors().note_use(found.id, holder.account.link, proved.changed.as_ref()).await?;
            Ok(Some(holder))
        }
        Err(error) => {
            factors::log_refused_passkey(holder.account.link, error);
            Ok(None)
        }
    }
}
