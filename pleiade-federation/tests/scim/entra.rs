//! What Microsoft Entra's provisioning sends, after its documentation: it looks for somebody, makes them, changes them with names of
//! operations in capitals and booleans as texts, and disables rather than deletes.

use crate::Client;
use http::{Method, StatusCode};
use serde_json::json;

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

#[tokio::test]
async fn a_person_comes_changes_and_leaves() {
    let client = Client::new();
    // The connection test: a list that is empty, not an error.
    let probe = client.found("Users", "userName eq \"1f2e-not-there\"").await;
    assert_eq!((probe.status, &probe.body["totalResults"]), (StatusCode::OK, &json!(0)));
    assert_eq!(probe.body["Resources"], json!([]));

    let made = client
        .send(
            Method::POST,
            "Users",
            &json!({
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
                "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
                "userName": "jdupont@alpha.example",
                "active": "True",
                "displayName": "Jeanne Dupont",
                "emails": [{ "primary": true, "type": "work", "value": "jeanne.dupont@alpha.example" }],
                "meta": { "resourceType": "User" },
                "name": { "formatted": "Jeanne Dupont", "familyName": "Dupont", "givenName": "Jeanne" },
                "roles": [],
                ENTERPRISE: { "department": "Urbanisme", "manager": { "value": "x" } },
            }),
        )
        .await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert_eq!(
        (&made.body["active"], &made.body[ENTERPRISE]),
        (&json!(true), &json!({ "department": "Urbanisme" }))
    );
    let path = format!("Users/{}", made.body["id"].as_str().unwrap());

    let changed = client
        .patch(
            &path,
            json!([
                { "op": "Replace", "path": "displayName", "value": "Jeanne Martin" },
                { "op": "Replace", "path": "name.familyName", "value": "Martin" },
                { "op": "Replace", "path": "emails[type eq \"work\"].value", "value": "jeanne.martin@alpha.example" },
                { "op": "Add", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "06 00 00 00 00" },
                { "op": "Add", "path": format!("{ENTERPRISE}:department"), "value": "Voirie" },
                { "op": "Add", "path": format!("{ENTERPRISE}:manager"), "value": "somebody" },
            ]),
        )
        .await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    assert_eq!(
        changed.body["name"],
        json!({ "formatted": "Jeanne Dupont", "familyName": "Martin", "givenName": "Jeanne" })
    );
    assert_eq!(changed.body["emails"][0]["value"], "jeanne.martin@alpha.example");
    assert_eq!(changed.body["phoneNumbers"], json!([{ "type": "mobile", "value": "06 00 00 00 00" }]));
    assert_eq!(changed.body[ENTERPRISE]["department"], "Voirie");

    // Without a path: dotted and qualified names as keys.
    let changed = client
        .patch(
            &path,
            json!([{ "op": "Add", "value": {
                "name.givenName": "Anne",
                "title": "Directrice",
                "emails[type eq \"work\"].value": "anne@alpha.example",
                (format!("{ENTERPRISE}:employeeNumber")): "42",
                ENTERPRISE: { "division": "Nord" },
                "id": "not ours to change",
                "somethingElse": 1,
            } }]),
        )
        .await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    assert_eq!(
        (&changed.body["name"]["givenName"], &changed.body["title"]),
        (&json!("Anne"), &json!("Directrice"))
    );
    assert_eq!(changed.body["emails"][0]["value"], "anne@alpha.example");
    assert_eq!(
        changed.body[ENTERPRISE],
        json!({ "department": "Voirie", "division": "Nord", "employeeNumber": "42" })
    );

    for (disabled, expected) in [(json!("False"), false), (json!("True"), true), (json!(false), false)] {
        let changed =
            client.patch(&path, json!([{ "op": "Replace", "path": "active", "value": disabled }])).await;
        assert_eq!(changed.body["active"], json!(expected));
    }
    assert_eq!(client.found("Users", "active eq false").await.body["totalResults"], json!(1));
    let removed = client.patch(&path, json!([{ "op": "Remove", "path": ENTERPRISE }])).await;
    assert!(removed.body.get(ENTERPRISE).is_none());
}

#[tokio::test]
async fn members_come_and_go_one_by_one() {
    let client = Client::new();
    let (a, b, c) = (client.user("a").await, client.user("b").await, client.user("c").await);
    let made = client
        .send(Method::POST, "Groups", &json!({ "displayName": "Agents", "externalId": "Équipe-été" }))
        .await;
    assert_eq!(made.status, StatusCode::CREATED, "the key of a group links to nobody: {}", made.body);
    assert_eq!(client.found("Groups", "externalId eq \"Équipe-été\"").await.body["totalResults"], 1);
    let path = format!("Groups/{}", made.body["id"].as_str().unwrap());
    for value in [json!([{ "value": a }]), json!([{ "value": b }, { "value": a }]), json!({ "value": c })] {
        let answer = client.patch(&path, json!([{ "op": "Add", "path": "members", "value": value }])).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    }
    assert_eq!(client.members(&path).await, [&*a, &*b, &*c]);
    assert_eq!(client.get(&format!("Users/{a}")).await.body["groups"][0]["display"], "Agents");
    assert_eq!(client.get(&path).await.body["members"][0]["type"], "User");

    client.patch(&path, json!([{ "op": "Remove", "path": "members", "value": [{ "value": a }] }])).await;
    assert_eq!(client.members(&path).await, [&*b, &*c], "not everybody");
    client.patch(&path, json!([{ "op": "Remove", "path": format!("members[value eq \"{b}\"]") }])).await;
    assert_eq!(client.members(&path).await, [&*c]);
    let light = client.get(&format!("{path}?excludedAttributes=members")).await.body;
    assert!(light.get("members").is_none() && light["displayName"] == "Agents");
    client.patch(&path, json!([{ "op": "Remove", "path": "members" }])).await;
    assert!(client.members(&path).await.is_empty());
}

/// Matching by mail, as the attribute mapping of an application may ask for it.
#[tokio::test]
async fn somebody_is_found_by_the_value_of_their_address_at_work() {
    let client = Client::new();
    let body = json!({
        "userName": "jdupont",
        "emails": [
            { "value": "jeanne@ville.example", "type": "work", "primary": true },
            { "value": "jeanne@home.example", "type": "home" },
        ],
    });
    client.send(Method::POST, "Users", &body).await;
    client.user("paul").await;
    for (mail, expected) in [
        ("jeanne@ville.example", 1),
        ("Jeanne@Ville.example", 1),
        ("unknown@ville.example", 0),
        ("jeanne@home.example", 0),
    ] {
        let found = client.found("Users", &format!("emails[type eq \"work\"].value eq \"{mail}\"")).await;
        assert_eq!((found.status, &found.body["totalResults"]), (StatusCode::OK, &json!(expected)), "{mail}");
    }
}
