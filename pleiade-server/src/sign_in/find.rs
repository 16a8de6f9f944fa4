//! On the operator's common host: somebody types their collectivité or their mail address and is led to the sources of that collectivité.
//!
//! Threats: telling a stranger whether an address exists (only the domain is read, see [`tenancy`](pleiade_federation::tenancy), and no
//! person is looked up), and leading a browser elsewhere (collectivités' hosts are those of the file). Nothing is granted here.

use super::{SignIn, password::trimmed_login, query::SignInQuery};
use crate::{
    app::App,
    web::{
        errors::{Refusal, html},
        look::Look,
        page::Page,
        return_path::path_after_sign_in,
        route::{Guard, Route},
        site::Site,
    },
};
use askama::Template;
use axum::{
    Form,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use axum_extra::extract::CookieJar;
use chrono::TimeDelta;
use pleiade_core::{Tenant, TenantId};
use pleiade_federation::oidc::MAX_HINT_BYTES;
use serde::Deserialize;
use std::sync::Arc;
use url::{Url, form_urlencoded};

/// Collectivités shown at most.
const MAX_TENANTS: usize = 10;

/// Time for which a browser remembers the collectivité that was chosen.
const CHOICE_TTL: TimeDelta = TimeDelta::days(365);

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::writes("/sign-in/find", Guard::Anybody, post(find_tenants)),
        Route::reads("/sign-in/at/{tenant}", Guard::Anybody, get(choose_tenant)),
    ]
}

#[derive(Template)]
#[template(path = "sign_in_find.html")]
struct FoundPage {
    page: Page,
    tenants: Vec<TenantOption>,
    typed: String,
    back: String,
}

/// A collectivité to sign in for.
pub(super) struct TenantOption {
    pub(super) name: String,
    pub(super) path: String,
}

impl TenantOption {
    pub(super) fn new(tenant: &Tenant, back: &str, hint: Option<&str>) -> Self {
        let path = format!("/sign-in/at/{}?{}", tenant.id, query(back, hint, None));
        Self { name: tenant.name.clone(), path }
    }
}

/// A return path and hints, as the addresses of signing in carry them.
pub(super) fn query(back: &str, login: Option<&str>, provider: Option<&str>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("return", back);
    for (name, value) in [("login_hint", login), ("idp_hint", provider)] {
        if let Some(value) = value.filter(|value| !value.is_empty() && value.len() <= MAX_HINT_BYTES) {
            query.append_pair(name, value);
        }
    }
    query.finish()
}

/// True if people of collectivités look for theirs on this site.
pub(super) fn offers_tenant_search(app: &App, site: &Site) -> bool {
    let elsewhere = |tenant: &Arc<Tenant>| !tenant.hosts.is_empty() || app.sign_in.is_homeless(&tenant.id);
    matches!(site, Site::Operator(_)) && app.demonstration.is_none() && app.tenants.iter().any(elsewhere)
}

impl SignIn {
    /// True if a collectivité's own sources are offered on the common host.
    fn is_homeless(&self, tenant: &TenantId) -> bool {
        self.sources.values().any(|source| source.at_common_host && source.owner.as_ref() == Some(tenant))
    }
}

/// The collectivité that this browser chose before, if there is still one of that name.
pub(super) fn remembered_tenant(app: &App, jar: &CookieJar) -> Option<TenantId> {
    let id = TenantId::new(jar.get(app.cookies().tenant_name())?.value()).ok()?;
    app.tenants.by_id(&id).map(|tenant| tenant.id.clone())
}

#[derive(Deserialize)]
struct FindTenantForm {
    who: String,
    #[serde(rename = "return")]
    back: Option<String>,
}

/// `POST /sign-in/find`: who answers to a name or to the domain of an address. Reads only; a form is posted so that addresses stay out of
/// histories and logs.
async fn find_tenants(
    State(app): State<App>,
    site: Site,
    look: Look,
    Form(typed): Form<FindTenantForm>,
) -> Result<Response, Refusal> {
    if !offers_tenant_search(&app, &site) {
        return Err(Refusal::NotFound);
    }
    let back = path_after_sign_in(typed.back.as_deref());
    let who = trimmed_login(&typed.who);
    let hint = Some(who.as_str()).filter(|who| who.contains('@'));
    let found = app.tenants.finder().suggest(&who, MAX_TENANTS);
    let tenants = found.into_iter().filter_map(|id| app.tenants.by_id(id));
    let tenants = tenants.map(|tenant| TenantOption::new(&tenant, &back, hint)).collect();
    let page = Page::anonymous(&app, &site, look, "/sign-in");
    html(&FoundPage { page, tenants, typed: who, back })
}

/// `GET /sign-in/at/{tenant}`: leads to where a collectivité signs in, and lets the browser remember the choice for a year.
async fn choose_tenant(
    State(app): State<App>,
    site: Site,
    jar: CookieJar,
    Path(id): Path<TenantId>,
    Query(asked): Query<SignInQuery>,
) -> Result<Response, Refusal> {
    let tenant =
        app.tenants.by_id(&id).filter(|_| offers_tenant_search(&app, &site)).ok_or(Refusal::NotFound)?;
    let back = path_after_sign_in(asked.back.as_deref());
    let query = query(&back, asked.login_hint.as_deref(), asked.idp_hint.as_deref());
    let to = match tenant.hosts.first() {
        Some(host) => sign_in_url_at(&app, host, &query).ok_or(Refusal::NotFound)?,
        None => format!("/sign-in?tenant={id}&{query}"),
    };
    let choice = app.cookies().lasting(app.cookies().tenant_name(), id.to_string(), CHOICE_TTL);
    Ok((jar.add(choice), Redirect::to(&to)).into_response())
}

/// The sign-in page of a host of the file, under the scheme and port of our own.
fn sign_in_url_at(app: &App, host: &str, query: &str) -> Option<String> {
    let mut url: Url = app.public_url.clone()?;
    url.set_host(Some(host)).ok()?;
    url.set_path("/sign-in");
    url.set_query(Some(query));
    Some(url.into())
}
