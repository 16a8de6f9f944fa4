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
        reader::Reader,
        request_host::RequestHost,
        route::{Guard, Route},
        site::Site,
        words::Words,
    },
};
use axum::{
    Form,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use pleiade_core::{Affiliation, Message, Role};
use serde::Deserialize;

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

/// An account that may be decided about, with what is needed to answer.
struct ChosenAccount<'a> {
    source: &'a Source,
    account: LocalAccount,
    /// The name of its person.
    name: String,
}

impl ChosenAccount<'_> {
    fn note(&self, session: &Session, event: AuditEvent, change: &'static str) -> Note {
        Note::new(event)
            .tenant(&session.actor.acting.tenant)
            .actor(&*session)
            .person(&self.account)
            .source(self.source.provider.id())
            .with("change", change)
    }

    fn words(&self, words: &Words, key: &'static str) -> String {
        let message = Message::new(key).with_text("name", &self.name).with_text("source", &self.source.title);
        words.message(&message)
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

/// The account that a form names. The inner error is the sentence of a refusal.
///
/// # Errors
/// Not found for an account of other collectivités alone: that it exists is not told.
async fn choose<'a>(
    app: &'a App,
    session: &'a Session,
    named: &AccountForm,
) -> Result<Result<ChosenAccount<'a>, &'static str>, Refusal> {
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
    Ok(Ok(ChosenAccount { source, account, name }))
}

fn refused(problem: &'static str) -> InvitePageState {
    InvitePageState { problem: Some(problem), ..InvitePageState::default() }
}

fn back() -> Response {
    Redirect::to(PAGE).into_response()
}

/// `POST /console/people/accounts/reset`: a link by which the person chooses a new password.
async fn reset(
    State(app): State<App>,
    Reader { session, page, .. }: Reader<Administrator>,
    site: Site,
    RequestHost(host): RequestHost,
    Form(named): Form<AccountForm>,
) -> Result<Response, Refusal> {
    let chosen = match choose(&app, &session, &named).await? {
        Ok(chosen) => chosen,
        Err(problem) => return render_invite_page(&app, &session, page, refused(problem)).await,
    };
    let (source, account) = (chosen.source, &chosen.account);
    let policy = app.accounts.policy(source.provider.id()).ok_or(Refusal::NotFound)?;
    let (by, now) = (session.actor.identity.id, app.clock.now());
    let note = chosen.note(&session, AuditEvent::AccountChanged, "reset-link");
    let value = accounts::reset(&app.journal(), note, &app.notices(), policy, account, Some(by), now).await?;
    let address = account_link_url(&app, source, &site, &host, &session.actor.acting.tenant, &value);
    let shown = new_link_view(&app, &session, policy, &account.login, address);
    render_invite_page(&app, &session, page, InvitePageState { shown, ..InvitePageState::default() }).await
}

/// `POST /console/people/accounts/enable`.
async fn enable(
    State(app): State<App>,
    Reader { session, page, .. }: Reader<Administrator>,
    Form(named): Form<AccountForm>,
) -> Result<Response, Refusal> {
    let chosen = match choose(&app, &session, &named).await? {
        Ok(chosen) => chosen,
        Err(problem) => return render_invite_page(&app, &session, page, refused(problem)).await,
    };
    let note = chosen.note(&session, AuditEvent::AccountChanged, "enabled");
    match set_disabled(&app.journal(), note, &app.notices(), &app.departures(), &chosen.account, false).await
    {
        Ok(_) => Ok(back()),
        // The person has another open account of this source by now.
        Err(DepartureError::Storage(StorageError::Conflict)) => {
            render_invite_page(&app, &session, page, refused("console-way-taken")).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /console/people/accounts/disable`: closes the account and what is open through it.
async fn disable(
    State(app): State<App>,
    Reader { session, page, .. }: Reader<Administrator>,
    step: ConfirmationStep,
    Form(named): Form<AccountForm>,
) -> Result<Response, Refusal> {
    let chosen = match choose(&app, &session, &named).await? {
        Ok(chosen) => chosen,
        Err(problem) => return render_invite_page(&app, &session, page, refused(problem)).await,
    };
    let account = &chosen.account;
    if app.administrators().is_last(account.link).await? {
        return render_invite_page(&app, &session, page, refused(administrators::LAST)).await;
    }
    if !step.is_confirmed() {
        let question = Question {
            title: chosen.words(&page.words, "confirm-disable"),
            ends: ["confirm-way-ends", "confirm-way-again"].map(|key| chosen.words(&page.words, key)).into(),
            button: page.words.t("accounts-disable"),
            back: PAGE.to_owned(),
        };
        return step.ask(page, question);
    }
    let note = chosen.note(&session, AuditEvent::AccountChanged, "disabled");
    set_disabled(&app.journal(), note, &app.notices(), &app.departures(), account, true).await?;
    Ok(back())
}

/// `POST /console/people/accounts/clear`: takes every second factor away.
async fn clear(
    State(app): State<App>,
    Reader { session, page, .. }: Reader<Administrator>,
    step: ConfirmationStep,
    Form(named): Form<AccountForm>,
) -> Result<Response, Refusal> {
    let chosen = match choose(&app, &session, &named).await? {
        Ok(chosen) => chosen,
        Err(problem) => return render_invite_page(&app, &session, page, refused(problem)).await,
    };
    if !step.is_confirmed() {
        let question = Question {
            title: chosen.words(&page.words, "confirm-clear"),
            ends: ["confirm-clear-ends", "confirm-clear-then"]
                .map(|key| chosen.words(&page.words, key))
                .into(),
            button: page.words.t("accounts-clear"),
            back: PAGE.to_owned(),
        };
        return step.ask(page, question);
    }
    let account = &chosen.account;
    let note = chosen.note(&session, AuditEvent::SecondFactorChanged, "cleared");
    accounts::clear_factors(&app.journal(), note, &app.notices(), &app.departures(), account).await?;
    Ok(back())
}
