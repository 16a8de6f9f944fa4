//! `/console/people/invite`: an administrator invites people to local accounts, and looks after the accounts of their collectivité.
//!
//! Threat: the administrator of one collectivité who resets the password of somebody that works for another one too, and so
//! reaches it. They decide on accounts whose every affiliation is to their own collectivité, and only those of the role
//! `operator` decide on the rest. Nobody gives the role `operator` here.

use crate::{
    accounts::{self, AccountLinkError, NewAccount, Policy, ceremonies::origin, proof},
    app::App,
    audit::{AuditEvent, Note},
    people::administrators::is_oneself,
    session::{Administrator, Session},
    sign_in::Source,
    storage::AccountLine,
    web::{
        errors::{Refusal, html_with_status},
        page::Page,
        reader::Reader,
        request_host::RequestHost,
        route::{Guard, Route},
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
use pleiade_core::{Affiliation, ExposeSecret as _, PersonKind, Role, SecretString, SourceId, TenantId};
use serde::Deserialize;

const PAGE: &str = "/console/people/invite";
/// The page's place in the menu of the console.
const SECTION: &str = "/console/people";
/// Accounts shown at once.
const MAX_ACCOUNTS: usize = 200;

pub(super) fn routes() -> Vec<Route> {
    use Guard::Administrator;
    vec![
        Route::reads(PAGE, Administrator, get(page)).in_section(SECTION),
        Route::writes(PAGE, Administrator, post(invite)).recent(PAGE).in_section(SECTION),
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
    /// True if it is the reader's own, about which they decide nothing here.
    mine: bool,
}

/// A link just made: shown once.
pub(super) struct NewLinkView {
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
    shown: Option<NewLinkView>,
    problem: Option<String>,
    prove: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Invitation {
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
pub(super) fn sources<'a>(app: &'a App, session: &'a Session) -> impl Iterator<Item = &'a Source> {
    let tenant = &session.actor.acting.tenant;
    app.accounts.sources().filter_map(|id| app.sign_in.any_source(id)).filter(move |source| {
        match &source.owner {
            Some(owner) => owner == tenant,
            None => source.offered_to.contains(tenant) || session.actor.has(Role::Operator),
        }
    })
}

/// The address at which an account link opens: here when the source is offered here, at the host of the collectivité otherwise.
pub(super) fn account_link_url(
    app: &App,
    source: &Source,
    site: &Site,
    host: &str,
    tenant: &TenantId,
    value: &SecretString,
) -> Option<String> {
    let elsewhere = app.tenants.by_id(tenant).and_then(|tenant| tenant.hosts.first().cloned());
    let host = if source.is_offered_at(site) { host.to_owned() } else { elsewhere? };
    origin(app.public_url.as_ref(), &host)?
        .join(&format!("/account/{}", value.expose_secret()))
        .ok()
        .map(String::from)
}

impl AccountView {
    fn new(line: AccountLine, session: &Session, page: &Page) -> Self {
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
            mine: is_oneself(session, line.identity),
        }
    }
}

/// The state of the page beside its lists.
#[derive(Default)]
pub(super) struct InvitePageState {
    pub(super) form: Invitation,
    pub(super) shown: Option<NewLinkView>,
    pub(super) problem: Option<&'static str>,
    /// The page that asks for a recent proof, when there is none: before the form is filled in, which would be lost on the way.
    pub(super) prove: Option<String>,
}

pub(super) async fn render_invite_page(
    app: &App,
    session: &Session,
    page: Page,
    said: InvitePageState,
) -> Result<Response, Refusal> {
    let tenant = &session.actor.acting.tenant;
    let mut accounts = Vec::new();
    let mut offered = Vec::new();
    for source in sources(app, session) {
        let id = source.provider.id();
        offered.push(SourceView { id: id.clone(), title: source.title.clone() });
        let lines = app.storage.local_accounts(id, Some(tenant)).await?;
        accounts
            .extend(lines.into_iter().take(MAX_ACCOUNTS).map(|line| AccountView::new(line, session, &page)));
    }
    let status = if said.problem.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let shown = InvitePage {
        sources: offered,
        accounts,
        form: said.form,
        shown: said.shown,
        prove: said.prove,
        problem: said.problem.map(|key| page.words.t(key)),
        page,
    };
    html_with_status(status, &shown)
}

async fn page(
    State(app): State<App>,
    Reader { session, page, .. }: Reader<Administrator>,
    jar: CookieJar,
) -> Result<Response, Refusal> {
    let prove = (!proof::is_recent(&app, &session, &jar)).then(|| proof::address(PAGE));
    render_invite_page(&app, &session, page, InvitePageState { prove, ..InvitePageState::default() }).await
}

pub(super) fn new_link_view(
    app: &App,
    session: &Session,
    policy: &Policy,
    login: &str,
    address: Option<String>,
) -> Option<NewLinkView> {
    let zone = app.tenants.by_id(&session.actor.acting.tenant)?;
    let words = app.words(zone.locale, zone.time_zone);
    let until = words.t_with_time("accounts-link-until", "when", app.clock.now() + policy.link_life);
    Some(NewLinkView { login: login.to_owned(), address: address?, until })
}

/// `POST /console/people/invite`: a new account for the collectivité that the administrator acts for, and the link that opens it.
async fn invite(
    State(app): State<App>,
    Reader { session, page, .. }: Reader<Administrator>,
    site: Site,
    RequestHost(host): RequestHost,
    Form(form): Form<Invitation>,
) -> Result<Response, Refusal> {
    let tenant = &session.actor.acting.tenant;
    let source = sources(&app, &session)
        .find(|source| form.source.is_empty() || source.provider.id().as_str() == form.source);
    let Some((source, policy)) =
        source.and_then(|source| Some((source, app.accounts.policy(source.provider.id())?)))
    else {
        return render_invite_page(
            &app,
            &session,
            page,
            InvitePageState { problem: Some("accounts-invite-no-source"), ..InvitePageState::default() },
        )
        .await;
    };
    let id = source.provider.id();
    let refused =
        |form, problem| InvitePageState { form, problem: Some(problem), ..InvitePageState::default() };
    let mail = match form.mail.trim() {
        "" => None,
        written => match written.parse() {
            Ok(mail) => Some(mail),
            Err(_) => {
                return render_invite_page(&app, &session, page, refused(form, "accounts-invite-mail")).await;
            }
        },
    };
    let name: String = form.name.trim().chars().filter(|c| !c.is_control()).take(120).collect();
    let Ok(login) = accounts::normalized_login(&form.login) else {
        return render_invite_page(&app, &session, page, refused(form, "accounts-invite-login")).await;
    };
    let mut affiliation = Affiliation::new(tenant.clone(), form.kind.parse().unwrap_or(PersonKind::Agent));
    let function: String = form.function.trim().chars().filter(|c| !c.is_control()).take(120).collect();
    affiliation.function = Some(function).filter(|function| !function.is_empty());
    if !form.administrator.is_empty() {
        affiliation.roles.insert(Role::TenantAdministrator);
    }
    let note = Note::new(AuditEvent::AccountInvited)
        .tenant(tenant)
        .actor(&*session)
        .source(id)
        .with("account", &login)
        .with("administrator", affiliation.roles.contains(&Role::TenantAdministrator));
    let person = NewAccount {
        login: login.clone(),
        display_name: if name.is_empty() { login.clone() } else { name },
        mail,
        affiliations: vec![affiliation],
        owner: source.owner.clone(),
    };
    if app.storage.local_account(id, &login).await?.is_some() {
        return render_invite_page(&app, &session, page, refused(form, "accounts-invite-taken")).await;
    }
    let (me, now) = (session.actor.identity.id, app.clock.now());
    match accounts::invite(&app.journal(), note, policy, id, person, Some(me), now).await {
        Ok((_, value)) => {
            let address = account_link_url(&app, source, &site, &host, tenant, &value);
            let shown = new_link_view(&app, &session, policy, &login, address);
            render_invite_page(&app, &session, page, InvitePageState { shown, ..InvitePageState::default() })
                .await
        }
        Err(AccountLinkError::Taken) => {
            render_invite_page(&app, &session, page, refused(form, "accounts-invite-taken")).await
        }
        Err(error) => Err(error.into()),
    }
}
