//! `/people`.

use super::search::{MAX_PEOPLE, PeopleQuery, PersonLine, find_people, is_enough, summary};
use crate::{
    app::App,
    web::{
        errors::{Refusal, html},
        page::Page,
        reader::Reader,
    },
};
use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};

#[derive(Template)]
#[template(path = "people.html")]
struct PeoplePage {
    page: Page,
    query: String,
    summary: Option<String>,
    more: Option<String>,
    people: Vec<PersonLine>,
}

pub(super) async fn people(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    Query(asked): Query<PeopleQuery>,
) -> Result<Response, Refusal> {
    let query = asked.text();
    let (mut people, mut told) = (Vec::new(), (None, None));
    if !query.is_empty() && !is_enough(&query) {
        told.0 = Some(page.words.t("people-too-short"));
    } else if !query.is_empty() {
        let found = find_people(&*app.storage, &session.actor.acting.tenant, &query).await?;
        let (summary, more) = summary(&page.words, found.len());
        told = (Some(summary), more);
        people =
            found.into_iter().take(MAX_PEOPLE).map(|person| PersonLine::new(&page.words, person)).collect();
    }
    html(&PeoplePage { query, summary: told.0, more: told.1, people, page })
}
