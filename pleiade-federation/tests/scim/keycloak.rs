//! What Keycloak with a SCIM extension over scim-sdk, and others that follow the letter of the standard, send: whole resources by PUT, groups
//! with their members, look-ups by `externalId`, changes with single values in lists of one.

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

/// Keycloak's event listener with scim-sdk: people by PUT, groups by PATCH with all their members, single values in lists of one.
#[tokio::test]
async fn what_happens_in_keycloak_is_told_by_scim_sdk() {
    let client = Client::new();
    let key = "5f8a4c1e-7b2d-4f63-9a0e-1c2d3e4f5a6b";
    let person = |active: bool| {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "externalId": key,
            "userName": "hmartin",
            "name": { "givenName": "Hélène", "familyName": "Martin" },
            "displayName": "Hélène Martin",
            "active": active,
            "emails": [{ "value": "helene@beta.example" }],
            "roles": [{ "value": "agent" }],
            "meta": { "resourceType": "User", "location": "Users/x" },
        })
    };
    let made = client.send(Method::POST, "Users", &person(true)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let id = made.body["id"].as_str().unwrap();
    let path = format!("Users/{id}");
    // Its import reads everybody, by a search.
    let search = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "startIndex": 1,
        "count": 100,
    });
    assert_eq!(client.send(Method::POST, "Users/.search", &search).await.body["totalResults"], 1);
    for filter in ["userName eq \"hmartin\"", "externalId eq \"5f8a4c1e-7b2d-4f63-9a0e-1c2d3e4f5a6b\""] {
        assert_eq!(client.found("Users", filter).await.body["Resources"][0]["id"], id, "{filter}");
    }
    let left = client.send(Method::PUT, &path, &person(false)).await;
    assert_eq!((left.status, &left.body["active"]), (StatusCode::OK, &json!(false)));
    let back = json!([
        { "path": "active", "op": "replace", "value": ["true"] },
        { "path": "displayName", "op": "replace", "value": ["Hélène Martin-Roy"] },
        { "path": "name.familyName", "op": "replace", "value": ["Martin-Roy"] },
    ]);
    let back = client.patch(&path, back).await;
    assert_eq!((back.status, &back.body["active"]), (StatusCode::OK, &json!(true)), "{}", back.body);
    assert_eq!(
        (&back.body["displayName"], &back.body["name"]["familyName"]),
        (&json!("Hélène Martin-Roy"), &json!("Martin-Roy"))
    );

    let group = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "externalId": "g-1",
        "displayName": "agents",
        "members": [{ "value": id, "$ref": format!("Users/{id}"), "type": "User" }],
    });
    let made = client.send(Method::POST, "Groups", &group).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let path = format!("Groups/{}", made.body["id"].as_str().unwrap());
    assert_eq!(client.members(&path).await, [id]);
    let other = client.user("paul").await;
    let with = |members: serde_json::Value, name: &str| {
        json!([
            members,
            { "path": "displayName", "op": "replace", "value": [name] },
            { "path": "externalId", "op": "replace", "value": ["g-1"] },
        ])
    };
    let all = json!([{ "value": id, "type": "User" }, { "value": other, "type": "User" }]);
    let filled = with(json!({ "path": "members", "op": "replace", "value": all }), "agents");
    assert_eq!(client.patch(&path, filled).await.status, StatusCode::OK);
    assert_eq!(client.members(&path).await, [id, &*other]);
    let emptied = client.patch(&path, with(json!({ "path": "members", "op": "remove" }), "anciens")).await;
    assert_eq!((emptied.status, &emptied.body["members"]), (StatusCode::OK, &json!([])));
    assert_eq!(
        (&emptied.body["displayName"], &emptied.body["externalId"]),
        (&json!("anciens"), &json!("g-1"))
    );
    assert_eq!(client.raw(Method::DELETE, &path, &[], b"").await.status, StatusCode::NO_CONTENT);
    // Several values are not one.
    let two = json!([{ "path": "title", "op": "replace", "value": ["a", "b"] }]);
    assert_eq!(client.patch(&format!("Users/{id}"), two).await.body["scimType"], "invalidValue");
}
