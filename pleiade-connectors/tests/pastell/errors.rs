//! Each row of the table of errors.

use crate::support::{BASE, Network, json, refused, session};
use bytes::Bytes;
use http::Response;
use pleiade_connectors::pastell::Client;
use pleiade_core::{ConnectorError, ErrorKind, Retry};
use std::{sync::Arc, time::Duration};

async fn error(answer: Response<Bytes>) -> ConnectorError {
    session(&Network::new().on_answers("GET entite", [answer])).entities().await.unwrap_err()
}

fn answer(status: u16, header: (&str, &str), body: &str) -> Response<Bytes> {
    Response::builder().status(status).header(header.0, header.1).body(body.to_owned().into()).unwrap()
}

#[tokio::test]
async fn the_table() {
    let html = ("content-type", "text/html; charset=UTF-8");
    let none = ("x-none", "");
    for (answer, kind, refuses) in [
        (json(401, include_str!("../data/pastell/error-401.json")), ErrorKind::Unauthenticated, true),
        (refused(401, "Votre compte a été désactivé"), ErrorKind::Forbidden, true),
        (refused(401, "Votre login CAS est inconnu sur Pastell (x)"), ErrorKind::Forbidden, true),
        (answer(401, none, ""), ErrorKind::Unauthenticated, true),
        (answer(302, ("location", "https://cas.example/login"), ""), ErrorKind::Unauthenticated, false),
        (answer(200, html, "<html>CAS Authentication failed!"), ErrorKind::Unauthenticated, false),
        (refused(403, "Acces interdit id_e=1, droit=entite:lecture,id_u=3"), ErrorKind::Forbidden, false),
        (refused(404, "L'entité 1 n'existe pas"), ErrorKind::NotFound, false),
        (refused(400, "id_e est obligatoire"), ErrorKind::BadAnswer, false),
        (refused(405, "Cette méthode n'est pas utilisable"), ErrorKind::Unsupported, false),
        (refused(500, "SQLSTATE"), ErrorKind::Unreachable, false),
        (answer(503, html, "<html>Maintenance"), ErrorKind::Unreachable, false),
        (answer(504, html, "<html>"), ErrorKind::Timeout, false),
        (refused(200, "legacy"), ErrorKind::BadAnswer, false),
        (json(200, "{\"a\":1}"), ErrorKind::BadAnswer, false),
        (json(200, "\u{1}"), ErrorKind::BadAnswer, false),
    ] {
        let told = format!("{answer:?}");
        let error = error(answer).await;
        assert_eq!((error.kind(), error.refuses_credential()), (kind, refuses), "{told}");
        let words = format!("{error} {error:?}");
        assert!(!words.contains("id_u=3") && !words.contains("SQLSTATE"), "{words}");
    }
}

#[tokio::test]
async fn too_many_refusals_name_their_wait() {
    let named = answer(429, ("retry-after", "42"), "{\"status\":\"error\",\"error-message\":\"\"}");
    for (answer, wait) in [(named, 42), (refused(429, "Rate limit exceeded"), 60)] {
        let error = error(answer).await;
        assert_eq!(error.kind(), ErrorKind::RateLimited);
        assert_eq!(error.retry(), Retry::After(Duration::from_secs(wait)));
    }
}

#[tokio::test]
async fn the_probe_needs_nobody() {
    let version = |answer| {
        let network = Network::new().on_answers("GET version", [answer]);
        let client = Client::new(&BASE.parse().unwrap(), None, network).unwrap();
        async move { client.version().await.map_err(|error| error.kind()) }
    };
    assert_eq!(version(json(200, r#"{"version":"4.1.16"}"#)).await, Ok(Some("4.1.16".into())));
    // Pastell asks for a credential first: it is there all the same.
    assert_eq!(version(refused(401, "Accès interdit")).await, Ok(None));
    let proxy = answer(401, ("www-authenticate", "Basic realm=\"Extranet\""), "<html>401");
    assert_eq!(version(proxy).await, Err(ErrorKind::BadAnswer));
    assert_eq!(version(json(200, "{}")).await, Err(ErrorKind::BadAnswer));
    assert_eq!(version(refused(500, "x")).await, Err(ErrorKind::Unreachable));
}

#[test]
fn an_address_with_a_query_is_refused() {
    let network: Arc<Network> = Network::new();
    let built = Client::new(&format!("{BASE}?auth=cas").parse().unwrap(), None, network);
    assert_eq!(built.unwrap_err().kind(), ErrorKind::BadConfiguration);
}
