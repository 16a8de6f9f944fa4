//! `/profile/delegations`: what I gave and received, and a new one.

use super::{can_be_delegated, form::DelegationForm, view::DelegationView};
use crate::{
    accounts::proof,
    app::App,
    audit::{AuditEvent, Note},
    people::{MAX_PEOPLE, PeopleQuery, PersonLine, find_people, is_enough, person_name},
    session::{Session, SignedIn},
    storage::StorageError,
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
    body::Bytes,
    extract::{Path, Query, State},
    response::Response,
    routing::{get, post},
};
use axum_extra::extract::CookieJar;
use pleiade_core::{IdentityId, LinkId, Message, TenantId};
use pleiade_federation::delegation::{
    Delegation, DelegationId, DelegationParty, EndCause, MAX_OPEN_DELEGATIONS, TermsError,
};

const PAGE: &str = "/profile/delegations";

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
    applications: Vec<ReceiverOption>,
    closed: Option<String>,
    /// The page that asks for a recent proof, when there is none: before the form is filled in, which would be lost on the way.
    prove: Option<String>,
}

struct ReceiverOption {
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
    for delegation in of_session(app, session, tenant).await? {
        let view = app.delegation_reader(&page.words).view(&delegation, me).await?;
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
        if can_be_delegated(&app.credential_rules, &descriptor.id) {
            applications.push(ReceiverOption {
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

/// A colleague: somebody of the collectivité that I act for, by the link that ties them to it. By number when found, else by exact login or
/// address, if that is one.
async fn colleague(
    app: &App,
    tenant: &TenantId,
    filled: &DelegationForm,
) -> Result<Option<DelegationParty>, StorageError> {
    if let Some(link) = filled.receiver.map(LinkId) {
        let facts = app.sessions.facts(link).await?;
        let here = facts.filter(|facts| app.sessions.judge(facts, tenant).is_some());
        return Ok(here.map(|facts| DelegationParty::new(facts.own.identity, link)));
    }
    if !is_enough(&filled.to) {
        return Ok(None);
    }
    let typed = filled.to.to_lowercase();
    let mut exact: Vec<DelegationParty> = find_people(&*app.storage, tenant, &filled.to)
        .await?
        .into_iter()
        .filter(|person| {
            let mail = person.names.mail.as_ref().map(|mail| mail.to_string().to_lowercase());
            let login = person.names.login.as_ref().map(|login| login.to_lowercase());
            [mail, login].contains(&Some(typed.clone()))
        })
        .map(|person| DelegationParty::new(person.identity, person.link))
        .collect();
    exact.dedup();
    Ok(if exact.len() == 1 { exact.pop() } else { None })
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
    let Some(receiver) = colleague(&app, tenant, &filled).await? else {
        return wrong(page, filled, "delegation-wrong-nobody").await;
    };
    let may_delegate =
        |id: &_| app.connectors.get(tenant, id).is_some() && can_be_delegated(&app.credential_rules, id);
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

/// True if a side is the person of a session, by one of the links whose facts it reads.
fn is_me(session: &Session, side: &DelegationParty) -> bool {
    side.person == session.actor.identity.id && side.is_among(&session.links)
}

/// The delegations that a session's person gave and received in a collectivité by the links whose facts it reads. A link that has just come
/// to somebody else tells nothing of theirs to a session that is remembered.
///
/// # Errors
/// Those of storage.
pub async fn of_session(
    app: &App,
    session: &Session,
    tenant: &TenantId,
) -> Result<Vec<Delegation>, StorageError> {
    let mut all = app.storage.delegations_by(tenant, session.links).await?;
    all.retain(|Delegation { terms, .. }| {
        [terms.giver, terms.receiver].iter().any(|side| is_me(session, side))
    });
    Ok(all)
}

/// A delegation of the collectivité that I act for, of which I am one of the two people. Anything else does not exist.
async fn own_delegation(app: &App, session: &Session, id: i64) -> Result<Option<Delegation>, StorageError> {
    let found = app.storage.delegation(DelegationId(id)).await?;
    Ok(found.filter(|delegation| {
        let terms = &delegation.terms;
        terms.tenant == session.actor.acting.tenant
            && [terms.giver, terms.receiver].iter().any(|side| is_me(session, side))
    }))
}

async fn accept(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    Path(id): Path<i64>,
) -> Result<Response, Refusal> {
    let me = session.actor.identity.id;
    let Some(delegation) =
        own_delegation(&app, &session, id).await?.filter(|found| is_me(&session, &found.terms.receiver))
    else {
        return Ok(back(&app, &session, no_such_delegation()));
    };
    let tenant = &delegation.terms.tenant;
    let note = Note::new(AuditEvent::DelegationAccepted)
        .tenant(tenant)
        .actor(&session.actor.identity)
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
    Ok(back(&app, &session, outcome))
}

async fn refuse(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    Path(id): Path<i64>,
) -> Result<Response, Refusal> {
    let me = session.actor.identity.id;
    let waits = |found: &Delegation| is_me(&session, &found.terms.receiver) && found.accepted_at.is_none();
    let Some(delegation) = own_delegation(&app, &session, id).await?.filter(waits) else {
        return Ok(back(&app, &session, no_such_delegation()));
    };
    let done = app.delegation_endings().end(&delegation, Some(me), EndCause::Refused).await?;
    let outcome = if done { Outcome::done("delegation-told-refused") } else { no_such_delegation() };
    Ok(back(&app, &session, outcome))
}

/// The question before the end of a delegation, as `reader`, one of its two people, reads it.
pub(crate) async fn question_before_end(
    app: &App,
    words: &Words,
    delegation: &Delegation,
    reader: IdentityId,
    back: String,
) -> Result<Question, Refusal> {
    let terms = &delegation.terms;
    let (giver, receiver) = (
        person_name(&*app.storage, &terms.tenant, terms.giver.person).await?,
        person_name(&*app.storage, &terms.tenant, terms.receiver.person).await?,
    );
    let view = app.delegation_reader(words).view(delegation, reader).await?;
    let title = Message::new("confirm-delegation").with_text("giver", giver).with_text("receiver", receiver);
    Ok(Question {
        title: words.message(&title),
        ends: vec![
            format!("{} {}. {}", view.dates, view.scope, view.reason),
            words.t("confirm-delegation-ends"),
        ],
        button: words.t("delegation-end"),
        back,
    })
}

async fn end_own_delegation(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    step: ConfirmationStep,
    Path(id): Path<i64>,
) -> Result<Response, Refusal> {
    let me = session.actor.identity.id;
    let Some(delegation) = own_delegation(&app, &session, id).await? else {
        return Ok(back(&app, &session, no_such_delegation()));
    };
    if !step.is_confirmed() {
        let question = question_before_end(&app, &page.words, &delegation, me, PAGE.to_owned()).await?;
        return step.ask(page, question);
    }
    let cause = if is_me(&session, &delegation.terms.giver) { EndCause::Giver } else { EndCause::Receiver };
    let done = app.delegation_endings().end(&delegation, Some(me), cause).await?;
    let outcome = if done { Outcome::done("delegation-told-ended") } else { no_such_delegation() };
    Ok(back(&app, &session, outcome))
}
