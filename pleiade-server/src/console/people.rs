//! `/console/people`: the people of the collectivité, and what each of them holds there.

use super::{
    identity_links::{self, IdentityLinkView},
    person_decision::{PERSON, back_to_person, person_path, shut_out_refusal},
};
use crate::{
    app::App,
    audit::{AuditEvent, AuditLineView, Note},
    delegation::DelegationView,
    linked_accounts::{self, LinkedAccountLine},
    people::{
        Colleague, MAX_PEOPLE, PeopleQuery, PersonLine, administrators::is_oneself, find_people, is_enough,
        person_name, require_person_here, summary,
    },
    profile::{AffiliationView, SessionView},
    session::{Administrator, Session, SessionLine},
    storage::AuditQuery,
    web::{
        confirm::{ConfirmationStep, Question},
        errors::{Refusal, html},
        look::Look,
        outcome::Outcome,
        page::Page,
        reader::Reader,
        route::{Guard, Route},
        site::Site,
        unwritten,
        words::Words,
    },
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
    routing::{get, post},
};
use pleiade_core::{IdentityId, LinkId, Message, Role};
use pleiade_federation::mapping::{Cause, Explanation, Right};
use std::collections::BTreeSet;

/// Lines of the journal shown with a person.
const MAX_AUDIT_LINES: u32 = 20;

pub(super) fn routes() -> Vec<Route> {
    use Guard::Administrator;
    vec![
        Route::reads("/console/people", Administrator, get(people)),
        Route::reads("/console/people/{person}", Administrator, get(person)),
        Route::writes("/console/people/{person}/sessions/close", Administrator, post(close_sessions))
            .recent(PERSON)
            .confirmed(),
    ]
}

#[derive(Template)]
#[template(path = "console/people.html")]
struct PeoplePage {
    page: Page,
    query: String,
    summary: Option<String>,
    more: Option<String>,
    people: Vec<PersonLine>,
}

async fn people(
    State(app): State<App>,
    Reader { session, page, .. }: Reader<Administrator>,
    Query(asked): Query<PeopleQuery>,
) -> Result<Response, Refusal> {
    let query = asked.text();
    let tenant = &session.actor.acting.tenant;
    let found = if is_enough(&query) {
        find_people(&*app.storage, tenant, &query).await?
    } else {
        app.storage
            .people_of_tenant(tenant, false, MAX_PEOPLE as u32 + 1)
            .await?
            .into_iter()
            .map(Colleague::from)
            .collect()
    };
    let (summary, more) = summary(&page.words, found.len());
    let people =
        found.into_iter().take(MAX_PEOPLE).map(|person| PersonLine::new(&page.words, person)).collect();
    html(&PeoplePage { query, summary: Some(summary), more, people, page })
}

/// The affiliations that each source gives a person here, with the roles that its rules give now, whatever was written at their sign-in.
async fn affiliations_here(
    app: &App,
    session: &Session,
    words: &Words,
    person: IdentityId,
) -> Result<Vec<AffiliationView>, Refusal> {
    let here = &session.actor.acting.tenant;
    let why = app.sessions.explain_at(person, here).await?;
    let mut affiliations = Vec::new();
    for given in app.storage.affiliations(person).await? {
        if given.affiliation.tenant != *here {
            continue;
        }
        let because: Vec<Explanation> =
            why.iter().filter(|one| one.source == given.source).cloned().collect();
        let mut affiliation = given.affiliation;
        affiliation.roles = because
            .iter()
            .filter(|one| !matches!(one.cause, Cause::Withheld { .. }))
            .filter_map(|one| if let Right::Role(role) = one.right { Some(role) } else { None })
            .collect();
        affiliations.push(AffiliationView::new(
            &app.tenants,
            &app.sign_in,
            words,
            &affiliation,
            &because,
            None,
        ));
    }
    Ok(affiliations)
}

/// The sessions in which a person acts for this collectivité.
async fn sessions_here(
    app: &App,
    session: &Session,
    person: IdentityId,
) -> Result<Vec<SessionLine>, Refusal> {
    let mut lines = app.sessions.list(person).await?;
    lines.retain(|line| line.acting == session.actor.acting.tenant);
    Ok(lines)
}

