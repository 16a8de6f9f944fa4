//! The answer to a form of a page that was written for somebody else, or for another collectivité: nothing is done, and the person chooses.

use super::{
    errors::{Refusal, html_with_status},
    page::Page,
};
use crate::{app::App, session::Session};
use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use pleiade_core::{Message, TenantId};

/// The reasons for which a form of another page is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StaleFormReason<'a> {
    /// It was written while the same person acted for another collectivité: this one, where they still may.
    Acting(Option<&'a TenantId>),
    /// It was written for somebody else, or for another link of the same person.
    Link,
    /// It does not say.
    Unmarked,
}

#[derive(Template)]
#[template(path = "stale_form.html")]
struct StaleFormPage {
    page: Page,
    text: String,
    here: String,
    /// The collectivité that the action was meant for, and the words of the button that acts for it again.
    there: Option<(TenantId, String)>,
}

/// Tells whom the session is for now and whom the action was meant for. Whoever else had the page open is not named.
pub(crate) fn answer(app: &App, session: &Session, page: Page, reason: StaleFormReason<'_>) -> Response {
    render(app, session, page, reason).unwrap_or_else(IntoResponse::into_response)
}

fn render(
    app: &App,
    session: &Session,
    page: Page,
    reason: StaleFormReason<'_>,
) -> Result<Response, Refusal> {
    let words = &page.words;
    let there = match reason {
        StaleFormReason::Acting(Some(tenant)) => app.tenants.by_id(tenant),
        _ => None,
    };
    let text = match (reason, &there) {
        (StaleFormReason::Acting(_), Some(there)) => {
            Message::new("page-moved-acting").with_text("then", &there.name)
        }
        (StaleFormReason::Acting(_), None) => Message::new("page-moved-acting-gone"),
        (StaleFormReason::Link, _) => {
            Message::new("page-moved-link").with_text("name", &session.actor.identity.display_name)
        }
        (StaleFormReason::Unmarked, _) => Message::new("page-moved-unmarked"),
    };
    html_with_status(
        StatusCode::CONFLICT,
        &StaleFormPage {
            text: words.message(&text.with_text("now", &page.tenant.name)),
            here: words.t_with_name("page-moved-here", &page.tenant.name),
            there: there
                .map(|tenant| (tenant.id.clone(), words.t_with_name("page-moved-there", &tenant.name))),
            page,
        },
    )
}
