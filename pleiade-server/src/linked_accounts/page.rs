//! `/profile/accesses`.

use super::view::LinkedAccountView;
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
struct LinkedAccountsPage {
    page: Page,
    accesses: Vec<LinkedAccountView>,
}

pub(super) async fn page(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
) -> Result<Response, Refusal> {
    let accesses = app.linked_account_reader(&session, &page.words).views().await?;
    html(&LinkedAccountsPage { page, accesses })
}
