//! From HTTP to the service of one source.

use super::{TOUCH_INTERVAL, pace::Turn, token::hash_of};
use crate::{
    app::App,
    storage::{StorageError, TokenHash},
    web::{
        completion, errors::NoErrorPage, peer::ThrottleKey, request_host::authority, route::Route, site::Site,
    },
};
use axum::{
    body::{Body, Bytes},
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{delete, get, patch, post, put},
};
use pleiade_core::{SourceId, TenantId};
use pleiade_federation::scim::{MAX_BODY_BYTES, ScimError, ScimRequest, ScimService};
use std::convert::Infallible;

/// The part of a long answer that is given to the connection at a time, in bytes.
const PART_BYTES: usize = 64 << 10;

pub(crate) fn routes() -> Vec<Route> {
    // Whatever lies below, also the base address itself and what means nothing: a program is answered in the form that it reads.
    const PATH: &str = "/scim/{*rest}";
    vec![
        Route::machine(Method::GET, PATH, get(answer), MAX_BODY_BYTES),
        Route::machine(Method::POST, PATH, post(answer), MAX_BODY_BYTES),
        Route::machine(Method::PUT, PATH, put(answer), MAX_BODY_BYTES),
        Route::machine(Method::PATCH, PATH, patch(answer), MAX_BODY_BYTES),
        Route::machine(Method::DELETE, PATH, delete(answer), MAX_BODY_BYTES),
    ]
}

async fn answer(
    State(app): State<App>,
    site: Site,
    place: ThrottleKey,
    Path(rest): Path<String>,
    request: Request,
) -> Response {
    // `v2/{source}/{path}`; no source has an empty name.
    let below = rest.strip_prefix("v2/").unwrap_or_default();
    let (source, path) = below.split_once('/').unwrap_or((below, ""));
    let mut response = match let_in(&app, &site, place, source, request.headers()).await {
        Ok(caller) => serve(app, caller, place, path, request).await,
        Err(refusal) => refusal,
    };
    response.extensions_mut().insert(NoErrorPage);
    response
}

fn refuse(status: StatusCode, detail: &str) -> Response {
    let mut response = ScimError::status(status, detail).body().to_string().into_response();
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/scim+json"));
    response
}

/// Whoever has shown a token that counts.
struct Caller {
    token: TokenHash,
    source: SourceId,
    owner: Option<TenantId>,
}

/// The source that a token opens. Nothing tells an unknown source from a wrong token, nor from a token of another source.
async fn let_in(
    app: &App,
    site: &Site,
    place: ThrottleKey,
    source: &str,
    headers: &HeaderMap,
) -> Result<Caller, Response> {
    let wrong = || {
        if let Err(wait) = app.wrong_tokens().count(place.address()) {
            let mut response = refuse(StatusCode::TOO_MANY_REQUESTS, "too many wrong tokens; wait a little");
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
            return response;
        }
        let mut response = refuse(StatusCode::UNAUTHORIZED, "the token is missing, wrong or revoked");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        response
    };
    let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (scheme, sent) = sent.split_once(' ').unwrap_or_default();
    let hash = hash_of(sent.trim()).filter(|_| scheme.eq_ignore_ascii_case("bearer")).ok_or_else(wrong)?;
    let token = app.storage.scim_token(hash).await.map_err(|error| unavailable(&error))?.ok_or_else(wrong)?;
    let owner =
        app.scim.owners.get(&token.source).filter(|_| token.source.as_str() == source).ok_or_else(wrong)?;
    // On a collectivité's own host nothing but its own sources.
    if let Site::Tenant(tenant) = site
        && owner.as_ref() != Some(&tenant.id)
    {
        return Err(wrong());
    }
    if !app.scim.pace.admits(&token.source) {
        let mut response = refuse(StatusCode::TOO_MANY_REQUESTS, "too many requests; go on more slowly");
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        return Err(response);
    }
    let now = app.clock.now();
    if token.last_used_at.is_none_or(|at| now - at >= TOUCH_INTERVAL) {
        app.storage.touch_scim_token(hash, now).await.map_err(|error| unavailable(&error))?;
    }
    Ok(Caller { token: hash, source: token.source, owner: owner.clone() })
}

/// A long answer keeps a place of its source until it is read, so that nobody has many of them held in memory.
fn body_of(answer: Bytes, turn: Option<Turn>) -> Body {
    if answer.len() <= PART_BYTES {
        return Body::from(answer);
    }
    let place = turn.map(Turn::while_it_is_read);
    let parts = futures_util::stream::unfold((answer, place), async |(mut rest, place)| {
        let part = rest.split_to(PART_BYTES.min(rest.len()));
        (!part.is_empty()).then_some((Ok::<_, Infallible>(part), (rest, place)))
    });
    Body::from_stream(parts)
}

fn unavailable(error: &StorageError) -> Response {
    tracing::error!(%error, "a token was not looked up");
    refuse(StatusCode::SERVICE_UNAVAILABLE, "the store does not answer; try again later")
}

async fn serve(
    app: App,
    Caller { token, source, owner }: Caller,
    place: ThrottleKey,
    path: &str,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let of_address = app.connections().write_of_address(place.subscriber()).await;
    let body = match completion::read_whole(body).await {
        Some(Ok(body)) => body,
        Some(Err(_)) => return refuse(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large or was cut"),
        None => return refuse(StatusCode::REQUEST_TIMEOUT, "the body did not come in time"),
    };
    let turn = app.scim.pace.turn(&source).await;
    // A body, or a turn, may take its time, and the token may have been revoked meanwhile.
    match app.storage.scim_token(token).await {
        Ok(Some(_)) => {}
        Ok(None) => return refuse(StatusCode::UNAUTHORIZED, "the token is missing, wrong or revoked"),
        Err(error) => return unavailable(&error),
    }
    let host = authority(&head.headers, &head.uri).unwrap_or_default();
    let scheme = if app.cookies().is_secure() { "https" } else { "http" };
    let base = format!("{scheme}://{host}/scim/v2/{source}");
    let service = ScimService::new(app.scim_store(source, owner), base, app.clock.clone());
    let (path, is_read) = (path.to_owned(), head.method.is_safe());
    let work = async move {
        let asked = ScimRequest::new(&head.method, &path, &head.headers);
        let asked = asked.with_query(head.uri.query()).with_body(&body);
        let answer = service.answer(asked).await;
        answer.map(|answer| body_of(answer, turn))
    };
    // Whoever only reads and leaves is answered no further.
    if is_read { work.await } else { completion::complete(&app, of_address, work).await }
}
