//! What Okta's provisioning sends, after its documentation of SCIM 2.0: it looks for somebody by login, makes them, reads them before each
//! change, replaces them as a whole, disables by a change without path, and never deletes people.

use crate::Client;
use http::{Method, StatusCode};
use serde_json::{Value, json};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// The list by which Okta looks whether somebody is there.
async fn looked_for(client: &Client, login: &str) -> Value {
    let filter: String =
        url::form_urlencoded::byte_serialize(format!("userName eq \"{login}\"").as_bytes()).collect();
    let answer = client.get(&format!("Users?filter={filter}&startIndex=1&count=100")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.body
}

fn profile(id: Option<&str>, middle: &str, active: bool) -> Value {
    let mut profile = json!({
        "schemas": [USER],
        "userName": "jeanne.dupont@alpha.example",
        "name": { "givenName": "Jeanne", "middleName": middle, "familyName": "Dupont" },
        "emails": [{ "primary": true, "value": "jeanne.dupont@alpha.example", "type": "work" }],
        "displayName": "Jeanne Dupont",
        "locale": "fr-FR",
        "externalId": "00ujl29u0le5T6Aj10h7",
        "groups": [],
        "active": active,
    });
    match id {
        None => profile["password"] = json!("1mz050nq"),
        Some(id) => {
            profile["id"] = json!(id);
            profile["meta"] = json!({ "resourceType": "User" });
        }
    }
    profile
}

#[tokio::test]
async fn a_person_comes_changes_leaves_and_comes_back() {
    let client = Client::new();
    for list in ["Users?startIndex=1&count=2", "Groups?startIndex=1&count=100"] {
        let probe = client.get(list).await;
        assert_eq!((probe.status, &probe.body["totalResults"]), (StatusCode::OK, &json!(0)), "{list}");
        assert_eq!(probe.body["Resources"], json!([]), "a list, also of nothing");
    }
    assert_eq!(looked_for(&client, "jeanne.dupont@alpha.example").await["totalResults"], 0);
    let made = client.send(Method::POST, "Users", &profile(None, "", true)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert!(!made.body.to_string().contains("1mz050nq"), "no password is kept");
    let id = made.body["id"].as_str().unwrap();
    let again = client.send(Method::POST, "Users", &profile(None, "", true)).await;
    assert_eq!((again.status, &again.body["scimType"]), (StatusCode::CONFLICT, &json!("uniqueness")));
    assert_eq!(looked_for(&client, "Jeanne.Dupont@alpha.example").await["Resources"][0]["id"], id);
    let found = client.found("Users", "externalId eq \"00ujl29u0le5T6Aj10h7\"").await;
    assert_eq!(found.body["Resources"][0]["id"], id);

    let path = format!("Users/{id}");
    assert_eq!(client.get(&path).await.body, made.body);
    let replaced = client.send(Method::PUT, &path, &profile(Some(id), "Marie", true)).await;
    assert_eq!((replaced.status, &replaced.body["name"]["middleName"]), (StatusCode::OK, &json!("Marie")));

    let active = async |active: bool| {
        let answer = client.patch(&path, json!([{ "op": "replace", "value": { "active": active } }])).await;
        (answer.status, answer.body["active"] == active)
    };
    assert_eq!(active(false).await, (StatusCode::OK, true));
    assert_eq!(looked_for(&client, "jeanne.dupont@alpha.example").await["Resources"][0]["active"], false);
    assert_eq!(active(true).await, (StatusCode::OK, true));
    let gone = client.send(Method::PUT, &path, &profile(Some(id), "Marie", false)).await;
    assert_eq!((gone.status, &gone.body["active"]), (StatusCode::OK, &json!(false)));
    let back = client.send(Method::PUT, &path, &profile(Some(id), "Marie", true)).await;
    assert_eq!((&back.body["active"], &back.body["id"]), (&json!(true), &json!(id)));
}

#[tokio::test]
async fn a_group_is_pushed_renamed_filled_and_deleted() {
    let client = Client::new();
    let (anne, bruno) = (client.user("anne").await, client.user("bruno").await);
    let member = |id: &str, name: &str| json!({ "value": id, "display": name });
    let made = client
        .send(Method::POST, "Groups", &json!({ "schemas": [GROUP], "displayName": "Agents", "members": [] }))
        .await;
    assert_eq!((made.status, &made.body["members"]), (StatusCode::CREATED, &json!([])), "{}", made.body);
    let id = made.body["id"].as_str().unwrap();
    let path = format!("Groups/{id}");
    let found = client.get("Groups?filter=displayName+eq+%22Agents%22&startIndex=1&count=100").await;
    assert_eq!(found.body["Resources"][0]["id"], id);

    let renamed = json!([{ "op": "replace", "value": { "id": id, "displayName": "Agents de la ville" } }]);
    assert_eq!(client.patch(&path, renamed).await.body["displayName"], "Agents de la ville");
    let filled = json!([{ "op": "add", "path": "members", "value": [member(&anne, "anne@alpha.example")] }]);
    assert_eq!(client.patch(&path, filled).await.status, StatusCode::OK);
    assert_eq!(client.members(&path).await, [&*anne]);
    let changed = json!([
        { "op": "remove", "path": format!("members[value eq \"{anne}\"]") },
        { "op": "add", "path": "members", "value": [member(&bruno, "bruno@alpha.example")] },
    ]);
    assert_eq!(client.patch(&path, changed).await.status, StatusCode::OK);
    assert_eq!(client.members(&path).await, [&*bruno]);
    let all =
        json!([{ "op": "replace", "path": "members", "value": [member(&anne, "a"), member(&bruno, "b")] }]);
    assert_eq!(client.patch(&path, all).await.status, StatusCode::OK);
    assert_eq!(client.members(&path).await, [&*anne, &*bruno]);
    let whole =
        json!({ "schemas": [GROUP], "id": id, "displayName": "Agents", "members": [member(&anne, "a")] });
    assert_eq!(client.send(Method::PUT, &path, &whole).await.status, StatusCode::OK);
    assert_eq!(client.members(&path).await, [&*anne]);

    assert_eq!(client.raw(Method::DELETE, &path, &[], b"").await.status, StatusCode::NO_CONTENT);
    assert_eq!(client.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(client.get(&format!("Users/{anne}")).await.status, StatusCode::OK, "its people stay");
}
