//! What the connector makes of refusals and breakdowns.

use crate::support::{Assembly, settings};
use http::{Response, header};
use pleiade_connectors::s2low::{Client, S2lowConfig, states::ActState, wire::Id};
use pleiade_core::{Connector as _, ConnectorError, ErrorKind, Limits, Retry, Transport, TransportError};
use pleiade_testkit::Fault;
use serde_json::json;
use std::{sync::Arc, time::Duration};

/// Answers everything alike.
#[derive(Debug)]
struct Always {
    status: u16,
    media_type: &'static str,
    location: Option<&'static str>,
    body: &'static [u8],
}

#[async_trait::async_trait]
impl Transport for Always {
    async fn send(
        &self,
        _: http::Request<bytes::Bytes>,
        _: Limits,
    ) -> Result<Response<bytes::Bytes>, TransportError> {
        let mut answer =
            Response::builder().status(self.status).header(header::CONTENT_TYPE, self.media_type);
        if let Some(place) = self.location {
            answer = answer.header(header::LOCATION, place);
        }
        Ok(answer.body(bytes::Bytes::from_static(self.body)).unwrap())
    }
}

fn client(answer: Always, has_password: bool) -> Client {
    let mut settings = settings("archivist");
    settings["url"] = json!("http://s2low.example");
    if has_password {
        settings["login"] = json!("portail");
        settings["password"] = json!("secret-of-the-portal");
    }
    let config: S2lowConfig = serde_json::from_value(settings).unwrap();
    Client::new(&config, Arc::new(answer)).unwrap()
}

fn checked(error: ConnectorError) -> ConnectorError {
    let told = format!("{error} {error:?}");
    assert!(!told.contains("mots") && !told.contains("secret-of"), "{told}");
    error
}

async fn redirected(location: Option<&'static str>, has_password: bool) -> ConnectorError {
    let answer = Always { status: 302, media_type: "text/html", location, body: b"" };
    checked(client(answer, has_password).count_acts(ActState::ERROR).await.unwrap_err())
}

#[tokio::test(start_paused = true)]
async fn a_redirect_is_a_refusal_of_the_account_or_of_the_module() {
    for place in [
        "/login.php?error=multiple_accounts",
        "/login.php",
        "/connexion-status",
        "http://s2low.example/login.php",
        "http://s2low.example:8080/connexion-status",
    ] {
        for has_password in [false, true] {
            let error = redirected(Some(place), has_password).await;
            assert_eq!((error.kind(), error.retry()), (ErrorKind::Unauthenticated, Retry::Never), "{place}");
            assert_eq!(error.refuses_credential(), has_password, "{place}");
        }
    }
    for place in ["/", "http://s2low.example/", "/?mots=1"] {
        let error = redirected(Some(place), true).await;
        assert_eq!((error.kind(), error.refuses_credential()), (ErrorKind::Forbidden, false), "{place}");
    }
    // Somewhere else nobody's password was refused.
    for place in
        [Some("https://sso.example/"), Some("//sso.example/login.php"), Some("/modules/actes/"), None]
    {
        let error = redirected(place, true).await;
        assert_eq!(
            (error.kind(), error.refuses_credential()),
            (ErrorKind::Unauthenticated, false),
            "{place:?}"
        );
    }
}

async fn act(body: &'static [u8], media_type: &'static str) -> ErrorKind {
    let answer = Always { status: 200, media_type, location: None, body };
    checked(client(answer, false).act_status(&Id::parse("1").unwrap()).await.unwrap_err()).kind()
}

#[tokio::test(start_paused = true)]
async fn words_of_refusal_are_understood_in_both_encodings_and_not_passed_on() {
    let text = "text/plain";
    assert_eq!(
        act("KO\nÉchec de l'authentification, mots".as_bytes(), text).await,
        ErrorKind::Unauthenticated
    );
    assert_eq!(act(b"KO\n\xc9chec de l'authentification", text).await, ErrorKind::Unauthenticated);
    assert_eq!(act("KO\nAccès refusé".as_bytes(), text).await, ErrorKind::Forbidden);
    assert_eq!(act(b"KO\nAcc\xe8s refus\xe9", text).await, ErrorKind::Forbidden);
    assert_eq!(act("KO\nNuméro de transaction invalide.".as_bytes(), text).await, ErrorKind::NotFound);
    assert_eq!(act(b"KO\nEnveloppe invalide", text).await, ErrorKind::NotFound);
    assert_eq!(act(b"KO\nd'autres mots", text).await, ErrorKind::BadAnswer);
    assert_eq!(act(b"d'autres mots", text).await, ErrorKind::BadAnswer);
    assert_eq!(act(b"<!DOCTYPE html><form>mots", text).await, ErrorKind::Unauthenticated);
    assert_eq!(act(b"mots", "text/html; charset=iso-8859-1").await, ErrorKind::Unauthenticated);
}

async fn count(status: u16, body: &'static [u8]) -> ConnectorError {
    let answer = Always { status, media_type: "application/json", location: None, body };
    checked(client(answer, false).count_acts(ActState::ERROR).await.unwrap_err())
}

#[tokio::test(start_paused = true)]
async fn each_status_is_what_it_means_here() {
    let archivist = "{\"error\":\"L'utilisateur n'est pas archiviste\"}".as_bytes();
    assert_eq!(count(400, archivist).await.kind(), ErrorKind::Forbidden);
    assert_eq!(count(200, archivist).await.kind(), ErrorKind::Forbidden);
    assert_eq!(count(400, b"{\"error\":\"mots\"}").await.kind(), ErrorKind::BadAnswer);
    assert_eq!(count(200, b"{\"error\":\"mots\"}").await.kind(), ErrorKind::BadAnswer);
    assert_eq!(count(401, b"mots").await.kind(), ErrorKind::Unauthenticated);
    assert_eq!(count(429, b"").await.kind(), ErrorKind::RateLimited);
    assert_eq!(count(503, b"").await.kind(), ErrorKind::Unreachable);
    assert_eq!(count(500, b"").await.kind(), ErrorKind::Unreachable);
    // A state or an authority that was not asked for.
    let other = count(200, br#"{"status_id":0,"authority_id":2,"nb_transactions":0}"#).await;
    assert_eq!(other.kind(), ErrorKind::BadAnswer, "a parameter that is lost means 0, cancelled");
    let other = count(200, br#"{"status_id":-1,"authority_id":3,"nb_transactions":0}"#).await;
    assert_eq!(other.kind(), ErrorKind::BadConfiguration);
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_the_calls_before_counts_in_the_deadline() {
    let town = Assembly::new();
    town.switch.set(Fault::Slow(Duration::from_secs(3600)));
    let began = tokio::time::Instant::now();
    let (one, other) = (town.member(&["actes"]), town.member(&["actes"]));
    let (first, second) = futures_util::join!(town.load("actes", &one), town.connector.probe());
    assert_eq!(first.unwrap_err().kind(), ErrorKind::Timeout);
    assert_eq!(second.unwrap_err().kind(), ErrorKind::Timeout);
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
    town.switch.clear();
    town.load("actes", &other).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_platform_that_is_down_is_asked_once_a_reading() {
    let town = Assembly::new();
    town.read("actes").await;
    town.asked();
    tokio::time::advance(Duration::from_secs(300)).await;
    town.switch.set(Fault::ServerError);
    assert!(town.load("actes", &town.member(&["actes"])).await.unwrap_err().kind().is_outage());
    assert_eq!(town.asked().len(), 1);
}
