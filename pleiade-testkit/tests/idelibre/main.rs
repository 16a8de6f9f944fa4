//! Whatever the simulator says stands in the description of the API that was rebuilt from its source (`schemas.json`): no invented field, no
//! other type, and each version's own fields. It refuses as the source does.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests panic like tests"
)]

use bytes::Bytes;
use http::{Request, Response};
use pleiade_core::{Limits, Transport as _};
use pleiade_testkit::{Idelibre, RouterTransport, Simulator as _, TestClock};
use serde_json::{Value, json};
use std::{collections::BTreeSet, path::Path, sync::Arc};

const TOWN: &str = "la-roche-aux-fees";
const VERSIONS: [&str; 3] = ["4.1", "4.2", "4.3"];

async fn send(server: &Idelibre, method: &str, path: &str, key: Option<&str>) -> Response<Bytes> {
    let request = Request::builder().method(method).uri(format!("https://idelibre.example/{path}"));
    let request = key.into_iter().fold(request, |request, key| request.header("x-auth-token", key));
    RouterTransport::new(server.router())
        .send(request.body(Bytes::new()).unwrap(), Limits::default())
        .await
        .unwrap()
}

fn json_of(answer: &Response<Bytes>) -> Value {
    serde_json::from_slice(answer.body()).unwrap()
}

/// What somebody who holds the key of the town reads below `/api/v2/structures/{id}`.
async fn read(server: &Idelibre, version: &str, path: &str) -> Value {
    let path = format!("{version}/api/v2/structures/{}/{path}", Idelibre::structure_id(TOWN));
    let answer = send(server, "GET", &path, Some(&Idelibre::key(TOWN))).await;
    assert!(answer.status() == 200 && answer.headers()["content-type"] == "application/json", "{path}");
    json_of(&answer)
}

/// Fails when a value is not what its schema says: `#Name`, a type with `?` where it may be null, a list of one, or the fields of an object.
fn conforms(schemas: &Value, schema: &Value, value: &Value, place: &str) {
    match schema {
        Value::Array(items) => {
            let values = value.as_array().unwrap_or_else(|| panic!("{place} is no list"));
            values.iter().for_each(|value| conforms(schemas, &items[0], value, place));
        }
        Value::Object(fields) => {
            for (name, value) in value.as_object().unwrap_or_else(|| panic!("{place} is no object")) {
                let schema = fields.get(name).unwrap_or_else(|| panic!("{place}.{name} is invented"));
                conforms(schemas, schema, value, &format!("{place}.{name}"));
            }
        }
        Value::String(word) => {
            let is_nullable = word.ends_with('?');
            let kind = word.trim_end_matches('?');
            let fits = match (kind.strip_prefix('#'), value) {
                (_, Value::Null) => is_nullable,
                (Some(name), value) => return conforms(schemas, &schemas[name], value, place),
                (None, Value::String(_)) => matches!(kind, "string" | "any"),
                (None, Value::Bool(_)) => kind == "boolean",
                (None, Value::Number(number)) => kind == "integer" && number.is_u64(),
                (None, Value::Object(_)) => matches!(kind, "object" | "any"),
                (None, Value::Array(_)) => false,
            };
            assert!(fits, "{place} is {value}, not {word}");
        }
        other => panic!("{place}: no schema: {other}"),
    }
}

