//! An address that gives what is of one person: whose answer it is, and what it may say.

use super::support::{built, cx, load};
use axum::{Router, extract::Path, http::Uri, response::IntoResponse as _, routing::get};
use pleiade_connectors::{exchange::profile::ExchangeConnector, kind::Network};
use pleiade_core::{Connector as _, ErrorKind};
use pleiade_testkit::{CapturingTransport, RouterTransport, TestClock};
use serde_json::{Value, json};
use std::sync::Arc;

fn connector(answer: Value, filter: Value) -> (ExchangeConnector, CapturingTransport) {
    let answer = move |Path(key): Path<String>| {
        let answer = answer.clone();
        async move {
            match key.as_str() {
                "inconnu" | "pleiade-probe" => axum::http::StatusCode::NOT_FOUND.into_response(),
                _ => axum::Json(answer).into_response(),
            }
        }
    };
    let router = Router::new()
        .route("/esb/agents/{key}/synthese", get(answer))
        .fallback(|_: Uri| async { axum::http::StatusCode::IM_A_TEAPOT });
    let transport = CapturingTransport::new(Arc::new(RouterTransport::new(router)));
    let source = json!({ "json": { "url": "https://esb.ville.example/esb", "token": "jeton-du-portail" } });
    (built(source, filter, Network::new(Arc::new(transport.clone()))).unwrap(), transport)
}

fn synthesis(agent: &str) -> Value {
    let element =
        json!({ "liste": "bc", "id": 1893, "titre": "Garage", "statut": "A_VISER", "montant": 1870.40 });
    json!({ "schema": "pleiade.synthese/1", "agent": agent, "maj": "2026-11-23T05:02:11+01:00", "elements": [element] })
}

async fn outcome(connector: &ExchangeConnector, key: &str) -> Result<usize, ErrorKind> {
    let clock = Arc::new(TestClock::default());
    let content = load(connector, 0, &cx("ville", Some(key), &clock)).await;
    content.map(|content| content.items.len()).map_err(|error| error.kind())
}

#[tokio::test]
async fn an_answer_about_somebody_else_is_refused_whole() {
    let (own, _) = connector(synthesis("dupont.m"), json!({}));
    assert_eq!(outcome(&own, "dupont.m").await, Ok(1));
    for other in ["dupont", "dupont.mm", "Dupont.m", "durand", "0dupont.m"] {
        assert_eq!(outcome(&own, other).await, Err(ErrorKind::BadAnswer), "{other}");
    }
    let (folding, _) = connector(synthesis("Dupont.M"), json!({ "fold_case": true }));
    assert_eq!(outcome(&folding, "dupont.m").await, Ok(1));
    let (unknown, _) = connector(synthesis("x"), json!({}));
    assert_eq!(outcome(&unknown, "inconnu").await, Err(ErrorKind::NotFound));
    let mut mixed = synthesis("d");
    mixed["elements"] = json!([{ "agent": "e", "liste": "bc", "id": "1", "titre": "D’un autre" }]);
    let (mixed, _) = connector(mixed, json!({}));
    assert_eq!(outcome(&mixed, "d").await, Ok(0), "a row that says whose it is is theirs");
    for (key, value) in
        [("schema", json!("pleiade.synthese/2")), ("agent", json!(null)), ("elements", json!("rien"))]
    {
        let mut odd = synthesis("d");
        odd[key] = value;
        let (odd, _) = connector(odd, json!({}));
        assert_eq!(outcome(&odd, "d").await, Err(ErrorKind::BadAnswer), "{key}");
    }
}

#[tokio::test]
async fn a_key_stays_in_its_place_of_the_address() {
    for key in ["../admin", "d/e", "d?x=1", "d#e", "d e", "%2e%2e", "."] {
        let (own, transport) = connector(synthesis(key), json!({}));
        let read = outcome(&own, key).await;
        let sent = transport.requests();
        let path = sent[0].uri.path();
        assert!(path.starts_with("/esb/agents/") && path.ends_with("/synthese"), "{key}: {path}");
        assert_eq!(path.split('/').count(), 5, "{key}: {path}");
        assert!(sent[0].uri.query().is_none());
        assert!(key == "." || read == Ok(1), "{key}: {read:?}");
    }
}

#[tokio::test]
async fn a_collectivite_that_shares_the_address_is_named_and_must_answer() {
    let filter = json!({ "tenants": { "ville": "V1" } });
    let mut answer = synthesis("7");
    answer["collectivite"] = json!("V1");
    let (own, transport) = connector(answer, filter.clone());
    assert_eq!(outcome(&own, "7").await, Ok(1));
    assert_eq!(transport.requests()[0].uri.query(), Some("collectivite=V1"));
    for wrong in [json!("V10"), json!(null), json!("")] {
        let mut answer = synthesis("7");
        answer["collectivite"] = wrong.clone();
        let (other, _) = connector(answer, filter.clone());
        assert_eq!(outcome(&other, "7").await, Err(ErrorKind::BadAnswer), "{wrong}");
    }
}

#[tokio::test]
async fn an_unknown_person_proves_that_the_address_is_there() {
    let (own, _) = connector(synthesis("d"), json!({}));
    own.probe().await.unwrap();
}
