//! `/console/people/invite`: an administrator invites people to local accounts, and looks after the accounts of their collectivité.
//!
//! Threat: the administrator of one collectivité who resets the password of somebody that works for another one too, and so
//! reaches it. They decide on accounts whose every affiliation is to their own collectivité, and only those of the role
//! `operator` decide on the rest. Nobody gives the role `operator` here.

use super::{
    Policy, is_operator,
    links::{self, Invited, LinkError},
    passkeys::{RequestHost, origin},
    set_disabled,
};
use crate::{
    app::App,
    audit::{AuditEvent, Note},
    session::{Administrator, Session},
    sign_in::Source,
    storage::{AccountLine, StorageError},
    web::{
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
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use pleiade_core::{Affiliation, ExposeSecret as _, PersonKind, Role, SecretString, SourceId, TenantId};
use serde::Deserialize;

/// Accounts shown at once.
const MOST: usize = 200;

pub(super) fn routes() -> Vec<Route> {
    use Access::Administrator;
    vec![
        Route::reads("/console/people/invite", Administrator, get(page)),
        Route::writes("/console/people/invite", Administrator, post(invite)),
        Route::writes("/console/people/accounts/{action}", Administrator, post(act)),
    ]
}

struct SourceView {
    id: SourceId,
    title: String,
}

struct AccountView {
    source: SourceId,
    login: String,
    name: String,
    state: &'static str,
    tag: &'static str,
    factors: String,
    disabled: bool,
    has_factors: bool,
}

/// A link just made: shown once.
struct Shown {
    login: String,
    address: String,
    until: String,
}

#[derive(Template)]
#[template(path = "accounts/invite.html")]
struct InvitePage {
    page: Page,
    sources: Vec<SourceView>,
    accounts: Vec<AccountView>,
    form: Invitation,
    shown: Option<Shown>,
    problem: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Invitation {
    source: String,
    login: String,
    name: String,
    mail: String,
    kind: String,
    function: String,
    administrator: String,
}

/// The local sources whose accounts may belong to the collectivité that an administrator acts for: its own, and those of the operator that
/// are offered to it. One that is offered to nobody is the operator's alone, wherever they act.
fn sources<'a>(app: &'a App, session: &'a Session) -> impl Iterator<Item = &'a Source> {
    let tenant = &session.actor.acting.tenant;
    app.accounts.sources().filter_map(|id| app.sign_in.any_source(id)).filter(move |source| {
        match &source.owner {
            Some(owner) => owner == tenant,
            None => source.offered_to.contains(tenant) || session.actor.has(Role::Operator),
        }
    })
}

/// Where somebody opens their link: here when the source is offered here, at their collectivité's own address otherwise.
fn address(
    app: &App,
    source: &Source,
    site: &Site,
    host: &str,
    tenant: &TenantId,
    value: &SecretString,
) -> Option<String> {
    let elsewhere = app.tenants.by_id(tenant).and_then(|tenant| tenant.hosts.first().cloned());
    let host = if source.is_offered_at(site) { host.to_owned() } else { elsewhere? };
    origin(app, &host)?.join(&format!("/account/{}", value.expose_secret())).ok().map(String::from)
}

impl AccountView {
    fn new(line: AccountLine, page: &Page) -> Self {
        let (state, tag) = match (line.disabled, line.has_password) {
            (true, _) => ("accounts-state-disabled", "late"),
            (false, false) => ("accounts-state-invited", "soon"),
            (false, true) => ("accounts-state-open", "good"),
        };
        Self {
            source: line.source,
            login: line.login,
            name: line.display_name,
            state,
            tag,
            factors: page.words.count(
                "accounts-factors-count",
                "count",
                line.factors.try_into().unwrap_or_default(),
            ),
            disabled: line.disabled,
            has_factors: line.factors > 0,
        }
    }
}

/// What the page says beside its lists.
#[derive(Default)]
struct Said {
    form: Invitation,
    shown: Option<Shown>,
    problem: Option<&'static str>,
}

async fn show(app: &App, session: &Session, look: Look, said: Said) -> Result<Response, Refusal> {
    let page = Page::signed_in(app, session, look, "/console/people")?;
    let tenant = &session.actor.acting.tenant;
    let mut accounts = Vec::new();
    let mut offered = Vec::new();
    for source in sources(app, session) {
        let id = source.provider.id();
        offered.push(SourceView { id: id.clone(), title: source.title.clone() });
        let lines = app.storage.local_accounts(id, Some(tenant)).await?;
        accounts.extend(lines.into_iter().take(MOST).map(|line| AccountView::new(line, &page)));
    }
    let mut response = html(&InvitePage {
        sources: offered,
        accounts,
        form: said.form,
        shown: said.shown,
        problem: said.problem.map(|key| page.words.t(key)),
        page,
    })?;
    if said.problem.is_some() {
        *response.status_mut() = StatusCode::CONFLICT;
    }
    Ok(response)
}

async fn page(
    State(app): State<App>,
    Administrator(session): Administrator,
    look: Look,
) -> Result<Response, Refusal> {
    show(&app, &session, look, Said::default()).await
}

fn shown(
    app: &App,
    session: &Session,
    policy: &Policy,
    login: &str,
    address: Option<String>,
) -> Option<Shown> {
    let zone = app.tenants.by_id(&session.actor.acting.tenant)?;
    let words = app.words(zone.locale, zone.time_zone);
    let until = words.at("accounts-link-until", "when", app.clock.now() + policy.link_life);
    Some(Shown { login: login.to_owned(), address: address?, until })
}

/// `POST /console/people/invite`: a new account for the collectivité that the administrator acts for, and the link that opens it.
async fn invite(
    State(app): State<App>,
    Administrator(session): Administrator,
    site: Site,
    RequestHost(host): RequestHost,
    look: Look,
    Form(form): Form<Invitation>,
) -> Result<Response, Refusal> {
    let tenant = &session.actor.acting.tenant;
    let source = sources(&app, &session)
        .find(|source| form.source.is_empty() || source.provider.id().as_str() == form.source);
    let Some((source, policy)) =
        source.and_then(|source| Some((source, app.accounts.policy(source.provider.id())?)))
    else {
        return show(
            &app,
            &session,
            look,
            Said { problem: Some("accounts-invite-no-source"), ..Said::default() },
        )
        .await;
    };
    let id = source.provider.id();
    let refused = |form, problem| Said { form, problem: Some(problem), shown: None };
    let mail = match form.mail.trim() {
        "" => None,
        written => match written.parse() {
            Ok(mail) => Some(mail),
            Err(_) => {
                return show(&app, &session, look, refused(form, "accounts-invite-mail")).await;
            }
        },
    };
    let name: String = form.name.trim().chars().filter(|c| !c.is_control()).take(120).collect();
    let Ok(login) = links::normal(&form.login) else {
        return show(&app, &session, look, refused(form, "accounts-invite-login")).await;
    };
    let mut affiliation = Affiliation::new(tenant.clone(), form.kind.parse().unwrap_or(PersonKind::Agent));
    let function: String = form.function.trim().chars().filter(|c| !c.is_control()).take(120).collect();
    affiliation.function = Some(function).filter(|function| !function.is_empty());
    if !form.administrator.is_empty() {
        affiliation.roles.insert(Role::TenantAdministrator);
    }
    let me = session.actor.identity.id;
    let note = Note::new(AuditEvent::AccountInvited)
        .at(tenant)
        .by(me)
        .through(id)
        .with("administrator", affiliation.roles.contains(&Role::TenantAdministrator));
    let person = Invited {
        login: login.clone(),
        display_name: if name.is_empty() { login.clone() } else { name },
        mail,
        affiliations: vec![affiliation],
        owner: source.owner.clone(),
    };
    if app.storage.local_account(id, &login).await?.is_some() {
        return show(&app, &session, look, refused(form, "accounts-invite-taken")).await;
    }
    app.record(note).await?;
    match links::invite(&app.storage, policy, id, person, Some(me), app.clock.now()).await {
        Ok((_, value)) => {
            let address = address(&app, source, &site, &host, tenant, &value);
            let shown = shown(&app, &session, policy, &login, address);
            show(&app, &session, look, Said { shown, ..Said::default() }).await
        }
        Err(LinkError::Taken) => show(&app, &session, look, refused(form, "accounts-invite-taken")).await,
        Err(error) => Err(super::broken(&error)),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Chosen {
    source: String,
    login: String,
}

/// Whether an administrator decides on an account.
fn may_decide(session: &Session, ties: &[Affiliation]) -> bool {
    let here = &session.actor.acting.tenant;
    session.actor.has(Role::Operator)
        || (!ties.is_empty() && ties.iter().all(|tie| tie.tenant == *here) && !is_operator(ties))
}

/// `POST /console/people/accounts/{action}`: `reset`, `disable`, `enable` or `clear` (second factors), for one account.
async fn act(
    State(app): State<App>,
    Administrator(session): Administrator,
    site: Site,
    RequestHost(host): RequestHost,
    look: Look,
    Path(action): Path<String>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Refusal> {
    let tenant = session.actor.acting.tenant.clone();
    let back = || Redirect::to("/console/people/invite").into_response();
    let source = sources(&app, &session).find(|source| source.provider.id().as_str() == chosen.source);
    let Some((source, policy)) =
        source.and_then(|source| Some((source, app.accounts.policy(source.provider.id())?)))
    else {
        return Err(Refusal::NotFound);
    };
    let id = source.provider.id();
    let Some(account) = app.storage.local_account(id, &chosen.login.to_lowercase()).await? else {
        return Err(Refusal::NotFound);
    };
    let ties: Vec<Affiliation> =
        app.storage.link_facts(account.link).await?.map_or_else(Vec::new, |facts| facts.ties);
    // Somebody of other collectivités alone does not exist here.
    if !ties.iter().any(|tie| tie.tenant == tenant) {
        return Err(Refusal::NotFound);
    }
    if !may_decide(&session, &ties) {
        let said = Said { problem: Some("accounts-act-elsewhere"), ..Said::default() };
        return show(&app, &session, look, said).await;
    }
    let by = session.actor.identity.id;
    let note = |event, name, value: &'static str| {
        Note::new(event).at(&tenant).by(by).about(account.identity).through(id).with(name, value)
    };
    match action.as_str() {
        "reset" => {
            app.record(note(AuditEvent::AccountChanged, "change", "reset-link")).await?;
            let made =
                links::reset(&app.storage, policy, id, &account.login, Some(by), app.clock.now()).await;
            let value = made.map_err(|error| super::broken(&error))?;
            let address = address(&app, source, &site, &host, &tenant, &value);
            let shown = shown(&app, &session, policy, &account.login, address);
            show(&app, &session, look, Said { shown, ..Said::default() }).await
        }
        "disable" | "enable" => {
            let disabled = action == "disable";
            let change = if disabled { "disabled" } else { "enabled" };
            app.record(note(AuditEvent::AccountChanged, "change", change)).await?;
            set_disabled(&app, &account, disabled).await.map_err(StorageError::from)?;
            Ok(back())
        }
        "clear" => {
            app.record(note(AuditEvent::SecondFactorChanged, "change", "cleared")).await?;
            app.storage.clear_factors(account.link).await?;
            app.sessions.close_link(account.link).await.map_err(|error| super::broken(&error))?;
            Ok(back())
        }
        _ => Err(Refusal::NotFound),
    }
}
