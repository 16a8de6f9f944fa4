//! The simulated platform says what the samples say, and lets in as Pastell does.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests panic like tests")]

use bytes::Bytes;
use http::{Request, Response};
use pleiade_core::{Limits, Transport as _};
use pleiade_testkit::{Pastell, RouterTransport, Simulator as _, TestClock};
use serde_json::Value;
use std::{collections::BTreeSet, path::Path, sync::Arc};

const LOGIN: &str = "cdurand";

fn sample(file: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../pleiade-connectors/tests/data/pastell");
    serde_json::from_str(&std::fs::read_to_string(folder.join(file)).unwrap()).unwrap()
}

fn platform() -> Pastell {
    Pastell::new(Arc::new(TestClock::default()))
}

async fn send(pastell: &Pastell, path: &str, headers: &[(&str, &str)]) -> Response<Bytes> {
    let request = Request::get(format!("https://pastell.example{path}"));
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let transport = RouterTransport::new(pastell.router());
    transport.send(request.body(Bytes::new()).unwrap(), Limits::default()).await.unwrap()
}

async fn ask(pastell: &Pastell, path: &str, token: &str) -> Response<Bytes> {
    send(pastell, &format!("/api/v2/{path}"), &[("authorization", &format!("Bearer {token}"))]).await
}

async fn json(path: &str) -> Value {
    let answer = ask(&platform(), path, &Pastell::token(LOGIN)).await;
    serde_json::from_slice(answer.body()).unwrap()
}

/// The names of fields with the kinds of their values; a list is its first item.
fn shape(value: &Value) -> BTreeSet<String> {
    let kind = |value: &Value| match value {
        Value::Null => "null",
        Value::Bool(_) => "flag",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    };
    let row = value.as_array().map_or(value, |rows| &rows[0]);
    row.as_object().unwrap().iter().map(|(name, value)| format!("{name}: {}", kind(value))).collect()
}

#[tokio::test(start_paused = true)]
async fn answers_have_the_fields_of_the_samples() {
    assert_eq!(shape(&json("entite").await), shape(&sample("entities.json")));
    let documents = json("entite/2/document?lastetat=tdt-error").await;
    assert_eq!(shape(&documents), shape(&sample("documents.json")));
    let (counts, expected) = (json("document/count").await, sample("counts.json"));
    assert_eq!(shape(&counts["1"]), shape(&expected["1"]));
    assert_eq!(shape(&counts["1"]["info"]), shape(&expected["1"]["info"]));
    assert_eq!(shape(&json("flux").await["mailsec"]), shape(&sample("flows.json")["mailsec"]));
    let id = documents[0]["id_d"].as_str().unwrap().to_owned();
    let detail = shape(&json(&format!("entite/2/document/{id}")).await);
    let known = shape(&sample("detail.json"));
    // A document that was never sent has no data: PHP's empty list.
    assert!(detail.iter().all(|field| known.contains(field) || field == "data: list"), "{detail:?}");
    let refused = ask(&platform(), "entite", "unknown").await;
    let refusal: Value = serde_json::from_slice(refused.body()).unwrap();
    assert_eq!((refused.status().as_u16(), refusal), (401, sample("error-401.json")));
}

#[tokio::test(start_paused = true)]
async fn rights_are_given_on_an_entity_and_those_below() {
    let readable = json("document/count").await;
    assert_eq!(readable["2"]["flux"]["mailsec"]["creation"], 1);
    assert!(readable["1"]["flux"].get("mailsec").is_none(), "given on the service alone");
    assert!(readable["3"]["flux"].get("actes-generique").is_some(), "given above");
    assert!(readable.get("10").is_none());
    let token = Pastell::token(LOGIN);
    for (path, status) in [
        ("entite/10/document", 403),
        ("entite/77/document", 404),
        ("entite/1/document?type=mailsec", 403),
        ("entite/1/document/nowhere", 404),
        ("utilisateur/1", 403),
    ] {
        assert_eq!(ask(&platform(), path, &token).await.status().as_u16(), status, "{path}");
    }
    let none = ask(&platform(), "document/count?id_e=10", &token).await;
    assert_eq!(none.body().as_ref(), b"[]", "an empty answer is a list");
}

#[tokio::test(start_paused = true)]
async fn five_refused_tokens_in_a_minute_shut_everybody_out() {
    let pastell = platform();
    let good = Pastell::token(LOGIN);
    for _ in 0..5 {
        assert_eq!(ask(&pastell, "entite", "wrong").await.status().as_u16(), 401);
    }
    let shut = ask(&pastell, "entite", &good).await;
    assert_eq!((shut.status().as_u16(), &shut.headers()["retry-after"]), (429, &"60".parse().unwrap()));
    // A minute later the same token is good, and what came before is forgiven.
    tokio::time::advance(std::time::Duration::from_secs(61)).await;
    assert_eq!(ask(&pastell, "entite", &good).await.status().as_u16(), 200);
    for _ in 0..4 {
        ask(&pastell, "entite", "wrong").await;
    }
    assert_eq!(ask(&pastell, "entite", &good).await.status().as_u16(), 200);
    assert_eq!(ask(&pastell, "entite", "wrong").await.status().as_u16(), 401, "counted from none again");
}

#[tokio::test(start_paused = true)]
async fn a_ticket_is_good_once_and_leads_back_to_its_address() {
    let pastell = platform();
    let (service, ticket) = ("/api/v2/entite?auth=cas", Pastell::ticket(LOGIN));
    let opened = send(&pastell, &format!("{service}&ticket={ticket}"), &[]).await;
    assert_eq!((opened.status().as_u16(), &opened.headers()["location"]), (302, &service.parse().unwrap()));
    let cookies: Vec<&str> = opened
        .headers()
        .get_all("set-cookie")
        .iter()
        .map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap())
        .collect();
    assert_eq!(cookies.len(), 2, "the balancer's and Pastell's");
    assert_eq!(send(&pastell, service, &[("cookie", &cookies.join("; "))]).await.status().as_u16(), 200);
    let lost = send(&pastell, service, &[("cookie", cookies[1])]).await;
    assert!(lost.headers()["location"].to_str().unwrap().starts_with("https://cas."), "on another machine");
    let again = send(&pastell, &format!("{service}&ticket={ticket}"), &[]).await;
    assert!(again.status().is_success() && again.body().starts_with(b"<html>"), "a page of phpCAS");
    let unknown = send(&pastell, &format!("{service}&ticket={}", Pastell::ticket("personne")), &[]).await;
    assert_eq!(unknown.status().as_u16(), 302, "CAS knows whom Pastell does not");
}
