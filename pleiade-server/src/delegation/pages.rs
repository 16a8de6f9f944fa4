//! `/profile/delegations`: what I gave and received, and a new one.

use super::{
    can_be_delegated,
    form::DelegationForm,
    own::{delegations_of_session, find_receiver, is_me, own_delegation, proposed_delegation},
    path::PAGE,
    question::question_before_end,
    view::DelegationView,
};
use crate::{
    accounts::proof,
    app::App,
    audit::{AuditEvent, Note},
    desk::own_page,
    people::{MAX_PEOPLE, PeopleQuery, PersonLine, find_people, is_enough},
    session::Session,
    web::{
        confirm::ConfirmationStep,
        errors::{Refusal, html},
        outcome::Outcome,
        page::Page,
        part::InPlace,
        reader::Reader,
        route::{Guard, Route},
    },
};
use askama::Template;
use axum::{
    body::Bytes,
    extract::{Path, Query, State},
    response::Response,
    routing::{get, post},
};
use axum_extra::extract::CookieJar;
use pleiade_federation::delegation::{
    Delegation, DelegationParty, EndCause, MAX_OPEN_DELEGATIONS, TermsError,
};

pub(super) fn routes() -> Vec<Route> {
    use Guard::SignedIn;
    vec![
        Route::reads(PAGE, SignedIn, get(delegations)),
        Route::writes("/profile/delegations/new", SignedIn, post(give)).recent(PAGE),
        Route::writes("/profile/delegations/{delegation}/accept", SignedIn, post(accept)),
        Route::writes("/profile/delegations/{delegation}/refuse", SignedIn, post(refuse)),
        Route::writes("/profile/delegations/{delegation}/end", SignedIn, post(end_own_delegation))
            .confirmed(),
    ]
}

#[derive(Template)]
#[template(path = "profile/delegations.html")]
struct DelegationsPage {
    page: Page,
    wrong: Option<String>,
    given: Vec<DelegationView>,
    received: Vec<DelegationView>,
    query: String,
    found: Vec<PersonLine>,
    nobody: bool,
    filled: DelegationForm,
    applications: Vec<ApplicationOption>,
    closed: Option<String>,
    /// The page that asks for a recent proof, when there is none: before the form is filled in, which would be lost on the way.
    prove: Option<String>,
}

struct ApplicationOption {
    id: String,
    name: String,
    chosen: bool,
}

async fn delegations(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    jar: CookieJar,
    Query(asked): Query<PeopleQuery>,
) -> Result<Response, Refusal> {
    let filled = DelegationForm { all: true, ..DelegationForm::default() };
    render_delegations_page(&app, &session, page, &jar, asked.text(), filled, None).await
}

async fn render_delegations_page(
    app: &App,
    session: &Session,
    page: Page,
    jar: &CookieJar,
    query: String,
    filled: DelegationForm,
    wrong: Option<&'static str>,
) -> Result<Response, Refusal> {
    let prove = (!proof::is_recent(app, session, jar)).then(|| proof::address(PAGE));
    let (me, tenant) = (session.actor.identity.id, &session.actor.acting.tenant);
    let (mut given, mut received) = (Vec::new(), Vec::new());
    for delegation in delegations_of_session(&*app.storage, session, tenant).await? {
        let view = app.delegation_presenter(&page.words).view(&delegation, me).await?;
        if delegation.terms.giver.person == me { given.push(view) } else { received.push(view) }
    }
    let searched = is_enough(&query);
    let found: Vec<PersonLine> = if searched {
        let people = find_people(&*app.storage, tenant, &query)
            .await?
            .into_iter()
            .filter(|person| person.identity != me);
        people.take(MAX_PEOPLE).map(|person| PersonLine::new(&page.words, person)).collect()
    } else {
        Vec::new()
    };
    let (mut applications, mut closed) = (Vec::new(), Vec::new());
    for connector in app.connectors.of_tenant(tenant) {
        let descriptor = connector.descriptor();
        if can_be_delegated(&app.credential_rules, &**connector) {
            applications.push(ApplicationOption {
                chosen: filled.connectors.contains(descriptor.id.as_str()),
                id: descriptor.id.to_string(),
                name: descriptor.name.clone(),
            });
        } else {
            closed.push(descriptor.name.clone());
        }
    }
    html(&DelegationsPage {
        prove,
        wrong: wrong.map(|key| page.words.t(key)),
        given,
        received,
        nobody: searched && found.is_empty(),
        query,
        found,
        filled,
        applications,
        closed: (!closed.is_empty()).then(|| page.words.t_with_name("delegation-closed", &closed.join(", "))),
        page,
    })
}

