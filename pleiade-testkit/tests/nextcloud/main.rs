//! Whatever the simulator says, the recorded server says too: no invented field, no other type.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests panic like tests")]

use bytes::Bytes;
use http::{Request, Response};
use pleiade_core::{Limits, Transport as _};
use pleiade_testkit::{Nextcloud, RouterTransport, Simulator as _, TestClock};
use serde_json::Value;
use std::{collections::BTreeSet, path::Path, sync::Arc};

const LOGIN: &str = "cdurand";

fn recorded(file: &str) -> (u16, String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../pleiade-connectors/tests/data/nextcloud-31")
        .join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let (head, body) = text.split_once("\n\n").unwrap();
    (head.lines().next().unwrap().split(' ').nth(1).unwrap().parse().unwrap(), body.trim().to_owned())
}

async fn ask(request: http::request::Builder, body: &str, signed: bool) -> Response<Bytes> {
    let server = Nextcloud::new(Arc::new(TestClock::default()));
    let request = if signed {
        request.header("authorization", format!("Bearer {}", Nextcloud::app_password(LOGIN)))
    } else {
        request
    };
    let request = request.body(Bytes::from(body.to_owned())).unwrap();
    RouterTransport::new(server.router()).send(request, Limits::default()).await.unwrap()
}

