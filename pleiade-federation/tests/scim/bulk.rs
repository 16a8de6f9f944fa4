//! Many changes at once.

use crate::Client;
use http::{Method, StatusCode};
use serde_json::{Value, json};

async fn bulk(client: &Client, operations: Value, fail_on: Option<u64>) -> crate::Answer {
    let schema = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
    client
        .send(
            Method::POST,
            "Bulk",
            &json!({ "schemas": [schema], "failOnErrors": fail_on, "Operations": operations }),
        )
        .await
}

fn statuses(answer: &Value) -> Vec<&str> {
    answer["Operations"].as_array().unwrap().iter().map(|one| one["status"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn operations_refer_to_each_other_in_any_order() {
    let client = Client::new();
    let answer = bulk(
        &client,
        json!([
            { "method": "POST", "path": "/Groups", "bulkId": "g", "data": { "displayName": "Agents", "members": [{ "value": "bulkId:u" }] } },
            { "method": "POST", "path": "/Users", "bulkId": "u", "data": { "userName": "jeanne" } },
            { "method": "PATCH", "path": "/Users/bulkId:u", "data": { "Operations": [{ "op": "add", "path": "title", "value": "Maire" }] } },
        ]),
        None,
    )
    .await;
    assert_eq!(statuses(&answer.body), ["201", "201", "200"], "{}", answer.body);
    let group = client.found("Groups", "displayName eq \"agents\"").await.body;
    let person = client.found("Users", "title eq \"Maire\"").await.body;
    assert_eq!(group["Resources"][0]["members"][0]["value"], person["Resources"][0]["id"]);
    let gone = bulk(&client, json!([{ "method": "DELETE", "path": format!("/Users/{}", person["Resources"][0]["id"].as_str().unwrap()) }]), None).await;
    assert_eq!(statuses(&gone.body), ["204"]);
}

#[tokio::test]
async fn one_that_fails_undoes_nothing_and_may_stop_the_rest() {
    let client = Client::new();
    let make = |name: &str| json!({ "method": "POST", "path": "/Users", "bulkId": name, "data": { "userName": name } });
    let operations = json!([make("a"), make("a"), make("b"), make("b"), make("c")]);
    let answer = bulk(&client, operations.clone(), None).await;
    assert_eq!(statuses(&answer.body), ["201", "409", "201", "409", "201"]);
    assert_eq!(answer.body["Operations"][1]["response"]["scimType"], "uniqueness");
    let answer = bulk(&Client::new(), operations, Some(1)).await;
    assert_eq!(statuses(&answer.body), ["201", "409"]);
}

#[tokio::test]
async fn circles_and_lost_references_are_refused() {
    let client = Client::new();
    let group = |id: &str, of: &str| json!({ "method": "POST", "path": "/Groups", "bulkId": id, "data": { "displayName": id, "members": [{ "value": format!("bulkId:{of}") }] } });
    let answer = bulk(
        &client,
        json!([group("a", "b"), group("b", "a"), group("c", "nowhere"), group("d", "d")]),
        None,
    )
    .await;
    assert_eq!(statuses(&answer.body), ["409", "409", "400", "409"], "{}", answer.body);
    assert_eq!(client.get("Groups").await.body["totalResults"], 0);
}

#[tokio::test]
async fn a_bulk_is_bounded() {
    let client = Client::new();
    let many: Vec<Value> =
        (0..101).map(|n| json!({ "method": "DELETE", "path": format!("/Users/{n}") })).collect();
    assert_eq!(bulk(&client, json!(many), None).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(bulk(&client, json!("x"), None).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn one_that_makes_no_sense_is_answered_in_its_place() {
    let make = |name: &str| json!({ "method": "post", "path": "/Users", "bulkId": name, "data": { "userName": name } });
    let wrong = [
        json!({ "method": "GET", "path": "/Users", "bulkId": "g" }),
        json!({ "method": "POST", "path": "/Bulk", "bulkId": "x", "data": {} }),
        json!({ "method": "POST", "path": "/Users", "data": { "userName": "nameless" } }),
        json!({ "method": "POST", "path": "/Users/.search", "bulkId": "x", "data": {} }),
        json!({ "method": "POST", "path": "/Users", "bulkId": "x" }),
        json!({ "method": "DELETE" }),
        json!({ "path": "/Users/x" }),
        json!("nothing"),
        json!({ "method": "PUT", "path": "/Users/bulkId:g", "data": { "userName": "g" } }),
    ];
    for wrong in wrong {
        let client = Client::new();
        let answer = bulk(&client, json!([make("a"), wrong, make("b")]), None).await;
        assert_eq!(statuses(&answer.body), ["201", "400", "201"], "{wrong}");
        let told = &answer.body["Operations"][1];
        assert_eq!((&told["method"], &told["bulkId"]), (&wrong["method"], &wrong["bulkId"]), "{wrong}");
        assert_eq!(told["response"]["status"], "400");
        let answer = bulk(&Client::new(), json!([make("a"), wrong, make("b")]), Some(1)).await;
        assert_eq!(statuses(&answer.body), ["201", "400"], "{wrong}");
        let answer = bulk(&Client::new(), json!([make("a"), wrong, make("b")]), Some(2)).await;
        assert_eq!(statuses(&answer.body), ["201", "400", "201"], "{wrong}");
    }
}
