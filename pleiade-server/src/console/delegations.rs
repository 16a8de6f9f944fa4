//! The delegations of somebody of the collectivité, as an administrator ends them.

use super::person_decision::{back_to_person, person_path, shut_out_refusal};
use crate::{
    app::App,
    delegation::question_before_end,
    session::Administrator,
    web::{
        confirm::ConfirmationStep,
        errors::Refusal,
        outcome::Outcome,
        reader::Reader,
        route::{Guard, Route},
    },
};
use axum::{
    extract::{Path, State},
    response::Response,
    routing::post,
};
use pleiade_core::IdentityId;
use pleiade_federation::delegation::{DelegationId, EndCause};

const PATH: &str = "/console/people/{person}/delegations/{delegation}/end";

pub(super) fn routes() -> Vec<Route> {
    vec![Route::writes(PATH, Guard::Administrator, post(end)).confirmed()]
}

/// `POST /console/people/{person}/delegations/{delegation}/end`: an administrator ends what somebody of the collectivité gave or received.
async fn end(
    State(app): State<App>,
    Reader { session, page, .. }: Reader<Administrator>,
    step: ConfirmationStep,
    Path((person, id)): Path<(i64, i64)>,
) -> Result<Response, Refusal> {
    let (person, tenant) = (IdentityId(person), &session.actor.acting.tenant);
    let found = app.storage.delegation(DelegationId(id)).await?;
    let found = found.filter(|delegation| {
        let terms = &delegation.terms;
        terms.tenant == *tenant && (terms.giver.person == person || terms.receiver.person == person)
    });
    let delegation = found.ok_or(Refusal::NotFound)?;
    if let Some(refused) = shut_out_refusal(&app, &session, person, None).await? {
        return Ok(refused);
    }
    if !step.is_confirmed() {
        let back = person_path(person);
        let question =
            question_before_end(&app.delegation_presenter(&page.words), &delegation, person, back).await?;
        return step.ask(page, question);
    }
    app.delegation_endings().end(&delegation, Some(&session), EndCause::Administrator).await?;
    Ok(back_to_person(&app, &session, person, Outcome::done("delegation-told-ended")))
}
