//! The page of a refusal.

use super::{
    errors::{NoErrorPage, Refusal, html_with_status, wants_html},
    look::Look,
    page::Page,
    site::Site,
};
use crate::{app::App, session::MaybeSignedIn};
use askama::Template;
use axum::{
    extract::{FromRequestParts as _, Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use pleiade_core::Message;

#[derive(Template)]
#[template(path = "message.html")]
struct MessagePage {
    page: Page,
    title: String,
    text: String,
    reference: Option<String>,
}

/// Middleware: puts the page of a refusal in the place of its bare answer when a browser asked for a page.
pub(crate) async fn render(State(app): State<App>, request: Request, next: Next) -> Response {
    let look = Look::from_headers(request.headers());
    let wants_page = wants_html(request.headers());
    // Whoever is signed in reads a page of theirs.
    let (mut asked, ()) = Request::new(()).into_parts();
    if wants_page {
        asked.headers.clone_from(request.headers());
        asked.extensions.clone_from(request.extensions());
    }
    let response = next.run(request).await;
    if response.extensions().get::<NoErrorPage>().is_some() {
        return response;
    }
    let refusal = match (response.extensions().get::<Refusal>(), response.status()) {
        (Some(refusal), _) => refusal.clone(),
        // The router's own answers, which carry no refusal.
        (None, StatusCode::NOT_FOUND) => Refusal::NotFound,
        (None, StatusCode::FORBIDDEN | StatusCode::METHOD_NOT_ALLOWED) => Refusal::BadRequest,
        (
            None,
            StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY | StatusCode::PAYLOAD_TOO_LARGE,
        ) => Refusal::BadRequest,
        _ => return response,
    };
    let retry = response.headers().get(header::RETRY_AFTER).cloned();
    let again = |mut answer: Response| {
        if let Some(retry) = retry {
            answer.headers_mut().insert(header::RETRY_AFTER, retry);
        }
        answer
    };
    if !wants_page {
        return again(response.status().into_response());
    }
    let site = response.extensions().get::<Site>();
    let tenant = site.map_or_else(|| app.operator.clone(), |site| site.tenant().clone());
    if let Some(site) = site {
        asked.extensions.insert(site.clone());
    }
    // Where storage is what fails, it is not asked again.
    let is_asked = matches!(refusal, Refusal::NotFound | Refusal::Forbidden | Refusal::BadRequest);
    let session = match is_asked {
        true => MaybeSignedIn::from_request_parts(&mut asked, &app).await.ok().and_then(|found| found.0),
        false => None,
    };
    let page = session.and_then(|session| Page::signed_in(&app, &session, look, "/").ok());
    let page = page.unwrap_or_else(|| Page::for_tenant(&app, tenant, look, "/"));
    let (title, text) = refusal.messages();
    let reference = match &refusal {
        Refusal::Internal { reference } | Refusal::Defect { reference } => {
            Some(page.words.message(&Message::new("page-reference").with_text("reference", reference)))
        }
        _ => None,
    };
    let dressed = MessagePage { title: page.words.t(title), text: page.words.t(text), reference, page };
    let status = response.status();
    again(html_with_status(status, &dressed).unwrap_or_else(|_| status.into_response()))
}
