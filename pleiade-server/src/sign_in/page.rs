//! The sign-in page of a site.

use super::{
    Sample, Source,
    find::{self, TenantOption, query},
    query::SignInQuery,
};
use crate::{
    accounts,
    app::App,
    session::MaybeSignedIn,
    web::{
        errors::{Refusal, html_with_status},
        headers::leading_to,
        look::Look,
        outcome::{Outcome, ShownOutcome},
        page::Page,
        return_path::path_after_sign_in,
        site::Site,
    },
};
use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use pleiade_core::{ProviderKind, SourceId, TenantId};
use pleiade_federation::oidc::MAX_HINT_BYTES;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    page: Page,
    place: String,
    forms: Vec<SourceButton>,
    links: Vec<SourceButton>,
    back: String,
    login: String,
    problem: Option<String>,
    samples: Vec<Sample>,
    passkeys: bool,
    /// True if people look for their collectivité here.
    finds: bool,
    /// The collectivité chosen before.
    before: Option<TenantOption>,
    typed: String,
}

struct SourceButton {
    id: SourceId,
    title: String,
    /// The path of its sign-in.
    start: String,
}

/// The options of the sign-in page.
#[derive(Clone, Default)]
pub(super) struct PageOptions<'a> {
    pub(super) back: &'a str,
    pub(super) login: String,
    pub(super) idp_hint: Option<&'a str>,
    /// One source alone.
    pub(super) source: Option<&'a SourceId>,
    /// The collectivité chosen on the common host.
    pub(super) tenant: Option<TenantId>,
    pub(super) before: Option<TenantId>,
    pub(super) problem: Option<&'static str>,
    /// The status of the answer, with a problem.
    pub(super) status: StatusCode,
    /// The outcome of the form that led here.
    pub(super) outcome: Option<Outcome>,
}

/// True if a source asks for a password on our own page.
pub(crate) fn asks_password(kind: ProviderKind) -> bool {
    matches!(kind, ProviderKind::Ldap | ProviderKind::Local)
}

/// The sources that a page shows. Those of collectivités without a host name show on the common host once theirs is chosen.
fn shown_sources<'a>(
    app: &'a App,
    site: &'a Site,
    wanted: &'a PageOptions<'_>,
) -> impl Iterator<Item = &'a Source> {
    app.sign_in.offered(site).filter(move |source| match (site, wanted.source, &wanted.tenant) {
        (_, Some(id), _) => source.provider.id() == id,
        (Site::Tenant(_), ..) => true,
        (.., None) => source.owner.is_none(),
        (.., Some(chosen)) => {
            source.owner.as_ref() == Some(chosen)
                || (source.owner.is_none() && source.offered_to.contains(chosen))
        }
    })
}

/// Writes the page.
pub(super) fn sign_in_page(
    app: &App,
    site: &Site,
    look: Look,
    wanted: &PageOptions<'_>,
) -> Result<Response, Refusal> {
    let mut page = Page::anonymous(app, site, look, "/sign-in");
    page.outcome = wanted.outcome.as_ref().and_then(|outcome| outcome.view(&page.words, None));
    let hint = Some(wanted.login.as_str());
    let (forms, links) = shown_sources(app, site, wanted)
        .map(|source| {
            let id = source.provider.id();
            let start = format!("/sign-in/{id}/start?{}", query(wanted.back, hint, wanted.idp_hint));
            (source.provider.kind(), SourceButton { id: id.clone(), title: source.title.clone(), start })
        })
        .partition::<Vec<_>, _>(|(kind, _)| asks_password(*kind));
    let buttons =
        |list: Vec<(ProviderKind, SourceButton)>| list.into_iter().map(|(_, button)| button).collect();
    let chosen = wanted.tenant.as_ref().and_then(|id| app.tenants.by_id(id));
    let before = wanted.before.as_ref().filter(|id| Some(*id) != wanted.tenant.as_ref());
    let before = before.and_then(|id| app.tenants.by_id(id));
    let shown = shown_sources(app, site, wanted).flat_map(|source| app.sign_in.targets_of(source, site));
    let answer = html_with_status(
        wanted.status,
        &SignInPage {
            place: chosen.as_ref().map_or_else(|| page.tenant.name.clone(), |tenant| tenant.name.clone()),
            forms: buttons(forms),
            links: buttons(links),
            back: wanted.back.to_owned(),
            login: wanted.login.clone(),
            problem: wanted.problem.map(|key| page.words.t(key)),
            samples: app.sign_in.samples.clone(),
            passkeys: accounts::passkeys_offered(&app.accounts, &app.sign_in, site),
            finds: find::offers_tenant_search(app, site),
            before: before.map(|tenant| TenantOption::new(&tenant, wanted.back, None)),
            typed: String::new(),
            page,
        },
    )?;
    Ok(leading_to(answer, shown))
}

/// True if a login that an address proposes may stand in the field for it. Whoever wrote the address wrote it too, and what stands in a form
/// of ours is believed: it is one word of the letters and marks of logins and mail addresses, so that it says nothing to whoever reads it.
fn looks_like_login(hint: &str) -> bool {
    hint.chars().all(|c| c.is_alphanumeric() || "._-@+'\\".contains(c))
}

/// `GET /sign-in`: the sources of this site; leads on at once when there is one and it is elsewhere.
pub(super) async fn page(
    State(app): State<App>,
    site: Site,
    look: Look,
    MaybeSignedIn(session): MaybeSignedIn,
    jar: CookieJar,
    ShownOutcome(outcome): ShownOutcome,
    Query(asked): Query<SignInQuery>,
) -> Result<Response, Refusal> {
    let back = path_after_sign_in(asked.back.as_deref());
    if session.is_some() {
        return Ok(Redirect::to(&back).into_response());
    }
    let finds = find::offers_tenant_search(&app, &site);
    let bounded = |hint: Option<String>| hint.filter(|hint| hint.len() <= MAX_HINT_BYTES);
    let login = bounded(asked.login_hint).filter(|hint| looks_like_login(hint)).unwrap_or_default();
    let idp_hint = bounded(asked.idp_hint);
    let wanted = PageOptions {
        back: &back,
        login,
        idp_hint: idp_hint.as_deref(),
        source: asked.source.as_ref().filter(|id| app.sign_in.source(id, &site).is_some()),
        tenant: asked.tenant.filter(|id| finds && app.tenants.by_id(id).is_some()),
        before: if finds { find::remembered_tenant(&app, &jar) } else { None },
        outcome,
        ..PageOptions::default()
    };
    // Where people look for their collectivité first, the one way of the operator's own people must not swallow them.
    let chosen = !finds || wanted.source.is_some() || wanted.tenant.is_some();
    let buttons: Vec<&Source> = shown_sources(&app, &site, &wanted).collect();
    if let (None, true, [only]) = (&asked.stay, chosen, buttons.as_slice())
        && !asks_password(only.provider.kind())
    {
        let query = query(&back, Some(&wanted.login), wanted.idp_hint);
        return Ok(Redirect::to(&format!("/sign-in/{}/start?{query}", only.provider.id())).into_response());
    }
    sign_in_page(&app, &site, look, &wanted)
}
