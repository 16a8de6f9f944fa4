//! The page of a link: somebody chooses the password of their account. Looking at it changes nothing and uses nothing up.

use super::{holder::Holder, profile::LIST_PATH, second_factor, words};
use crate::{
    app::App,
    audit::AuditEvent,
    storage::{AccountLink, LinkPurpose, StorageError},
    web::{
        errors::{Refusal, html_with_status},
        headers::leading_to,
        look::Look,
        page::Page,
        peer::ThrottleKey,
        route::{Guard, Route},
        site::Site,
    },
};
use askama::Template;
use axum::{
    Form,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use axum_extra::extract::CookieJar;
use pleiade_core::{Role, SecretString};
use pleiade_federation::local::codes;
use serde::Deserialize;

pub(super) fn routes() -> Vec<Route> {
    use Guard::Anybody;
    vec![
        Route::reads("/account/{link}", Anybody, get(page)),
        Route::writes("/account/{link}", Anybody, post(choose)),
    ]
}

#[derive(Template)]
#[template(path = "accounts/link.html")]
struct AccountLinkPage {
    page: Page,
    /// The form, or none when the link opens nothing.
    form: Option<AccountLinkForm>,
}

struct AccountLinkForm {
    invited: bool,
    login: String,
    name: String,
    rules: String,
    problem: Option<String>,
}

/// The account that a link opens on this site.
async fn open_account_link(
    app: &App,
    site: &Site,
    value: &str,
) -> Result<Option<(AccountLink, Holder)>, Refusal> {
    let Some(hash) = codes::link_digest(value) else { return Ok(None) };
    let Some(link) = app.storage.account_link(hash, app.clock.now()).await? else { return Ok(None) };
    if app.sign_in.source(&link.source, site).is_none() || app.accounts.policy(&link.source).is_none() {
        return Ok(None);
    }
    let Some(holder) = Holder::by_login(&*app.storage, &link.source, &link.login).await? else {
        return Ok(None);
    };
    Ok(may_still_make(app, &link, &holder).await?.then_some((link, holder)))
}

/// True if whoever made a link still administers a collectivité of the account: one who was dismissed leaves none that opens.
async fn may_still_make(app: &App, link: &AccountLink, holder: &Holder) -> Result<bool, StorageError> {
    let Some(maker) = link.created_by else { return Ok(true) };
    for record in app.storage.links_of_person(maker).await?.into_iter().filter(|record| !record.disabled) {
        let administers = app.sessions.holds_at(record.id, Role::TenantAdministrator).await?;
        if holder.affiliations.iter().any(|affiliation| administers.contains(&affiliation.tenant))
            || !app.sessions.holds_at(record.id, Role::Operator).await?.is_empty()
        {
            return Ok(true);
        }
    }
    Ok(false)
}

fn render_account_link_page(
    app: &App,
    site: &Site,
    look: Look,
    found: Option<&(AccountLink, Holder)>,
    problem: Option<String>,
) -> Result<Response, Refusal> {
    let page = Page::anonymous(app, site, look, "/sign-in");
    let form = found.and_then(|(link, holder)| {
        Some(AccountLinkForm {
            invited: link.purpose == LinkPurpose::Invitation,
            login: link.login.clone(),
            name: holder.names.display_name.clone(),
            rules: words::rules(&page.words, app.accounts.policy(&link.source)?),
            problem,
        })
    });
    let status = match &form {
        None => StatusCode::GONE,
        Some(form) if form.problem.is_some() => StatusCode::CONFLICT,
        Some(_) => StatusCode::OK,
    };
    let source = found.and_then(|(link, _)| app.sign_in.source(&link.source, site));
    let targets = source.into_iter().flat_map(|source| app.sign_in.targets_of(source, site));
    Ok(leading_to(html_with_status(status, &AccountLinkPage { page, form })?, targets))
}

async fn page(
    State(app): State<App>,
    site: Site,
    look: Look,
    Path(value): Path<String>,
) -> Result<Response, Refusal> {
    let found = open_account_link(&app, &site, &value).await?;
    render_account_link_page(&app, &site, look, found.as_ref(), None)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NewPasswordForm {
    password: String,
    again: String,
}

async fn choose(
    State(app): State<App>,
    site: Site,
    look: Look,
    place: ThrottleKey,
    jar: CookieJar,
    Path(value): Path<String>,
    Form(form): Form<NewPasswordForm>,
) -> Result<Response, Refusal> {
    let Some((link, mut holder)) = open_account_link(&app, &site, &value).await? else {
        return render_account_link_page(&app, &site, look, None, None);
    };
    let (Some(policy), Some(source)) =
        (app.accounts.policy(&link.source), app.sign_in.source(&link.source, &site))
    else {
        return Err(Refusal::NotFound);
    };
    let (password, again) = (SecretString::from(form.password), SecretString::from(form.again));
    let tenant = site.tenant();
    let readers = app.words(look.locale_or(tenant.locale), tenant.time_zone);
    let about = holder.known_words(&app.tenants);
    if let Some(problem) = words::problem(&readers, policy, &password, &again, about).await {
        return render_account_link_page(&app, &site, look, Some(&(link, holder)), Some(problem));
    }
    let hashes = app.accounts.hashes.for_known(holder.account.identity.0);
    let hash = hashes.hash(&password).await?;
    let word = match link.purpose {
        LinkPurpose::Invitation => "opened",
        LinkPurpose::Reset => "reset",
    };
    let note = holder.note(AuditEvent::AccountChanged).actor(&holder.account).with("change", word);
    let change = app.journal().begin([note]).await?;
    // Whoever is faster with the same link keeps it.
    if !change.take_account_link(link.hash, app.clock.now()).await? {
        drop(change);
        return render_account_link_page(&app, &site, look, None, None);
    }
    change.set_password_hash(holder.account.link, &hash).await?;
    change.commit().await?;
    holder.account.password_hash = hash;
    // What the person connected and delegated was given by them, and whoever made this link may open the account now.
    app.departures().close(holder.account.link).await?;
    let Some(claims) = holder.claims(&app.storage).await else { return Err(Refusal::NotFound) };
    let visit = second_factor::SignInVisit { site: &site, place, jar, back: LIST_PATH, joins: None };
    second_factor::after_password(&app, source, claims, &password, visit).await
}