fn fields(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn every_answer_is_of_the_description() {
    let schemas: Value = serde_json::from_str(include_str!("schemas.json")).unwrap();
    let server = Idelibre::new(Arc::new(TestClock::default()));
    server.seed_hostile_text("blefevre");
    for version in VERSIONS {
        let me = send(&server, "GET", &format!("{version}/api/v2/me"), Some(&Idelibre::key(TOWN))).await;
        conforms(&schemas, &json!("#Me"), &json_of(&me), "me");
        let sittings = read(&server, version, "sittings").await;
        conforms(&schemas, &json!(["#Sitting"]), &sittings, "sittings");
        conforms(&schemas, &json!(["#User"]), &read(&server, version, "users").await, "users");
        for id in sittings.as_array().unwrap().iter().map(|sitting| sitting["id"].as_str().unwrap()) {
            let below = |what: &str| format!("sittings/{id}{what}");
            conforms(
                &schemas,
                &json!("#SittingDetail"),
                &read(&server, version, &below("")).await,
                "sitting",
            );
            let convocations = read(&server, version, &below("/convocations")).await;
            conforms(&schemas, &json!(["#Convocation"]), &convocations, "convocations");
            conforms(
                &schemas,
                &json!(["#Project"]),
                &read(&server, version, &below("/projects")).await,
                "projects",
            );
        }
    }
}

/// The samples that the connector is tested on and the simulator write the same fields.
#[tokio::test]
async fn each_version_has_its_own_fields() {
    let server = Idelibre::new(Arc::new(TestClock::default()));
    let sample = |file: &str| -> Value {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../pleiade-connectors/tests/data/idelibre");
        serde_json::from_str(&std::fs::read_to_string(folder.join(file)).unwrap()).unwrap()
    };
    for version in VERSIONS {
        let sittings = read(&server, version, "sittings?status=active").await;
        assert_eq!(
            fields(&sittings[0]),
            fields(&sample(&format!("sittings-{version}.json"))[0]),
            "{version}"
        );
        let id = sittings[0]["id"].as_str().unwrap();
        let convocations = read(&server, version, &format!("sittings/{id}/convocations")).await;
        let known = sample(if version == "4.3" { "convocations-4.3.json" } else { "convocations-4.1.json" });
        assert_eq!(fields(&convocations[0]), fields(&known[0]), "{version}");
        assert_eq!(fields(&convocations[0]["user"]), fields(&known[0]["user"]), "{version}");
    }
    assert_eq!(fields(&read(&server, "4.1", "users").await[0]), fields(&sample("users-4.1.json")[0]));
}

#[tokio::test]
async fn the_status_chooses_the_sittings_as_the_source_does() {
    let server = Idelibre::new(Arc::new(TestClock::default()));
    let mut counts = Vec::new();
    for query in ["", "?status=", "?status=active", "?status=whatever", "?status=archived"] {
        counts.push(read(&server, "4.3", &format!("sittings{query}")).await.as_array().unwrap().len());
    }
    assert_eq!(counts, [6, 6, 5, 5, 1]);
}

#[tokio::test]
async fn refusals_are_those_of_the_source() {
    let server = Idelibre::new(Arc::new(TestClock::default()));
    let key = Idelibre::key(TOWN);
    let own = format!("api/v2/structures/{}", Idelibre::structure_id(TOWN));
    let other = format!("api/v2/structures/{}/users", Idelibre::structure_id("val-d-ombre"));
    let unknown = "00000000-0000-4000-8000-000000000000";
    for (method, path, key, status, word) in [
        ("GET", "api/v2/ping".to_owned(), None, 200, "success"),
        ("GET", "api/v2/me".to_owned(), None, 401, "Full authentication"),
        ("GET", "api/v2/me".to_owned(), Some("x"), 401, "authententification"),
        ("GET", other, Some(key.as_str()), 403, "Access Denied"),
        ("GET", format!("{own}/sittings/{unknown}"), Some(key.as_str()), 404, "object not found"),
        ("GET", format!("api/v2/structures/{unknown}/users"), Some(key.as_str()), 404, "object not found"),
        ("GET", format!("{own}/sittings/1"), Some(key.as_str()), 500, "exception"),
        // Nobody answers, acknowledges or changes anything here.
        ("POST", format!("{own}/sittings"), Some(key.as_str()), 405, "Not Allowed"),
        ("DELETE", format!("{own}/users/{unknown}"), Some(key.as_str()), 405, "Not Allowed"),
    ] {
        let before = server.state();
        let answer = send(&server, method, &path, key).await;
        assert_eq!(answer.status(), status, "{path}");
        assert!(json_of(&answer)["message"].as_str().unwrap().contains(word), "{path}");
        assert!(status == 200 || answer.headers()["content-type"] == "application/problem+json");
        assert_eq!(server.state(), before);
    }
    let page = send(&server, "GET", "4.3/easy/sitting", None).await;
    assert_eq!((page.status().as_u16(), page.headers()["location"].to_str().unwrap()), (302, "/4.3/login"));
    assert!(send(&server, "GET", "4.3/login", None).await.status().is_success());
}
