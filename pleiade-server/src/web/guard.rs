//! What stands before every form of people who are signed in, whatever its handler does: who asks, and from which page.
//!
//! It is part of the router and not of the handlers, so that a new form is guarded from the day it is listed.

use super::{
    form::single,
    look::Look,
    mark::{self, Mark, Written},
    moved::{self, Moved},
    route::{Access, LONGEST_FORM, Origin, Route},
};
use crate::{
    app::App,
    session::{Administrator, Session, SignedIn},
};
use axum::{
    body::{Body, to_bytes},
    extract::{FromRequestParts as _, Request, State},
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
    routing::MethodRouter,
};
use std::sync::Arc;

/// The rules of one route.
#[derive(Clone)]
struct Guard {
    app: App,
    access: Access,
    origin: Origin,
    path: &'static str,
}

/// The handler of a route behind what its rules ask for.
pub(crate) fn before(app: &App, route: Route) -> MethodRouter<App> {
    let Route { method, access, origin, path, handler, .. } = route;
    if method == Method::POST && matches!(access, Access::SignedIn | Access::Administrator) {
        let guard = Guard { app: app.clone(), access, origin, path };
        handler.route_layer(middleware::from_fn_with_state(guard, check))
    } else {
        handler
    }
}

async fn check(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let session = match guard.who(&mut parts).await {
        Ok(session) => session,
        Err(refusal) => return refusal,
    };
    if guard.origin == Origin::AnyPage {
        return next.run(Request::from_parts(parts, body)).await;
    }
    let Ok(body) = to_bytes(body, LONGEST_FORM).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let sent = if is_form(&parts.headers) { single(&body, mark::FIELD) } else { None };
    if let Err(moved) = guard.compare(&session, sent.as_deref()) {
        tracing::info!(route = guard.path, ?moved, "a form of another page was refused");
        return moved::page(&guard.app, &session, Look::from_headers(&parts.headers), moved);
    }
    next.run(Request::from_parts(parts, Body::from(body))).await
}

impl Guard {
    async fn who(&self, parts: &mut Parts) -> Result<Arc<Session>, Response> {
        match self.access {
            Access::Administrator => {
                Administrator::from_request_parts(parts, &self.app).await.map(|Administrator(session)| session)
            }
            _ => SignedIn::from_request_parts(parts, &self.app).await.map(|SignedIn(session)| session),
        }
    }

    fn compare<'a>(&self, session: &'a Session, sent: Option<&str>) -> Result<(), Moved<'a>> {
        let mark = sent.and_then(Mark::read).ok_or(Moved::Unmarked)?;
        match self.app.marks().compare(session, &mark) {
            Written::Same => Ok(()),
            Written::OtherActing if self.origin == Origin::SameLink => Ok(()),
            Written::OtherActing => Err(Moved::Acting(self.app.marks().acting(session, &mark))),
            Written::OtherLink => Err(Moved::Link),
        }
    }
}

/// Whether a body is what a page's form sends.
fn is_form(headers: &HeaderMap) -> bool {
    let written = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = written.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}
