//! The page of a search, and the parts of it that a script asks for.

use super::{
    applications::{Searchable, find, search_all, searchable},
    known::{KnownSearch, MAX_RESULTS},
    results::ResultGroup,
};
use crate::{
    app::App,
    desk::own_cards::OwnCards,
    web::{
        errors::{Refusal, html},
        page::Page,
        part::{InPlace, PartKind},
        reader::Reader,
    },
};
use askama::Template;
use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use pleiade_core::{ConnectorId, SearchQuery};
use serde::Deserialize;

/// The form of a search.
#[derive(Deserialize)]
pub(super) struct SearchForm {
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "search.html", blocks = ["results"])]
struct SearchPage {
    page: Page,
    typed: String,
    /// True if enough was typed to look for.
    asked: bool,
    groups: Vec<ResultGroup>,
    /// The applications that a script still asks: their path and their name.
    waiting: Vec<(String, String)>,
    new_window: String,
}

#[derive(Template)]
#[template(path = "search_group.html")]
struct GroupPart {
    group: ResultGroup,
    new_window: String,
}

/// `GET /search`: the empty form.
pub(super) async fn form(Reader { page, .. }: Reader) -> Result<Response, Refusal> {
    html(&SearchPage::new(page, String::new()))
}

impl SearchPage {
    fn new(page: Page, typed: String) -> Self {
        let new_window = page.words.t("new-window");
        Self { page, typed, asked: false, groups: Vec::new(), waiting: Vec::new(), new_window }
    }
}

/// `POST /search`: what is known at once. A page waits for the applications too; a script asks them one by one.
///
/// # Errors
/// Those of storage.
pub(super) async fn search(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    InPlace(in_place): InPlace,
    Form(form): Form<SearchForm>,
) -> Result<Response, Refusal> {
    let typed: String = form.q.chars().take(SearchQuery::MAX_CHARS).collect();
    let mut answer = SearchPage::new(page, typed);
    if let Some(query) = SearchQuery::new(&answer.typed, MAX_RESULTS) {
        let own = OwnCards::new(&app, &session, answer.page.words.locale);
        let snoozed = app.snoozed_tasks().peek(&session);
        let known =
            KnownSearch { app: &app, session: &session, page: &answer.page, own: &own, snoozed: &snoozed };
        let mut groups = known.groups(&query).await?;
        let applications = searchable(&own);
        if in_place {
            let path = |one: &Searchable| (format!("/search/{}", one.id()), one.name().to_owned());
            answer.waiting = applications.iter().map(path).collect();
        } else {
            let asked = search_all(&app, &answer.page, &applications, &query).await;
            groups
                .extend(asked.into_iter().filter(|group| !group.results.is_empty() || group.note.is_some()));
        }
        answer.groups = groups;
        answer.asked = true;
    }
    match in_place {
        true => Ok(PartKind::Results.answer(answer.as_results().render().unwrap_or_default())),
        false => html(&answer),
    }
}

/// `POST /search/{connector}`: what one application finds, as a part. Nothing where it finds nothing.
///
/// # Errors
/// Not found for an application that is not on the person's board or cannot search.
pub(super) async fn search_application(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    Path(connector): Path<ConnectorId>,
    Form(form): Form<SearchForm>,
) -> Result<Response, Refusal> {
    let own = OwnCards::new(&app, &session, page.words.locale);
    let application = find(&own, &connector).ok_or(Refusal::NotFound)?;
    let Some(query) = SearchQuery::new(&form.q, MAX_RESULTS) else {
        return Ok(PartKind::Results.answer(String::new()));
    };
    let group = application.search(&app, &page, &query).await;
    if group.results.is_empty() && group.note.is_none() {
        return Ok(PartKind::Results.answer(String::new()));
    }
    let part = GroupPart { new_window: page.words.t("new-window"), group };
    Ok(PartKind::Results.answer(part.render().unwrap_or_default()))
}
