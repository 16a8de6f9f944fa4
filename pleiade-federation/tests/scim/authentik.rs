//! What authentik's SCIM provider sends: it reads what the service says of itself, makes people and groups, looks for those that it is told
//! exist, replaces people as a whole, and adds people to a group one operation each.

use crate::Client;
use http::{Method, StatusCode};
use serde_json::{Value, json};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// authentik's name of somebody: a digest.
const KEY: &str = "9d1c3f0b5a7e4c2d8f6b1a0e9c8d7b6a5f4e3d2c1b0a99887766554433221100";

fn person(active: bool) -> Value {
    json!({
        "schemas": [USER],
        "externalId": KEY,
        "userName": "jdupont",
        "name": { "formatted": "Jeanne Dupont", "givenName": "Jeanne", "familyName": "Dupont" },
        "displayName": "Jeanne Dupont",
        "photos": [{ "value": "https://sso.example/avatar.png", "type": "photo", "primary": true }],
        "emails": [{ "value": "jeanne@alpha.example", "type": "other", "primary": true }],
        "active": active,
    })
}

#[tokio::test]
async fn a_person_comes_changes_and_leaves() {
    let client = Client::new();
    let config = client.get("ServiceProviderConfig").await.body;
    for feature in ["patch", "bulk", "filter"] {
        assert_eq!(config[feature]["supported"], true, "{feature}");
    }
    assert!(config["bulk"]["maxOperations"].as_u64().unwrap() > 0, "also the changes of a request there");

    let made = client.send(Method::POST, "Users", &person(true)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let id = made.body["id"].as_str().unwrap();
    // Whoever is there already is looked for, and taken.
    assert_eq!(client.send(Method::POST, "Users", &person(true)).await.status, StatusCode::CONFLICT);
    let found = client.get("Users?filter=userName+eq+%22jdupont%22").await;
    assert_eq!((&found.body["totalResults"], &found.body["Resources"][0]["id"]), (&json!(1), &json!(id)));
    assert_eq!(client.found("Users", &format!("externalId eq \"{KEY}\"")).await.body["totalResults"], 1);

    let path = format!("Users/{id}");
    for active in [true, false, true] {
        let mut whole = person(active);
        whole["id"] = json!(id);
        let replaced = client.send(Method::PUT, &path, &whole).await;
        assert_eq!((replaced.status, &replaced.body["active"]), (StatusCode::OK, &json!(active)));
    }
    assert_eq!(client.raw(Method::DELETE, &path, &[], b"").await.status, StatusCode::NO_CONTENT);
    assert_eq!(client.raw(Method::DELETE, &path, &[], b"").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_group_is_made_empty_and_filled_afterwards() {
    let client = Client::new();
    let (anne, bruno) = (client.user("anne").await, client.user("bruno").await);
    let group = json!({ "schemas": [GROUP], "displayName": "élus", "externalId": "6a1f7c1e-0d3b-4a52-9d2c-6f0e1b2a3c4d" });
    let made = client.send(Method::POST, "Groups", &group).await;
    assert_eq!((made.status, &made.body["members"]), (StatusCode::CREATED, &json!([])), "{}", made.body);
    let id = made.body["id"].as_str().unwrap();
    let path = format!("Groups/{id}");
    assert_eq!(client.get(&path).await.body["members"], json!([]), "what is compared with its people");

    let each = |op: &str, people: &[&str]| {
        let one = |id: &&str| json!({ "op": op, "path": "members", "value": [{ "value": id }] });
        Value::Array(people.iter().map(one).collect())
    };
    assert_eq!(client.patch(&path, each("add", &[&anne, &bruno])).await.status, StatusCode::OK);
    assert_eq!(client.members(&path).await, [&*anne, &*bruno]);
    let of_group = client.found("Users", &format!("groups.value eq \"{id}\"")).await;
    assert_eq!(of_group.body["totalResults"], 2);

    // The group itself, as a whole and without path: its members stay.
    let mut renamed = group.clone();
    (renamed["id"], renamed["displayName"]) = (json!(id), json!("Élus et élues"));
    let answer = client.patch(&path, json!([{ "op": "replace", "value": renamed }])).await;
    assert_eq!((answer.status, &answer.body["displayName"]), (StatusCode::OK, &json!("Élus et élues")));
    assert_eq!(client.members(&path).await, [&*anne, &*bruno]);

    assert_eq!(client.patch(&path, each("remove", &[&anne])).await.status, StatusCode::OK);
    assert_eq!(client.members(&path).await, [&*bruno]);
    let emptied = client.patch(&path, each("remove", &[&anne, &bruno])).await;
    assert_eq!((emptied.status, &emptied.body["members"]), (StatusCode::OK, &json!([])));
    assert_eq!(client.send(Method::POST, "Groups", &group).await.status, StatusCode::CONFLICT);
    let found = client.found("Groups", "displayName eq \"Élus et élues\"").await;
    assert_eq!(found.body["Resources"][0]["id"], id);
    assert_eq!(client.raw(Method::DELETE, &path, &[], b"").await.status, StatusCode::NO_CONTENT);
}