async fn give(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    jar: CookieJar,
    body: Bytes,
) -> Result<Response, Refusal> {
    let tenant = &session.actor.acting.tenant;
    let me = DelegationParty::new(session.actor.identity.id, session.actor.identity.link);
    let filled = DelegationForm::parse(&body);
    let wrong = |page, filled, wrong| {
        render_delegations_page(&app, &session, page, &jar, String::new(), filled, Some(wrong))
    };
    let Some(receiver) = find_receiver(&*app.storage, &app.sessions, tenant, &filled).await? else {
        return wrong(page, filled, "delegation-wrong-nobody").await;
    };
    let may_delegate = |id: &_| {
        let connector = app.connectors.get(tenant, id);
        connector.is_some_and(|connector| can_be_delegated(&app.credential_rules, &**connector))
    };
    let now = app.clock.now();
    let terms = match filled.terms(may_delegate, now, page.words.zone, tenant, me, receiver) {
        Ok(terms) => terms,
        Err(error) => return wrong(page, filled, problem(error)).await,
    };
    let open = app.storage.open_delegations(tenant, session.actor.identity.link, app.clock.now()).await?;
    if open >= MAX_OPEN_DELEGATIONS {
        return wrong(page, filled, "delegation-wrong-many").await;
    }
    let note = Note::new(AuditEvent::DelegationGiven)
        .tenant(tenant)
        .actor(&me)
        .source(&session.source)
        .person(&receiver)
        .with("until", terms.ends_at.to_rfc3339())
        .with("may_treat", terms.scope.may_treat);
    let change = app.journal().begin([note]).await?;
    change.create_delegation(&terms).await?;
    change.commit().await?;
    app.delegations().forget(tenant, receiver.person);
    Ok(back(&app, &session, Outcome::done("delegation-told-given")))
}

fn problem(error: TermsError) -> &'static str {
    match error {
        TermsError::Oneself => "delegation-wrong-oneself",
        TermsError::Backwards => "delegation-wrong-dates",
        TermsError::TooLong => "delegation-wrong-long",
        TermsError::Nothing => "delegation-wrong-nothing",
        _ => "delegation-wrong-reason",
    }
}

fn back(app: &App, session: &Session, outcome: Outcome) -> Response {
    outcome.redirect(app, session, PAGE)
}

/// There is no such delegation of theirs, or it has ended.
fn no_such_delegation() -> Outcome {
    Outcome::failed("delegation-told-nothing")
}

/// What somebody answers to a proposal: the delegation, or what is answered in its place. One of another collectivité of theirs is answered
/// once they act for it.
async fn answered(
    app: &App,
    session: &Session,
    page: Page,
    in_place: bool,
    id: i64,
) -> Result<Result<(Delegation, Page), Response>, Refusal> {
    let found = proposed_delegation(&*app.storage, session, id).await?;
    let Some(delegation) = found else {
        return Ok(Err(no_such_delegation().answer(app, session, &page.words, in_place, PAGE)));
    };
    let page = own_page(app, session, page, &delegation.terms.tenant)?;
    Ok(page.map(|page| (delegation, page)))
}

async fn accept(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    InPlace(in_place): InPlace,
    Path(id): Path<i64>,
) -> Result<Response, Refusal> {
    let (delegation, page) = match answered(&app, &session, page, in_place, id).await? {
        Ok(answered) => answered,
        Err(response) => return Ok(response),
    };
    let (me, tenant) = (session.actor.identity.id, &delegation.terms.tenant);
    let note = Note::new(AuditEvent::DelegationAccepted)
        .tenant(tenant)
        .actor(&*session)
        .source(&session.source)
        .person(&delegation.terms.giver)
        .with("delegation", delegation.id);
    let change = app.journal().begin([note]).await?;
    let accepted = change.accept_delegation(delegation.id, me, app.clock.now()).await?;
    if accepted {
        change.commit().await?;
        app.delegations().forget(tenant, me);
    }
    let outcome = if accepted { Outcome::done("delegation-told-accepted") } else { no_such_delegation() };
    Ok(outcome.answer(&app, &session, &page.words, in_place, PAGE))
}

async fn refuse(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    InPlace(in_place): InPlace,
    Path(id): Path<i64>,
) -> Result<Response, Refusal> {
    let (delegation, page) = match answered(&app, &session, page, in_place, id).await? {
        Ok(answered) => answered,
        Err(response) => return Ok(response),
    };
    let done = app.delegation_endings().end(&delegation, Some(&session), EndCause::Refused).await?;
    let outcome = if done { Outcome::done("delegation-told-refused") } else { no_such_delegation() };
    Ok(outcome.answer(&app, &session, &page.words, in_place, PAGE))
}

async fn end_own_delegation(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    step: ConfirmationStep,
    Path(id): Path<i64>,
) -> Result<Response, Refusal> {
    let me = session.actor.identity.id;
    let Some(delegation) = own_delegation(&*app.storage, &session, id).await? else {
        return Ok(back(&app, &session, no_such_delegation()));
    };
    if !step.is_confirmed() {
        let question =
            question_before_end(&app.delegation_presenter(&page.words), &delegation, me, PAGE.to_owned())
                .await?;
        return step.ask(page, question);
    }
    let cause = if is_me(&session, &delegation.terms.giver) { EndCause::Giver } else { EndCause::Receiver };
    let done = app.delegation_endings().end(&delegation, Some(&session), cause).await?;
    let outcome = if done { Outcome::done("delegation-told-ended") } else { no_such_delegation() };
    Ok(back(&app, &session, outcome))
}