fn text(answer: &Response<Bytes>) -> String {
    String::from_utf8(answer.body().to_vec()).unwrap()
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "flag",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

/// Every field of `simulated` stands in `recorded`, with the same type; lists are compared by all their elements against the first.
fn compare(path: &str, simulated: &Value, recorded: &Value, problems: &mut Vec<String>) {
    match (simulated, recorded) {
        (Value::Object(simulated), Value::Object(recorded)) => {
            for (key, value) in simulated {
                match recorded.get(key) {
                    Some(expected) => compare(&format!("{path}.{key}"), value, expected, problems),
                    None => problems.push(format!("{path}.{key} is not recorded")),
                }
            }
        }
        (Value::Array(simulated), Value::Array(recorded)) => {
            // A pair of unlike things is compared place by place, a list of like things with the first recorded one.
            let is_pair = recorded.iter().any(|value| kind(value) != recorded.first().map_or("", kind));
            for (place, value) in simulated.iter().enumerate() {
                let expected = if is_pair { recorded.get(place) } else { recorded.first() };
                let Some(expected) = expected else { return };
                compare(&format!("{path}[{place}]"), value, expected, problems);
            }
        }
        // Nullable on both sides, and PHP's way to write an empty object.
        (Value::Null, _) | (_, Value::Null) => {}
        (Value::Array(empty), Value::Object(_)) if empty.is_empty() => {}
        _ if kind(simulated) == kind(recorded) => {}
        _ => problems.push(format!("{path} is a {}, recorded as a {}", kind(simulated), kind(recorded))),
    }
}

#[tokio::test(start_paused = true)]
async fn json_answers() {
    for (path, file) in [
        ("/ocs/v2.php/cloud/user", "user.http"),
        ("/ocs/v2.php/cloud/capabilities", "capabilities.http"),
        ("/ocs/v2.php/apps/notifications/api/v2/notifications", "notifications.http"),
        ("/ocs/v2.php/apps/spreed/api/v4/room", "talk-rooms.http"),
        ("/ocs/v2.php/apps/recommendations/api/v1/recommendations", "recommendations.http"),
        ("/ocs/v2.php/apps/activity/api/v2/activity", "activity.http"),
    ] {
        let answer =
            ask(Request::get(format!("https://cloud.example.test{path}?format=json")), "", true).await;
        let (status, body) = recorded(file);
        assert_eq!(answer.status(), status, "{path}");
        let simulated: Value = serde_json::from_str(&text(&answer)).unwrap();
        let mut recorded: Value = serde_json::from_str(&body).unwrap();
        if file == "capabilities.http" {
            // The recorded server had no Deck.
            recorded["ocs"]["data"]["capabilities"]["deck"] =
                simulated["ocs"]["data"]["capabilities"]["deck"].clone();
        }
        let mut problems = Vec::new();
        compare("", &simulated, &recorded, &mut problems);
        assert!(problems.is_empty(), "{path}: {problems:#?}");
        let some = simulated["ocs"]["data"].as_array().is_none_or(|list| !list.is_empty());
        assert!(some, "{path}: nothing to compare");
    }
}

#[tokio::test(start_paused = true)]
async fn login_flow() {
    let answer = ask(Request::post("https://cloud.example.test/index.php/login/v2"), "", false).await;
    let simulated: Value = serde_json::from_str(&text(&answer)).unwrap();
    let recorded: Value = serde_json::from_str(&recorded("loginflow-init.http").1).unwrap();
    let mut problems = Vec::new();
    compare("", &simulated, &recorded, &mut problems);
    assert!(problems.is_empty(), "{problems:#?}");
    let length = |value: &Value| value["poll"]["token"].as_str().unwrap().len();
    assert_eq!(length(&simulated), length(&recorded));
}

/// The names of the elements, with their name spaces.
fn elements(xml: &str) -> BTreeSet<String> {
    let document = roxmltree::Document::parse(xml).unwrap_or_else(|error| panic!("{error}: {xml}"));
    document
        .descendants()
        .filter(roxmltree::Node::is_element)
        .map(|node| format!("{{{}}}{}", node.tag_name().namespace().unwrap_or(""), node.tag_name().name()))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn dav_answers() {
    let id = "cdurand%40annuaire";
    let search = "<d:searchrequest xmlns:d='DAV:'><d:basicsearch><d:from><d:scope><d:href>/files/cdurand%40annuaire</d:href></d:scope></d:from><d:where><d:not><d:is-collection/></d:not></d:where></d:basicsearch></d:searchrequest>";
    let events = "<c:calendar-query xmlns:c='urn:ietf:params:xml:ns:caldav'><c:comp-filter name='VEVENT'><c:time-range start='20260301T000000Z' end='20260401T000000Z'/></c:comp-filter></c:calendar-query>";
    for (method, path, body, file) in [
        ("SEARCH", String::new(), search, "webdav-search-recent.http"),
        ("REPORT", format!("files/{id}/"), "<a/>", "webdav-favorites.http"),
        ("PROPFIND", format!("calendars/{id}/"), "<a/>", "caldav-homes.http"),
        ("REPORT", format!("calendars/{id}/personal/"), events, "caldav-report-expanded.http"),
    ] {
        let request = Request::builder()
            .method(method)
            .uri(format!("https://cloud.example.test/remote.php/dav/{path}"))
            .header("depth", "1");
        let answer = ask(request, body, true).await;
        let (status, recorded) = recorded(file);
        assert_eq!(answer.status(), status, "{method} {path}");
        let simulated = elements(&text(&answer));
        let mut known = elements(&recorded);
        if file == "webdav-favorites.http" {
            // Favourites were recorded with fewer properties asked for.
            known.insert("{http://owncloud.org/ns}favorite".to_owned());
        }
        let invented: Vec<_> = simulated.difference(&known).collect();
        assert!(invented.is_empty(), "{method} {path}: {invented:?}");
        assert!(simulated.len() > 5, "{method} {path}: nothing to compare");
    }
}

#[tokio::test(start_paused = true)]
async fn errors() {
    let get = |path: &str| Request::get(format!("https://cloud.example.test{path}?format=json"));
    let basic = get("/ocs/v2.php/cloud/user").header("authorization", "Basic Y2R1cmFuZDpub24=");
    for (answer, file) in [
        (ask(get("/ocs/v2.php/cloud/user"), "", false).await, "error-no-credentials.http"),
        (ask(basic, "", false).await, "error-bad-password.http"),
        (ask(get("/ocs/v2.php/apps/absente/api"), "", true).await, "error-404-app.http"),
    ] {
        let (status, body) = recorded(file);
        assert_eq!(answer.status(), status, "{file}");
        let json = |text: &str| serde_json::from_str::<Value>(text).ok();
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let simulated = text(&answer);
        assert_eq!(json(&simulated), json(&body), "{file}");
        if json(&body).is_none() {
            assert_eq!(words(&simulated), words(&body), "{file}");
        }
    }
}
