//! `GET /deposit/{connector}`: where to and which files. It asks the application for the places, as the person waits for nothing else here.

use crate::{
    app::App,
    connectors::call_within,
    seal::Purpose,
    session::Session,
    web::{
        errors::{Refusal, html},
        mark,
        page::Page,
        reader::Reader,
        sealed,
        words::Words,
    },
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use chrono::TimeDelta;
use pleiade_core::{
    ActionInput, Connector, ConnectorId, CredentialKind, DepositPlaces, Message, Tenant, TenantId,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

const PURPOSE: Purpose<'static> = Purpose::new("deposit asked");
/// A form that is not sent by then is opened again.
const FORM_TTL: TimeDelta = TimeDelta::hours(1);
/// Rows that are shown at once; the others wait behind a word.
const SHOWN_ROWS: usize = 5;

/// The form that a sealed text stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Asked {
    session: String,
    tenant: TenantId,
    connector: ConnectorId,
    /// Two forms that are open at once are two.
    at: i64,
}

#[derive(Template)]
#[template(path = "deposit.html")]
struct DepositPage {
    page: Page,
    title: String,
    lead: String,
    /// What keeps the form from being shown.
    problem: Option<String>,
    note: Option<String>,
    path: String,
    /// The address that the form is sent to.
    action: String,
    groups: Vec<GroupView>,
    input: Option<InputView>,
    media_type: &'static str,
    shown: Vec<RowView>,
    hidden: Vec<RowView>,
    max_title_chars: usize,
}

struct GroupView {
    name: String,
    places: Vec<(String, String)>,
}

struct InputView {
    label: String,
    required: bool,
    max_chars: usize,
}

struct RowView {
    number: usize,
    label: String,
    title_label: String,
}

/// A connector of the collectivité acted for that takes files in the person's own name, and the collectivité.
///
/// # Errors
/// Not found when there is none, or when it would be let in by an account that may do everything.
pub(super) fn connector(
    app: &App,
    session: &Session,
    id: &ConnectorId,
) -> Result<(Arc<dyn Connector>, Arc<Tenant>), Refusal> {
    let tenant = &session.actor.acting.tenant;
    let connector = app.connectors.get(tenant, id).ok_or(Refusal::NotFound)?.clone();
    let is_own = !connector.descriptor().credentials.contains(&CredentialKind::Technical);
    if connector.deposit().is_none() || !is_own {
        return Err(Refusal::NotFound);
    }
    Ok((connector, app.tenants.by_id(tenant).ok_or(Refusal::NotFound)?))
}

/// True if a sealed text stands for a form of this session, collectivité and connector.
pub(super) fn opened(app: &App, session: &Session, connector: &ConnectorId, asked: &str) -> bool {
    sealed::open::<Asked>(app, PURPOSE, asked).is_some_and(|asked| {
        asked.session == session.id.as_str()
            && asked.tenant == session.actor.acting.tenant
            && asked.connector == *connector
    })
}

/// # Errors
/// Not found when the collectivité has no such connector, or it takes no files.
pub(super) async fn form(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    Path(id): Path<ConnectorId>,
) -> Result<Response, Refusal> {
    let (connector, tenant) = connector(&app, &session, &id)?;
    let deposit = connector.deposit().ok_or(Refusal::NotFound)?;
    let words = page.words.clone();
    let limits = deposit.limits();
    let context = app.call_context(&session, tenant, words.locale);
    let places =
        call_within(app.action_deadline, &id, "list places for files", deposit.places(&context)).await;
    let name = &connector.descriptor().name;
    let (places, problem) = match places {
        Ok(places) if places.places.is_empty() => {
            (places, Some(words.message(&Message::new("deposit-none").with_text("application", name))))
        }
        Ok(places) => (places, None),
        Err(error) => (DepositPlaces::default(), Some(words.message(&error.kind().for_person(name)))),
    };
    let asked = Asked {
        session: session.id.as_str().to_owned(),
        tenant: session.actor.acting.tenant.clone(),
        connector: id.clone(),
        at: app.clock.now().timestamp_micros(),
    };
    let asked = sealed::seal(&app, PURPOSE, asked, FORM_TTL).ok_or(Refusal::BadRequest)?;
    let mark = app.marks().mark(&session).to_string();
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair(mark::FIELD, &mark)
        .append_pair("asked", &asked)
        .finish();
    let path = super::page_path(&id);
    let more = Message::new("deposit-more-places").with_text("application", name);
    let mut rows: Vec<RowView> = (1..=limits.max_files).map(|number| RowView::new(&words, number)).collect();
    let hidden = rows.split_off(SHOWN_ROWS.min(rows.len()));
    html(&DepositPage {
        title: words.message(&deposit.title()),
        lead: words.message(
            &Message::new("deposit-lead")
                .with_number("files", limits.max_files as u64)
                .with_number("megabytes", limits.max_file_bytes as u64 / 1_000_000),
        ),
        problem,
        note: places.more.then(|| words.message(&more)),
        action: format!("{path}/send?{query}"),
        path,
        input: input(&words, &places),
        groups: groups(&words, &places),
        media_type: limits.media_type,
        max_title_chars: limits.max_title_chars,
        shown: rows,
        hidden,
        page,
    })
}

impl RowView {
    fn new(words: &Words, number: usize) -> Self {
        let numbered = |key| words.message(&Message::new(key).with_number("number", number as u64));
        Self { number, label: numbered("deposit-file"), title_label: numbered("deposit-file-title") }
    }
}

fn groups(words: &Words, places: &DepositPlaces) -> Vec<GroupView> {
    let mut groups: Vec<GroupView> = Vec::new();
    for place in &places.places {
        let (name, option) = (words.text(&place.group), (place.id.clone(), words.text(&place.title)));
        match groups.last_mut().filter(|last| last.name == name) {
            Some(last) => last.places.push(option),
            None => groups.push(GroupView { name, places: vec![option] }),
        }
    }
    groups
}

/// The field of the words of a batch: required when every place wants some.
fn input(words: &Words, places: &DepositPlaces) -> Option<InputView> {
    let inputs: Vec<&ActionInput> = places.places.iter().filter_map(|place| place.input.as_ref()).collect();
    let first = inputs.first()?;
    Some(InputView {
        label: words.message(&first.label),
        required: inputs.len() == places.places.len() && inputs.iter().all(|input| input.required),
        max_chars: inputs.iter().map(|input| input.max_chars).max().unwrap_or_default(),
    })
}
