//! `/profile/accesses`.

use super::view::{self, AccessView};
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
    let accesses = view::all(&app, &session, &page.words).await?;
    html(&AccessesPage { page, accesses })
}
