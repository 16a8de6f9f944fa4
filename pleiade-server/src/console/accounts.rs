//! The decisions of an administrator about a local account of their collectivité: a new link, the end of its second factors, closing it and
//! opening it again.

use super::invite::{InvitePageState, account_link_url, new_link_view, render_invite_page, sources};
use crate::{
    accounts::{self, is_operator, set_disabled},
    app::App,
    audit::{AuditEvent, Note},
    departure::DepartureError,
    people::administrators::{self, is_oneself},
    session::{Administrator, Session},
    sign_in::Source,
    storage::{LocalAccount, StorageError},
    web::{
        confirm::{ConfirmationStep, Question},
        errors::Refusal,
        outcome::Outcome,
        page::Page,
        reader::Reader,
        request_host::RequestHost,
        route::{Guard, Route},
        site::Site,
    },
};
use axum::{
    Form,
    extract::{FromRequest, FromRequestParts as _, Request, State},
    response::{IntoResponse, Response},
    routing::post,
};
use pleiade_core::{Affiliation, Message, Role, SourceId};
use serde::Deserialize;
use std::sync::Arc;

const PAGE: &str = "/console/people/invite";

pub(super) fn routes() -> Vec<Route> {
    use Guard::Administrator;
    vec![
        Route::writes("/console/people/accounts/reset", Administrator, post(reset)).recent(PAGE),
        Route::writes("/console/people/accounts/enable", Administrator, post(enable)).recent(PAGE),
        Route::writes("/console/people/accounts/disable", Administrator, post(disable))
            .recent(PAGE)
            .confirmed(),
        Route::writes("/console/people/accounts/clear", Administrator, post(clear)).recent(PAGE).confirmed(),
    ]
}

/// The fields by which forms name an account.
#[derive(Default, Deserialize)]
#[serde(default)]
struct AccountForm {
    source: String,
    login: String,
}

/// An account that the administrator who asks may decide about, with what is needed to answer. An extractor: whoever may not decide is
/// answered by the page that says why.
struct ChosenAccount {
    session: Arc<Session>,
    page: Page,
    source: SourceId,
    /// The title of its source.
    title: String,
    account: LocalAccount,
    /// The name of its person.
    name: String,
}

impl ChosenAccount {
    fn note(&self, event: AuditEvent, change: &'static str) -> Note {
        Note::new(event)
            .tenant(&self.session.actor.acting.tenant)
            .actor(&*self.session)
            .person(&self.account)
            .source(&self.source)
            .with("change", change)
    }

    fn words(&self, key: &'static str) -> String {
        let message = Message::new(key).with_text("name", &self.name).with_text("source", &self.title);
        self.page.words.message(&message)
    }

    /// The question before `button` does something to the account.
    fn question(&self, title: &'static str, ends: [&'static str; 2], button: &'static str) -> Question {
        Question {
            title: self.words(title),
            ends: ends.map(|key| self.words(key)).into(),
            button: self.page.words.t(button),
            back: PAGE.to_owned(),
        }
    }

    /// The page of accounts, which says why nothing was done.
    async fn refused(self, app: &App, problem: &'static str) -> Result<Response, Refusal> {
        render_invite_page(app, &self.session, self.page, refused(problem)).await
    }

    /// Back to the page of accounts, which tells what was done, with the name of the person.
    fn told(self, app: &App, key: &'static str) -> Response {
        Outcome::done(key).with("name", self.name).redirect(app, &self.session, PAGE)
    }
}

impl FromRequest<App> for ChosenAccount {
    type Rejection = Response;
    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let Reader { session, page, .. } =
            Reader::<Administrator>::from_request_parts(&mut parts, app).await?;
        let form = Form::<AccountForm>::from_request(Request::from_parts(parts, body), app).await;
        let Form(named) = form.map_err(IntoResponse::into_response)?;
        match choose(app, &session, &named).await.map_err(IntoResponse::into_response)? {
            Ok((source, account, name)) => {
                let (source, title) = (source.provider.id().clone(), source.title.clone());
                Ok(Self { session, page, source, title, account, name })
            }
            Err(problem) => {
                Err(render_invite_page(app, &session, page, refused(problem)).await.into_response())
            }
        }
    }
}

/// True if an administrator decides on an account.
fn may_decide(session: &Session, affiliations: &[Affiliation]) -> bool {
    let here = &session.actor.acting.tenant;
    session.actor.has(Role::Operator)
        || (!affiliations.is_empty()
            && affiliations.iter().all(|affiliation| affiliation.tenant == *here)
            && !is_operator(affiliations))
}

