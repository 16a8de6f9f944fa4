//! `/profile/accesses`.

use super::view::AccessView;
use crate::{
    app::App,
    web::{
        errors::{Refusal, html},
        page::Page,
        reader::Reader,
    },
};
use askama::Template;
use axum::{extract::State, response::Response};

#[derive(Template)]
#[template(path = "profile/accesses.html")]
struct AccessesPage {
    page: Page,
    accesses: Vec<AccessView>,
}

pub(super) async fn page(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
) -> Result<Response, Refusal> {
    let accesses = app.application_accesses(&session, &page.words).views().await?;
    html(&AccessesPage { page, accesses })
}