#[derive(Template)]
#[template(path = "console/person.html")]
struct PersonPage {
    page: Page,
    id: IdentityId,
    /// True if it is the reader, who decides nothing about themselves here.
    oneself: bool,
    /// True if the reader gives identity links to other people.
    may_give: bool,
    name: String,
    login: Option<String>,
    mail: Option<String>,
    affiliations: Vec<AffiliationView>,
    identity_links: Vec<IdentityLinkView>,
    linked_accounts: Vec<LinkedAccountLine>,
    sessions: Vec<SessionView>,
    delegations: Vec<DelegationView>,
    lines: Vec<AuditLineView>,
}

async fn person(
    State(app): State<App>,
    Reader { session, page, .. }: Reader<Administrator>,
    Path(id): Path<i64>,
) -> Result<Response, Refusal> {
    let id = IdentityId(id);
    require_person_here(&*app.storage, &session, id).await?;
    let here = &session.actor.acting.tenant;
    let names = app.storage.names_at(id, here).await?.ok_or(Refusal::NotFound)?;
    let theirs: BTreeSet<LinkId> = app
        .storage
        .linked_accounts_of_person(id, here)
        .await?
        .into_iter()
        .map(|linked_account| linked_account.key.link)
        .collect();
    let mut linked_accounts = Vec::new();
    for link in theirs {
        linked_accounts.extend(
            linked_accounts::linked_account_lines(&app.vault(), &app.connectors, &page.words, here, link)
                .await?,
        );
    }
    let query = AuditQuery {
        tenant: Some(session.actor.acting.tenant.clone()),
        of_instance: session.actor.has(Role::Operator),
        person: Some(id),
        before: None,
        limit: MAX_AUDIT_LINES,
    };
    let journal = app.audit_lines(&session, &query).await?;
    let sessions = sessions_here(&app, &session, id).await?;
    let mut delegations = Vec::new();
    for delegation in app.storage.delegations_of_person(&session.actor.acting.tenant, id).await? {
        delegations.push(app.delegation_presenter(&page.words).view(&delegation, id).await?);
    }
    html(&PersonPage {
        delegations,
        id,
        oneself: is_oneself(&session, id),
        may_give: session.actor.has(Role::Operator),
        name: names.display_name,
        login: names.login,
        mail: names.mail.map(|mail| mail.to_string()),
        affiliations: affiliations_here(&app, &session, &page.words, id).await?,
        identity_links: identity_links::link_views(&app, &session, &page.words, id).await?,
        linked_accounts,
        sessions: sessions
            .iter()
            .map(|line| SessionView::new(&app.tenants, &app.sign_in, &page.words, line, None))
            .collect(),
        lines: app.audit_presenter(&page.words).views(journal).await?,
        page,
    })
}

/// `POST /console/people/{person}/sessions/close`: every session in which they act for this collectivité.
async fn close_sessions(
    State(app): State<App>,
    Reader { session, page, .. }: Reader<Administrator>,
    site: Site,
    look: Look,
    step: ConfirmationStep,
    Path(id): Path<i64>,
) -> Result<Response, Refusal> {
    let person = IdentityId(id);
    require_person_here(&*app.storage, &session, person).await?;
    if let Some(refused) = shut_out_refusal(&app, &session, person, None).await? {
        return Ok(refused);
    }
    let mut lines = Vec::new();
    for line in sessions_here(&app, &session, person).await? {
        // Whoever administers a collectivité does not keep the operator out.
        let spared = !session.actor.has(Role::Operator)
            && !app.sessions.holds_at(line.link, Role::Operator).await?.is_empty();
        if !spared {
            lines.push(line);
        }
    }
    if !step.is_confirmed() {
        let name = person_name(&*app.storage, &session.actor.acting.tenant, person).await?;
        let count = u64::try_from(lines.len()).unwrap_or(u64::MAX);
        let ends = Message::new("confirm-sessions-ends").with_number("count", count);
        let question = Question {
            title: page.words.t_with_name("confirm-sessions", &name),
            ends: vec![page.words.message(&ends.with_text("tenant", &page.tenant.name))],
            button: page.words.t("console-person-close-sessions"),
            back: person_path(person),
        };
        return step.ask(page, question);
    }
    let line = |count: usize| {
        let note = Note::new(AuditEvent::SessionsEnded)
            .tenant(&session.actor.acting.tenant)
            .actor(&*session)
            .person(person)
            .with("cause", "administrator")
            .with("count", count);
        app.journal().line(note)
    };
    let (_, end) = app.sessions.close_listed(&lines, &line).await?;
    unwritten::answer(&app, &site, look, end, &person_path(person), || {
        back_to_person(&app, &session, person, Outcome::done("console-told-sessions"))
    })
}
