//! An identity link that the operator gives to another person: for whoever cannot prove both, because a proxy's headers name them, or
//! because none of their links is the operator's.
//!
//! Threat: whoever gets a link holds what its source tells. So the operator alone decides, with a recent proof, between two people of the
//! collectivité that they act for, never about themselves, after a question that names both; both are told.

use super::{
    identity_links::{link_by_handle, refusal},
    person_decision::{PERSON, back_to_person, person_path},
};
use crate::{
    app::App,
    people::{
        self, Colleague, MAX_PEOPLE, PeopleQuery, PersonLine,
        administrators::{ONESELF, is_oneself},
        is_enough, person_name, require_person_here, summary,
    },
    session::{Administrator, Session, require_role},
    sign_in::linking::LinkingError,
    storage::LinkRecord,
    web::{
        confirm::{ConfirmationStep, Question},
        errors::{Refusal, html},
        outcome::Outcome,
        page::Page,
        reader::Reader,
        route::{Guard, Route},
        words::Words,
    },
};
use askama::Template;
use axum::{
    Form,
    extract::{Path, Query, State},
    response::Response,
    routing::{get, post},
};
use pleiade_core::{IdentityId, Message, Role, SourceId};
use pleiade_federation::linking::RefusalReason;
use serde::Deserialize;

const PATH: &str = "/console/people/{person}/ways/{source}/give";

pub(super) fn routes() -> Vec<Route> {
    use Guard::Administrator;
    vec![
        Route::reads(PATH, Administrator, get(choose)),
        Route::writes(PATH, Administrator, post(give)).recent(PERSON).confirmed(),
    ]
}

#[derive(Template)]
#[template(path = "console/give.html")]
struct GivePage {
    page: Page,
    id: IdentityId,
    source: SourceId,
    /// The handle by which forms name the link.
    link: String,
    title: String,
    text: String,
    query: String,
    summary: Option<String>,
    more: Option<String>,
    people: Vec<PersonLine>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct GiveQuery {
    link: String,
    #[serde(flatten)]
    people: PeopleQuery,
}

/// An open link of somebody else, which the operator may give away.
async fn link_to_give(
    app: &App,
    session: &Session,
    person: IdentityId,
    source: &SourceId,
    link: &str,
) -> Result<LinkRecord, Refusal> {
    let found = link_by_handle(app, session, person, source, link).await?;
    require_role(session, Role::Operator)?;
    if found.disabled || is_oneself(session, person) { Err(Refusal::NotFound) } else { Ok(found) }
}

fn sentence(app: &App, words: &Words, key: &'static str, name: &str, source: &SourceId) -> String {
    words.message(&Message::new(key).with_text("name", name).with_text("source", app.sign_in.title(source)))
}

/// `GET /console/people/{person}/ways/{source}/give`: to whom.
async fn choose(
    State(app): State<App>,
    Reader { session, page, .. }: Reader<Administrator>,
    Path((person, source)): Path<(i64, SourceId)>,
    Query(asked): Query<GiveQuery>,
) -> Result<Response, Refusal> {
    let id = IdentityId(person);
    link_to_give(&app, &session, id, &source, &asked.link).await?;
    let here = &session.actor.acting.tenant;
    let query = asked.people.text();
    let mut found: Vec<Colleague> = Vec::new();
    if is_enough(&query) {
        found = people::find_people(&*app.storage, here, &query).await?;
        found.retain(|one| one.identity != id && !is_oneself(&session, one.identity));
    }
    let (counted, more) = summary(&page.words, found.len());
    let name = person_name(&*app.storage, here, id).await?;
    html(&GivePage {
        id,
        link: asked.link,
        title: sentence(&app, &page.words, "give-title", &name, &source),
        text: sentence(&app, &page.words, "give-text", &name, &source),
        summary: is_enough(&query).then_some(counted),
        more,
        people: found.into_iter().take(MAX_PEOPLE).map(|one| PersonLine::new(&page.words, one)).collect(),
        source,
        query,
        page,
    })
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct GiveLinkForm {
    link: String,
    to: i64,
}

/// `POST /console/people/{person}/ways/{source}/give`: gives it.
async fn give(
    State(app): State<App>,
    Reader { session, page, .. }: Reader<Administrator>,
    step: ConfirmationStep,
    Path((person, source)): Path<(i64, SourceId)>,
    Form(form): Form<GiveLinkForm>,
) -> Result<Response, Refusal> {
    let (person, to) = (IdentityId(person), IdentityId(form.to));
    if is_oneself(&session, person) || is_oneself(&session, to) {
        return Ok(back_to_person(&app, &session, person, Outcome::failed(ONESELF)));
    }
    let found = link_to_give(&app, &session, person, &source, &form.link).await?;
    require_person_here(&*app.storage, &session, to).await?;
    if person == to {
        return Err(Refusal::NotFound);
    }
    if !step.is_confirmed() {
        let here = &session.actor.acting.tenant;
        let (giver, receiver) =
            (person_name(&*app.storage, here, person).await?, person_name(&*app.storage, here, to).await?);
        let words = &page.words;
        let title = Message::new("confirm-give").with_text("name", &giver).with_text("to", &receiver);
        let question = Question {
            title: words.message(&title),
            ends: vec![
                sentence(&app, words, "confirm-give-ends", &giver, &source),
                sentence(&app, words, "confirm-give-then", &receiver, &source),
            ],
            button: words.t_with_name("confirm-give-button", &receiver),
            back: person_path(person),
        };
        return step.ask(page, question);
    }
    match app.link_administration().relink(&session, &source, &found.link.subject, to).await {
        Ok(()) => Ok(back_to_person(&app, &session, to, Outcome::done("ways-told-given"))),
        Err(LinkingError::Refused(RefusalReason::Taken)) => {
            Ok(back_to_person(&app, &session, person, Outcome::failed("give-taken")))
        }
        Err(LinkingError::Refused(RefusalReason::LastLink)) => {
            Ok(back_to_person(&app, &session, person, Outcome::failed("sign-in-last-way")))
        }
        Err(error) => Err(refusal(error)),
    }
}
