//! Each row of the table of errors.

use crate::support::{Script, acting, answer, client, recorded, token};
use bytes::Bytes;
use http::Response;
use pleiade_connectors::{
    http::UnexpectedStatus,
    matrix::{Login, client::Refusal},
};
use pleiade_core::{ConnectorError, ErrorKind, Retry};
use std::time::Duration;

const JSON: &str = "application/json";

async fn whoami(answer: Response<Bytes>) -> ConnectorError {
    client(&Script::new([answer])).whoami(&token()).await.unwrap_err()
}

async fn login(login: Login, answer: Response<Bytes>) -> ConnectorError {
    client(&Script::new([answer])).login(&login, None, false).await.unwrap_err()
}

#[tokio::test]
async fn recorded_refusals() {
    for (file, kind) in [
        ("error-missing-token.http", ErrorKind::Unauthenticated),
        ("error-unknown-token.http", ErrorKind::Unauthenticated),
        ("error-forbidden-room.http", ErrorKind::Forbidden),
        ("error-not-found-state.http", ErrorKind::NotFound),
        ("error-unrecognized.http", ErrorKind::Unsupported),
        ("error-bad-json.http", ErrorKind::BadAnswer),
        ("error-bad-since.http", ErrorKind::BadAnswer),
        ("error-429.http", ErrorKind::RateLimited),
    ] {
        assert_eq!(whoami(recorded(file)).await.kind(), kind, "{file}");
    }
}

#[tokio::test]
async fn a_refused_sign_in_depends_on_the_way() {
    let refused = || recorded("error-bad-password.http");
    let password = Login::Password { user: "alice".to_owned(), password: "x".into() };
    assert_eq!(login(password, refused()).await.kind(), ErrorKind::Unauthenticated);
    assert_eq!(login(Login::Token("x".into()), refused()).await.kind(), ErrorKind::Unauthenticated);
    assert_eq!(login(Login::Jwt("x".into()), refused()).await.kind(), ErrorKind::BadConfiguration);
    let unknown = answer(400, JSON, r#"{"errcode":"M_UNKNOWN","error":"Unknown login type"}"#);
    assert_eq!(login(Login::Jwt("x".into()), unknown).await.kind(), ErrorKind::Unsupported);
}

#[tokio::test]
async fn refusals_of_the_specification() {
    for (status, body, kind) in [
        (403, r#"{"errcode":"M_USER_DEACTIVATED","error":"x"}"#, ErrorKind::Forbidden),
        (401, r#"{"errcode":"M_USER_LOCKED","error":"x","soft_logout":true}"#, ErrorKind::Forbidden),
        (403, r#"{"errcode":"M_RESOURCE_LIMIT_EXCEEDED","error":"x"}"#, ErrorKind::Forbidden),
        (403, r#"{"errcode":"M_CONSENT_NOT_GIVEN","error":"x"}"#, ErrorKind::Forbidden),
        (400, r#"{"errcode":"M_EXCLUSIVE","error":"x"}"#, ErrorKind::BadConfiguration),
        (400, r#"{"errcode":"M_APPSERVICE_LOGIN_UNSUPPORTED","error":"x"}"#, ErrorKind::Unsupported),
        (405, r#"{"errcode":"M_UNRECOGNIZED","error":"x"}"#, ErrorKind::Unsupported),
        (413, r#"{"errcode":"M_TOO_LARGE","error":"x"}"#, ErrorKind::TooLarge),
        (500, r#"{"errcode":"M_UNKNOWN","error":"Internal server error"}"#, ErrorKind::Unreachable),
        (418, r#"{"errcode":"ORG.EXAMPLE","error":"x"}"#, ErrorKind::BadAnswer),
    ] {
        let error = whoami(answer(status, JSON, body)).await;
        assert_eq!(error.kind(), kind, "{body}");
        assert_eq!(UnexpectedStatus::behind(&error).unwrap(), status);
    }
}

#[tokio::test]
async fn proxies_answer_pages() {
    let page = "<!doctype html><title>x</title>";
    for (status, kind) in [
        (502, ErrorKind::Unreachable),
        (503, ErrorKind::Unreachable),
        (504, ErrorKind::Timeout),
        (429, ErrorKind::RateLimited),
        (200, ErrorKind::Unauthenticated),
        (302, ErrorKind::Unauthenticated),
        (403, ErrorKind::Forbidden),
    ] {
        assert_eq!(whoami(answer(status, "text/html", page)).await.kind(), kind, "{status}");
    }
}

#[tokio::test]
async fn an_expired_token_is_told_from_a_revoked_one() {
    let body =
        r#"{"errcode":"M_UNKNOWN_TOKEN","error":"Authorization token has expired","soft_logout":true}"#;
    let soft_logout = |error: &ConnectorError| Refusal::behind(error).unwrap().soft_logout;
    assert!(soft_logout(&whoami(answer(401, JSON, body)).await));
    assert!(!soft_logout(&whoami(recorded("error-unknown-token.http")).await));
}

#[tokio::test]
async fn an_account_that_the_application_service_does_not_know() {
    let body = r#"{"errcode":"M_FORBIDDEN","error":"Application service has not registered this user (@ghost:pleiade.test)"}"#;
    let error = client(&Script::new([answer(403, JSON, body)])).whoami(&acting()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let words = format!("{error} {error:?}");
    assert!(!words.contains("ghost"), "{words}");
}

#[tokio::test]
async fn waits_are_those_that_the_homeserver_names() {
    let retry = |error: ConnectorError| error.retry();
    let header = retry(whoami(recorded("error-429.http")).await);
    assert_eq!(header, Retry::After(Duration::from_secs(60)));
    let body = answer(429, JSON, r#"{"errcode":"M_LIMIT_EXCEEDED","error":"x","retry_after_ms":21153}"#);
    assert_eq!(retry(whoami(body).await), Retry::After(Duration::from_millis(21_153)));
    assert_eq!(retry(whoami(answer(429, JSON, "")).await), Retry::Transient);
}