/// The account that a form names, with its source and the name of its person. The inner error is the sentence of a refusal.
///
/// # Errors
/// Not found for an account of other collectivités alone: that it exists is not told.
async fn choose<'a>(
    app: &'a App,
    session: &'a Session,
    named: &AccountForm,
) -> Result<Result<(&'a Source, LocalAccount, String), &'static str>, Refusal> {
    let tenant = &session.actor.acting.tenant;
    let source = sources(app, session).find(|source| source.provider.id().as_str() == named.source);
    let source = source.ok_or(Refusal::NotFound)?;
    let id = source.provider.id();
    let account = app.storage.local_account(id, &named.login.to_lowercase()).await?;
    let account = account.ok_or(Refusal::NotFound)?;
    let facts = app.storage.link_facts(account.link).await?.ok_or(Refusal::NotFound)?;
    let affiliations = facts.affiliations;
    if !affiliations.iter().any(|affiliation| affiliation.tenant == *tenant) {
        return Err(Refusal::NotFound);
    }
    if is_oneself(session, account.identity) {
        return Ok(Err(administrators::ONESELF));
    }
    if !may_decide(session, &affiliations) {
        return Ok(Err("accounts-act-elsewhere"));
    }
    let name = facts.names.map_or_else(|| account.login.clone(), |names| names.display_name);
    Ok(Ok((source, account, name)))
}

fn refused(problem: &'static str) -> InvitePageState {
    InvitePageState { problem: Some(problem), ..InvitePageState::default() }
}

/// `POST /console/people/accounts/reset`: a link by which the person chooses a new password.
async fn reset(
    State(app): State<App>,
    site: Site,
    RequestHost(host): RequestHost,
    chosen: ChosenAccount,
) -> Result<Response, Refusal> {
    let source = app.sign_in.any_source(&chosen.source).ok_or(Refusal::NotFound)?;
    let policy = app.accounts.policy(&chosen.source).ok_or(Refusal::NotFound)?;
    let note = chosen.note(AuditEvent::AccountChanged, "reset-link");
    let ChosenAccount { session, page, account, .. } = chosen;
    let (by, now) = (session.actor.identity.id, app.clock.now());
    let value =
        accounts::reset(&app.journal(), note, &app.notices(), policy, &account, Some(by), now).await?;
    let address = account_link_url(&app, source, &site, &host, &session.actor.acting.tenant, &value);
    let shown = new_link_view(&app, &session, policy, &account.login, address);
    render_invite_page(&app, &session, page, InvitePageState { shown, ..InvitePageState::default() }).await
}

/// `POST /console/people/accounts/enable`.
async fn enable(State(app): State<App>, chosen: ChosenAccount) -> Result<Response, Refusal> {
    let note = chosen.note(AuditEvent::AccountChanged, "enabled");
    match set_disabled(&app.journal(), note, &app.notices(), &app.departures(), &chosen.account, false).await
    {
        Ok(_) => Ok(chosen.told(&app, "accounts-told-enabled")),
        // The person has another open account of this source by now.
        Err(DepartureError::Storage(StorageError::Conflict)) => {
            chosen.refused(&app, "console-way-taken").await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /console/people/accounts/disable`: closes the account and what is open through it.
async fn disable(
    State(app): State<App>,
    step: ConfirmationStep,
    chosen: ChosenAccount,
) -> Result<Response, Refusal> {
    if app.administrators().is_last(chosen.account.link).await? {
        return chosen.refused(&app, administrators::LAST).await;
    }
    if !step.is_confirmed() {
        let ends = ["confirm-way-ends", "confirm-way-again"];
        let question = chosen.question("confirm-disable", ends, "accounts-disable");
        return step.ask(chosen.page, question);
    }
    let note = chosen.note(AuditEvent::AccountChanged, "disabled");
    set_disabled(&app.journal(), note, &app.notices(), &app.departures(), &chosen.account, true).await?;
    Ok(chosen.told(&app, "accounts-told-disabled"))
}

/// `POST /console/people/accounts/clear`: takes every second factor away.
async fn clear(
    State(app): State<App>,
    step: ConfirmationStep,
    chosen: ChosenAccount,
) -> Result<Response, Refusal> {
    if !step.is_confirmed() {
        let ends = ["confirm-clear-ends", "confirm-clear-then"];
        let question = chosen.question("confirm-clear", ends, "accounts-clear");
        return step.ask(chosen.page, question);
    }
    let note = chosen.note(AuditEvent::SecondFactorChanged, "cleared");
    accounts::clear_factors(&app.journal(), note, &app.notices(), &app.departures(), &chosen.account).await?;
    Ok(chosen.told(&app, "accounts-told-cleared"))
}
