//! The checks before every form of people who are signed in, whatever its handler does: who asks, from which page, and how lately they
//! have proved who they are. A handler whose route is confirmed is told whether the question that comes first was answered, and asks it if
//! not ([`ConfirmationStep`]): `tests/web/proof.rs` goes through all of them.
//!
//! It is part of the router and not of the handlers, so that a new form is guarded from the day it is listed.

use super::{
    confirm::ConfirmationStep,
    form::{discard, single},
    look::Look,
    mark::{self, Mark, MarkMatch},
    page::Page,
    route::{Guard, MAX_FORM_BYTES, Origin, PagePath, Route},
    stale_form::{self, StaleFormReason},
};
use crate::{
    accounts::proof,
    app::App,
    legal::LegalGroup,
    session::{Administrator, Session, SignedIn},
};
use axum::{
    Extension,
    body::{Body, Bytes, to_bytes},
    extract::{FromRequestParts as _, Request, State},
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
    routing::MethodRouter,
};
use axum_extra::extract::CookieJar;
use std::sync::Arc;

/// The rules of one route.
#[derive(Clone)]
struct RouteRules {
    app: App,
    guard: Guard,
    origin: Origin,
    path: &'static str,
    recent: Option<&'static str>,
    confirms: bool,
    streams: bool,
}

/// The handler of a route behind what its rules ask for. A form that is taken from any page has nothing before it: the handler alone says
/// what it needs.
pub(crate) fn guarded_handler(app: &App, route: Route, page: PagePath) -> MethodRouter<App> {
    let Route { method, guard, origin, path, recent, confirms, streams, handler, .. } = route;
    let signed_in = matches!(guard, Guard::SignedIn | Guard::Administrator | Guard::LegalGroup);
    if method == Method::POST && signed_in && origin != Origin::AnyPage {
        let rules = RouteRules { app: app.clone(), guard, origin, path, recent, confirms, streams };
        handler.route_layer(middleware::from_fn_with_state(rules, check)).layer(Extension(page))
    } else {
        handler.layer(Extension(page))
    }
}

async fn check(State(rules): State<RouteRules>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let session = match rules.session(&mut parts).await {
        Ok(session) => session,
        Err(refusal) => return refusal,
    };
    // What is streamed says in its address whose page it came from, before its first byte.
    let (sent, form, body) = if rules.streams {
        (single(parts.uri.query().unwrap_or_default().as_bytes(), mark::FIELD), Bytes::new(), body)
    } else {
        let Ok(form) = to_bytes(body, MAX_FORM_BYTES).await else {
            return StatusCode::PAYLOAD_TOO_LARGE.into_response();
        };
        let sent = if is_form(&parts.headers) { single(&form, mark::FIELD) } else { None };
        (sent, form.clone(), Body::from(form))
    };
    if let Err(stale_form) = rules.compare(&session, sent.as_deref()) {
        tracing::info!(route = rules.path, ?stale_form, "a form of another page was refused");
        discard(body).await;
        let look = Look::from_headers(&parts.headers);
        return match Page::signed_in(&rules.app, &session, look, "/") {
            Ok(page) => stale_form::answer(&rules.app, &session, page, stale_form),
            Err(refusal) => refusal.into_response(),
        };
    }
    if let Some(page) = rules.recent
        && !proof::is_recent(&rules.app, &session, &CookieJar::from_headers(&parts.headers))
    {
        return proof::redirect_to(&fill_path(page, rules.path, parts.uri.path()));
    }
    if rules.confirms {
        parts.extensions.insert(ConfirmationStep::new(parts.uri.path(), &form));
    }
    next.run(Request::from_parts(parts, body)).await
}

/// A page's path with the values that a route's parameters have in a path: `/people/7` for `/people/{person}`, `/people/{person}/close` and
/// `/people/7/close`.
fn fill_path(page: &str, route: &str, path: &str) -> String {
    let values: Vec<(&str, &str)> = route.split('/').zip(path.split('/')).collect();
    let value = |part| values.iter().find(|(name, _)| *name == part).map_or(part, |(_, value)| *value);
    page.split('/').map(value).collect::<Vec<_>>().join("/")
}

impl RouteRules {
    async fn session(&self, parts: &mut Parts) -> Result<Arc<Session>, Response> {
        match self.guard {
            Guard::Administrator => Administrator::from_request_parts(parts, &self.app)
                .await
                .map(|Administrator(session)| session),
            Guard::LegalGroup => {
                LegalGroup::from_request_parts(parts, &self.app).await.map(|LegalGroup(session)| session)
            }
            _ => SignedIn::from_request_parts(parts, &self.app).await.map(|SignedIn(session)| session),
        }
    }

    fn compare<'a>(&self, session: &'a Session, sent: Option<&str>) -> Result<(), StaleFormReason<'a>> {
        let mark = sent.and_then(Mark::parse).ok_or(StaleFormReason::Unmarked)?;
        match self.app.marks().compare(session, &mark) {
            MarkMatch::Same => Ok(()),
            MarkMatch::OtherActing if self.origin == Origin::SameLink => Ok(()),
            MarkMatch::OtherActing => Err(StaleFormReason::Acting(self.app.marks().acting(session, &mark))),
            MarkMatch::OtherLink => Err(StaleFormReason::Link),
        }
    }
}

/// True if a body is what a page's form sends.
fn is_form(headers: &HeaderMap) -> bool {
    let written = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = written.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_takes_the_values_of_the_path() {
        let route = "/console/people/{person}/ways/{source}/close";
        let path = "/console/people/7/ways/sso/close";
        assert_eq!(fill_path("/console/people/{person}", route, path), "/console/people/7");
        assert_eq!(fill_path("/console/people/invite", route, path), "/console/people/invite");
    }
}
