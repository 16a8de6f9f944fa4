//! The identity links of a person, as an administrator sees, closes and opens them: those of their own collectivité's sources, all for the
//! operator. What may be changed is decided by [`linking`].

use super::person_decision::{PERSON, back_to_person, person_path, shut_out_refusal};
use crate::{
    app::App,
    people::{person_name, require_person_here},
    session::{Administrator, Session},
    sign_in::linking::LinkingError,
    storage::LinkRecord,
    storage::subject_digest,
    web::{
        confirm::{ConfirmationStep, Question},
        errors::Refusal,
        outcome::Outcome,
        reader::Reader,
        route::{Guard, Route},
        words::Words,
    },
};
use axum::{
    Form,
    extract::{Path, State},
    response::Response,
    routing::post,
};
use pleiade_core::{IdentityId, Message, SourceId};
use pleiade_federation::linking::{RefusalReason, Rule};
use serde::Deserialize;

pub(super) fn routes() -> Vec<Route> {
    use Guard::Administrator;
    vec![
        Route::writes("/console/people/{person}/ways/{source}/close", Administrator, post(close))
            .recent(PERSON)
            .confirmed(),
        Route::writes("/console/people/{person}/ways/{source}/open", Administrator, post(open))
            .recent(PERSON),
    ]
}

/// One identity link, in words.
#[derive(Debug)]
pub(super) struct IdentityLinkView {
    pub(super) source: SourceId,
    /// By what the forms name it.
    pub(super) handle: String,
    pub(super) title: String,
    /// Since when, and by which rule.
    pub(super) how: String,
    pub(super) closed: bool,
}

/// The identity links of a person that this administrator may see.
pub(super) async fn link_views(
    app: &App,
    session: &Session,
    words: &Words,
    person: IdentityId,
) -> Result<Vec<IdentityLinkView>, Refusal> {
    let links = app.link_administration().list(session, person).await.map_err(refusal)?;
    let view = |LinkRecord { link, disabled, .. }: LinkRecord| IdentityLinkView {
        handle: subject_digest(&link.subject),
        title: app.sign_in.title(&link.source),
        how: format!(
            "{} {}",
            words.t_with_time("ways-since", "when", link.created_at),
            words.t(rule_key(link.rule))
        ),
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
        error @ LinkingError::Sessions(_) => {
            Refusal::internal("a link was changed, its sessions were not closed", &error)
        }
    }
}

#[derive(Deserialize)]
struct IdentityLinkForm {
    #[serde(default)]
    link: String,
}

/// A link of somebody of the collectivité, as a form names it.
pub(super) async fn link_by_handle(
    app: &App,
    session: &Session,
    person: IdentityId,
    source: &SourceId,
    handle: &str,
) -> Result<LinkRecord, Refusal> {
    require_person_here(&*app.storage, session, person).await?;
    let links = app.link_administration().list(session, person).await.map_err(refusal)?;
    links
        .into_iter()
        .find(|one| one.link.source == *source && subject_digest(&one.link.subject) == handle)
        .ok_or(Refusal::NotFound)
}

/// `POST /console/people/{person}/ways/{source}/close`.
async fn close(
    State(app): State<App>,
    Reader { session, page, .. }: Reader<Administrator>,
    step: ConfirmationStep,
    Path((person, source)): Path<(i64, SourceId)>,
    Form(form): Form<IdentityLinkForm>,
) -> Result<Response, Refusal> {
    let person = IdentityId(person);
    let found = link_by_handle(&app, &session, person, &source, &form.link).await?;
    if let Some(refused) = shut_out_refusal(&app, &session, person, Some(found.id)).await? {
        return Ok(refused);
    }
    if !step.is_confirmed() {
        let name = person_name(&*app.storage, &session.actor.acting.tenant, person).await?;
        let title = app.sign_in.title(&source);
        let told = |key: &'static str| {
            page.words.message(&Message::new(key).with_text("name", &name).with_text("source", &title))
        };
        let question = Question {
            title: told("confirm-way"),
            ends: vec![told("confirm-way-ends"), told("confirm-way-again")],
            button: page.words.t("console-person-way-close"),
            back: person_path(person),
        };
        return step.ask(page, question);
    }
    match app.link_administration().disable(&session, &source, &found.link.subject).await {
        Ok(()) => Ok(back_to_person(&app, &session, person, Outcome::done("ways-told-closed"))),
        Err(LinkingError::Refused(_)) => {
            Ok(back_to_person(&app, &session, person, Outcome::failed("sign-in-last-way")))
        }
        Err(error) => Err(refusal(error)),
    }
}

/// `POST /console/people/{person}/ways/{source}/open`.
async fn open(
    State(app): State<App>,
    Administrator(session): Administrator,
    Path((person, source)): Path<(i64, SourceId)>,
    Form(form): Form<IdentityLinkForm>,
) -> Result<Response, Refusal> {
    let person = IdentityId(person);
    let found = link_by_handle(&app, &session, person, &source, &form.link).await?;
    if let Some(refused) = shut_out_refusal(&app, &session, person, None).await? {
        return Ok(refused);
    }
    match app.link_administration().enable(&session, &source, &found.link.subject).await {
        Ok(()) => Ok(back_to_person(&app, &session, person, Outcome::done("ways-told-open"))),
        Err(LinkingError::Refused(RefusalReason::Taken)) => {
            Ok(back_to_person(&app, &session, person, Outcome::failed("console-way-taken")))
        }
        Err(error) => Err(refusal(error)),
    }
}
