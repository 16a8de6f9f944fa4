//! The ways in of a person, as an administrator sees, closes and opens them: those of their own collectivité's sources, all for the
//! operator. What may be changed is decided by [`linking`].

use super::{
    name, person_here,
    shut_out::{self, is_last, is_oneself},
};
use crate::{
    app::App,
    session::{Administrator, Session},
    sign_in::linking::{self, LinkingError},
    storage::LinkRecord,
    web::{
        confirm::{Question, Step},
        errors::Refusal,
        look::Look,
        page::Page,
        route::{Access, Route},
        words::Words,
    },
};
use axum::{
    Form,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use pleiade_core::{IdentityId, Message, SourceId};
use pleiade_federation::linking::{RefusalReason, Rule};
use serde::Deserialize;

pub(super) const PERSON: &str = "/console/people/{person}";

pub(super) fn routes() -> Vec<Route> {
    use Access::Administrator;
    vec![
        Route::writes("/console/people/{person}/ways/{source}/close", Administrator, post(close))
            .recent(PERSON)
            .confirmed(),
        Route::writes("/console/people/{person}/ways/{source}/open", Administrator, post(open))
            .recent(PERSON),
    ]
}

/// One way in, in words.
#[derive(Debug)]
pub(super) struct WayView {
    pub(super) source: SourceId,
    /// By what the forms name it.
    pub(super) link: String,
    pub(super) title: String,
    /// Since when, and by which rule.
    pub(super) how: String,
    pub(super) closed: bool,
}

/// What the address of the page says after a form. Only known words mean anything.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Told {
    told: Option<String>,
}

impl Told {
    pub(super) fn words(&self, words: &Words) -> Option<String> {
        let key = match self.told.as_deref()? {
            "closed" => "ways-told-closed",
            "open" => "ways-told-open",
            "given" => "ways-told-given",
            "sessions-closed" => "console-told-sessions",
            "access-revoked" => "console-told-access",
            "delegation-ended" => "delegation-told-ended",
            _ => return None,
        };
        Some(words.t(key))
    }

    pub(super) fn problem(&self, words: &Words) -> Option<String> {
        let key = match self.told.as_deref()? {
            "last-way" => "sign-in-last-way",
            "last-administrator" => shut_out::LAST,
            "taken" => "console-way-taken",
            "receiver-has-one" => "give-taken",
            _ => return None,
        };
        Some(words.t(key))
    }
}

/// The ways in of a person that this administrator may see.
pub(super) async fn of(
    app: &App,
    session: &Session,
    words: &Words,
    person: IdentityId,
) -> Result<Vec<WayView>, Refusal> {
    let links = linking::list(app, session, person).await.map_err(refusal)?;
    let view = |LinkRecord { link, disabled, .. }: LinkRecord| WayView {
        link: linking::handle(&link.subject),
        title: app.sign_in.title(&link.source),
        how: format!("{} {}", words.at("ways-since", "when", link.created_at), words.t(rule_key(link.rule))),
        source: link.source,
        closed: disabled,
    };
    Ok(links.into_iter().map(view).collect())
}

fn rule_key(rule: Rule) -> &'static str {
    match rule {
        Rule::First => "console-rule-first",
        Rule::Directory => "console-rule-directory",
        Rule::Mail => "console-rule-mail",
        Rule::Proof => "console-rule-proof",
        _ => "console-rule-administrator",
    }
}

pub(super) fn refusal(error: LinkingError) -> Refusal {
    match error {
        LinkingError::NotFound => Refusal::NotFound,
        LinkingError::Refused(_) => Refusal::Forbidden,
        LinkingError::Storage(error) => error.into(),
        LinkingError::Sessions(_) => {
            let reference = crate::web::reference();
            tracing::error!(reference, %error, "a link was changed, its sessions were not closed");
            Refusal::Broken { reference }
        }
    }
}

#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    link: String,
}

/// A link of somebody of the collectivité, as a form names it.
pub(super) async fn named(
    app: &App,
    session: &Session,
    person: IdentityId,
    source: &SourceId,
    handle: &str,
) -> Result<LinkRecord, Refusal> {
    person_here(app, session, person).await?;
    let links = linking::list(app, session, person).await.map_err(refusal)?;
    links
        .into_iter()
        .find(|one| one.link.source == *source && linking::handle(&one.link.subject) == handle)
        .ok_or(Refusal::NotFound)
}

/// `POST /console/people/{person}/ways/{source}/close`.
async fn close(
    State(app): State<App>,
    Administrator(session): Administrator,
    look: Look,
    step: Step,
    Path((person, source)): Path<(i64, SourceId)>,
    Form(form): Form<Named>,
) -> Result<Response, Refusal> {
    let person = IdentityId(person);
    let found = named(&app, &session, person, &source, &form.link).await?;
    if is_oneself(&session, person) {
        return Ok(back(person, "oneself"));
    }
    if is_last(&app, found.id).await? {
        return Ok(back(person, "last-administrator"));
    }
    if !step.is_confirmed() {
        let page = Page::signed_in(&app, &session, look, "/console/people")?;
        let name = name(&app, &session.actor.acting.tenant, person).await?;
        let title = app.sign_in.title(&source);
        let told = |key: &'static str| {
            page.words.message(&Message::new(key).with_text("name", &name).with_text("source", &title))
        };
        let question = Question {
            title: told("confirm-way"),
            ends: vec![told("confirm-way-ends"), told("confirm-way-again")],
            button: page.words.t("console-person-way-close"),
            back: format!("/console/people/{person}"),
        };
        return step.ask(page, question);
    }
    match linking::disable(&app, &session, &source, &found.link.subject).await {
        Ok(()) => Ok(back(person, "closed")),
        Err(LinkingError::Refused(_)) => Ok(back(person, "last-way")),
        Err(error) => Err(refusal(error)),
    }
}

/// `POST /console/people/{person}/ways/{source}/open`.
async fn open(
    State(app): State<App>,
    Administrator(session): Administrator,
    Path((person, source)): Path<(i64, SourceId)>,
    Form(form): Form<Named>,
) -> Result<Response, Refusal> {
    let person = IdentityId(person);
    let found = named(&app, &session, person, &source, &form.link).await?;
    if is_oneself(&session, person) {
        return Ok(back(person, "oneself"));
    }
    match linking::enable(&app, &session, &source, &found.link.subject).await {
        Ok(()) => Ok(back(person, "open")),
        Err(LinkingError::Refused(RefusalReason::Taken)) => Ok(back(person, "taken")),
        Err(error) => Err(refusal(error)),
    }
}

/// Back to the page of a person, which says what became of a form.
pub(crate) fn back(person: IdentityId, told: &str) -> Response {
    Redirect::to(&format!("/console/people/{person}?told={told}")).into_response()
}
