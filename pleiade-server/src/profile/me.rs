//! `/profile`: who I am, for which collectivités, and why I hold these rights.

use super::view::AffiliationView;
use crate::{
    app::App,
    web::{
        errors::{Refusal, html},
        page::Page,
        reader::Reader,
        route::{Guard, Route},
    },
};
use askama::Template;
use axum::{extract::State, response::Response, routing::get};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::reads("/profile", Guard::SignedIn, get(me))]
}

#[derive(Template)]
#[template(path = "profile/me.html")]
struct MePage {
    page: Page,
    name: String,
    login: Option<String>,
    mail: Option<String>,
    source: String,
    affiliations: Vec<AffiliationView>,
}

async fn me(State(app): State<App>, Reader { session, page, .. }: Reader) -> Result<Response, Refusal> {
    let identity = &session.actor.identity;
    let acting = &session.actor.acting.tenant;
    let why = app.sessions.explain(&session).await?;
    html(&MePage {
        name: identity.display_name.clone(),
        login: identity.login.clone(),
        mail: identity.mail.as_ref().map(ToString::to_string),
        source: app.sign_in.title(&session.source),
        affiliations: session
            .affiliations
            .iter()
            .map(|affiliation| {
                let why = why.get(&affiliation.tenant).map_or(&[][..], Vec::as_slice);
                AffiliationView::new(&app.tenants, &app.sign_in, &page.words, affiliation, why, Some(acting))
            })
            .collect(),
        page,
    })
}
