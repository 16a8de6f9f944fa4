//! What every decision about somebody of the collectivité shares: who is not decided about, and the page that tells what became of it.

use crate::{
    app::App,
    people::administrators::{LAST, ONESELF, is_oneself},
    session::Session,
    web::{errors::Refusal, outcome::Outcome},
};
use axum::response::Response;
use pleiade_core::{IdentityId, LinkId};

/// The page of a person, in axum's notation.
pub(super) const PERSON: &str = "/console/people/{person}";

/// The page of a person.
pub(super) fn person_path(person: IdentityId) -> String {
    format!("/console/people/{person}")
}

/// Back to the page of a person, which tells what became of a form.
pub(super) fn back_to_person(app: &App, session: &Session, person: IdentityId, outcome: Outcome) -> Response {
    outcome.redirect(app, session, &person_path(person))
}

/// The answer to an administrator who is about to shut out themselves, or, with `closing`, whoever is the last to administer a
/// collectivité by that link; none when they may go on. To be asked before the question.
///
/// # Errors
/// Those of storage.
pub(super) async fn shut_out_refusal(
    app: &App,
    session: &Session,
    person: IdentityId,
    closing: Option<LinkId>,
) -> Result<Option<Response>, Refusal> {
    let why = match closing {
        _ if is_oneself(session, person) => Some(ONESELF),
        Some(link) if app.administrators().is_last(link).await? => Some(LAST),
        _ => None,
    };
    Ok(why.map(|why| back_to_person(app, session, person, Outcome::failed(why))))
}
