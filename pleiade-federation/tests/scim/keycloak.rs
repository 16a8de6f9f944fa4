//! What Keycloak with a SCIM extension, and others that follow the letter of the standard, send: whole resources by PUT, groups with
//! their members, look-ups by `externalId`.

use crate::Client;
use http::{Method, StatusCode};
use serde_json::json;

#[tokio::test]
async fn whole_resources_are_replaced() {
    let client = Client::new();
    let body = |title: &str| {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "externalId": "f3a9",
            "userName": "hmartin",
            "name": { "givenName": "Hélène", "familyName": "Martin" },
            "emails": [{ "value": "helene@beta.example", "primary": true }, { "value": "h@beta.example" }],
            "title": title,
            "active": true,
        })
    };
    let made = client.send(Method::POST, "Users", &body("Maire")).await;
    let id = made.body["id"].as_str().unwrap();
    let path = format!("Users/{id}");
    assert_eq!(client.found("Users", "externalId eq \"f3a9\"").await.body["Resources"][0]["id"], id);
    assert_eq!(
        client.found("Users", "externalId eq \"F3A9\"").await.body["totalResults"],
        0,
        "case counts in a key"
    );
    assert_eq!(
        client.found("Users", "userName eq \"HMARTIN\"").await.body["totalResults"],
        1,
        "not in a name"
    );
    assert_eq!(client.found("Users", "emails eq \"H@beta.example\"").await.body["totalResults"], 1);

    let mut less = body("Adjointe");
    less.as_object_mut().unwrap().remove("emails");
    let replaced = client.send(Method::PUT, &path, &less).await;
    assert_eq!((replaced.status, &replaced.body["title"]), (StatusCode::OK, &json!("Adjointe")));
    assert!(replaced.body.get("emails").is_none(), "what is left out is gone");
    assert_eq!(replaced.body["meta"]["created"], made.body["meta"]["created"]);
}

#[tokio::test]
async fn groups_hold_groups_but_not_themselves() {
    let client = Client::new();
    let person = client.user("hmartin").await;
    let group = async |name: &str, members: serde_json::Value| {
        client.send(Method::POST, "Groups", &json!({ "displayName": name, "members": members })).await
    };
    let inner = group("elus", json!([{ "value": person, "type": "Group", "$ref": "https://evil.example/" }]))
        .await
        .body;
    assert_eq!(inner["members"][0]["type"], "User", "the type is what it is, not what is said");
    assert!(inner["members"][0]["$ref"].as_str().unwrap().ends_with(&format!("/Users/{person}")));
    let outer = group("tous", json!([{ "value": inner["id"] }, { "value": inner["id"] }])).await.body;
    assert_eq!(outer["members"].as_array().unwrap().len(), 1);
    assert!(outer["members"][0]["$ref"].as_str().unwrap().contains("/Groups/"));
    let id = outer["id"].as_str().unwrap();
    let itself = client
        .patch(
            &format!("Groups/{id}"),
            json!([{ "op": "add", "path": "members", "value": [{ "value": id }] }]),
        )
        .await;
    assert_eq!(itself.body["scimType"], "invalidValue");
}

#[tokio::test]
async fn a_new_preferred_address_takes_the_place_of_the_old_one() {
    let client = Client::new();
    let path = format!("Users/{}", client.user("jeanne").await);
    let changed = client
        .patch(&path, json!([{ "op": "add", "path": "emails", "value": [{ "value": "new@alpha.example", "primary": true }] }]))
        .await;
    assert_eq!(
        changed.body["emails"],
        json!([{ "value": "jeanne@alpha.example", "type": "work" }, { "value": "new@alpha.example", "primary": true }])
    );
    let whole = client.patch(&path, json!([{ "op": "replace", "path": "emails[type eq \"work\"]", "value": { "value": "other@alpha.example" } }])).await;
    assert_eq!(whole.body["emails"][0], json!({ "value": "other@alpha.example" }));
    let emptied = client
        .patch(
            &path,
            json!([{ "op": "remove", "path": "emails" }, { "op": "remove", "path": "name.givenName" }]),
        )
        .await;
    assert!(
        emptied.body.get("emails").is_none() && emptied.body["name"] == json!({ "familyName": "Dupont" })
    );
}
