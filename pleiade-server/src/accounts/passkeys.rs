//! Signing in with a passkey alone: the person's device verifies them, so that it is two factors by itself.
//!
//! A passkey belongs to the host name where it was made: one made at a collectivité's own address does not open the
//! operator's common one, and the other way round.

use super::{Holder, factors, gate, sealed};
use crate::{
    app::App,
    seal::Purpose,
    web::{
        address::PeerAddress,
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
    extract::{FromRequestParts, State},
    http::{StatusCode, header, request::Parts},
    response::Response,
    routing::{get, post},
};
use axum_extra::extract::CookieJar;
use pleiade_federation::local::passkey::Passkeys;
use serde::Deserialize;
use std::convert::Infallible;

const ASKED: Purpose<'static> = Purpose::new("passkey question to anybody");

pub(super) fn routes() -> Vec<Route> {
    use Access::Anybody;
    vec![Route::reads("/passkey", Anybody, get(page)), Route::writes("/passkey", Anybody, post(answer))]
}

/// The host name of a request, in lower case and without its port. [`Site`] has let it in.
#[derive(Debug, Clone)]
pub(crate) struct RequestHost(pub(crate) String);

impl<S: Sync> FromRequestParts<S> for RequestHost {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let named = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let host = named.or_else(|| parts.uri.authority().map(axum::http::uri::Authority::as_str));
        let host = host.unwrap_or_default();
        let host = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        };
        Ok(Self(host.to_ascii_lowercase()))
    }
}

/// The address of a page of ours at a host name: scheme and port are those of the public address.
pub(super) fn origin(app: &App, host: &str) -> Option<url::Url> {
    let mut origin = app.public_url.clone()?;
    origin.set_host(Some(host)).ok()?;
    Some(origin)
}

/// The ceremonies of a host name; none for a bare address.
pub(super) fn at(app: &App, host: &str) -> Option<Passkeys> {
    Passkeys::new(host, &origin(app, host)?, "Pléiade").ok()
}

/// Whether people with passkeys may sign in on a site.
pub(crate) fn offered(app: &App, site: &Site) -> bool {
    app.accounts.sources().any(|source| app.sign_in.source(source, site).is_some())
}

#[derive(Template)]
#[template(path = "accounts/passkey.html")]
struct PasskeyPage {
    page: Page,
    question: Option<factors::Question>,
    back: String,
    problem: Option<String>,
}

fn ask(app: &App, site: &Site, host: &str) -> Option<factors::Question> {
    let begun = at(app, host)?.start_discoverable_authentication().ok()?;
    let bound = (site.sessions_of().cloned(), begun.state);
    let state = sealed::seal(app, ASKED, bound, factors::QUESTION_LIFE)?;
    Some(factors::Question { options: begun.options, state })
}

fn show(
    app: &App,
    site: &Site,
    host: &RequestHost,
    look: Look,
    back: String,
    wrong: bool,
) -> Result<Response, Refusal> {
    if !offered(app, site) {
        return Err(Refusal::NotFound);
    }
    let tenant = site.tenant().clone();
    let page = Page::anonymous(app, tenant.clone(), look.locale_or(tenant.locale), look.theme, "/passkey");
    let problem = wrong.then(|| page.words.t("accounts-passkey-refused"));
    let mut response = html(&PasskeyPage { question: ask(app, site, &host.0), back, problem, page })?;
    if wrong {
        *response.status_mut() = StatusCode::UNAUTHORIZED;
    }
    Ok(response)
}

async fn page(
    State(app): State<App>,
    site: Site,
    host: RequestHost,
    look: Look,
) -> Result<Response, Refusal> {
    show(&app, &site, &host, look, "/".to_owned(), false)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Answered {
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
    PeerAddress(address): PeerAddress,
    jar: CookieJar,
    Form(form): Form<Answered>,
) -> Result<Response, Refusal> {
    let back = crate::sign_in::safe_path(Some(&form.back));
    let Some(holder) = proved(&app, &site, &host.0, &form).await? else {
        return show(&app, &site, &host, look, back, true);
    };
    let visit = gate::Visit { site: &site, address, jar, back: &back, joins: None };
    gate::proved_whole(&app, holder, "passkey", visit).await
}

/// Whose passkey answered, when it proved itself.
async fn proved(app: &App, site: &Site, host: &str, form: &Answered) -> Result<Option<Holder>, Refusal> {
    let bound: Option<(Option<pleiade_core::TenantId>, Vec<u8>)> = sealed::open(app, ASKED, &form.state);
    let (Some((asked_at, state)), Some(here)) = (bound, at(app, host)) else { return Ok(None) };
    if asked_at.as_ref() != site.sessions_of() {
        return Ok(None);
    }
    let Ok(named) = Passkeys::credential_id(&form.credential) else { return Ok(None) };
    let Some(found) = app.storage.factor_by_credential(&named).await? else { return Ok(None) };
    if found.factor.host.as_deref() != Some(host) {
        return Ok(None);
    }
    let account = app.storage.local_account_of(found.factor.link).await?;
    let account = account.filter(|account| app.sign_in.source(&account.source, site).is_some());
    let Some(account) = account else { return Ok(None) };
    let Some(holder) = Holder::of(app, account).await? else { return Ok(None) };
    let Some(key) = factors::opened(app, &found) else { return Ok(None) };
    match here.finish_discoverable_authentication(&state, &form.credential, &key, &holder.subject) {
        Ok(proved) => {
            if !sealed::spend(app, &form.state).await {
                return Ok(None);
            }
            factors::note_use(app, found.id, holder.account.link, proved.changed.as_ref()).await?;
            Ok(Some(holder))
        }
        Err(error) => {
            factors::refused(holder.account.link, error);
            Ok(None)
        }
    }
}
