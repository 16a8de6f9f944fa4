//! Entity tags, uniqueness, wrong requests.

use crate::{BASE, Client};
use http::{Method, StatusCode};
use serde_json::json;

#[tokio::test]
async fn a_person_is_made_read_changed_and_deleted() {
    let client = Client::new();
    let made = client
        .send(
            Method::POST,
            "Users",
            &json!({ "userName": "Jeanne", "password": "never kept", "addresses": [{}] }),
        )
        .await;
    assert_eq!(made.status, StatusCode::CREATED);
    let id = made.body["id"].as_str().unwrap().to_owned();
    let path = format!("Users/{id}");
    assert_eq!(made.headers["location"], format!("{BASE}/{path}"));
    assert_eq!(made.body["meta"]["location"], format!("{BASE}/{path}"));
    assert!(!made.body.to_string().contains("never kept") && made.body.get("addresses").is_none());
    assert_eq!(client.get(&path).await.body, made.body);

    let tag = made.headers["etag"].to_str().unwrap().to_owned();
    let same = client.raw(Method::GET, &path, &[("if-none-match", &tag)], b"").await;
    assert_eq!(same.status, StatusCode::NOT_MODIFIED);
    let media = ("content-type", "application/json");
    let body = json!({ "userName": "Jeanne", "title": "Maire" }).to_string();
    let changed = client.raw(Method::PUT, &path, &[media, ("if-match", &tag)], body.as_bytes()).await;
    assert_eq!((changed.status, &changed.body["title"]), (StatusCode::OK, &json!("Maire")));
    for method in [Method::PUT, Method::PATCH] {
        let stale = client.raw(method, &path, &[media, ("if-match", &tag)], body.as_bytes()).await;
        assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    }
    // The same again changes nothing, its tag neither.
    let again = client.raw(Method::PUT, &path, &[media, ("if-match", "*")], body.as_bytes()).await;
    assert_eq!(again.headers["etag"], changed.headers["etag"]);

    assert_eq!(
        client.raw(Method::DELETE, &path, &[("if-match", &tag)], b"").await.status,
        StatusCode::PRECONDITION_FAILED
    );
    assert_eq!(client.raw(Method::DELETE, &path, &[], b"").await.status, StatusCode::NO_CONTENT);
    assert_eq!(client.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(client.raw(Method::DELETE, &path, &[], b"").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_person_is_no_store_of_something_else() {
    let client = Client::new();
    let with = |count: usize| {
        let roles: Vec<_> =
            (0..count).map(|n| json!({ "value": format!("{n} {}", "x".repeat(1000)) })).collect();
        json!({ "userName": "jeanne", "roles": roles })
    };
    let large = client.send(Method::POST, "Users", &with(70)).await;
    assert_eq!((large.status, &large.body["scimType"]), (StatusCode::BAD_REQUEST, &json!("invalidValue")));
    let made = client.send(Method::POST, "Users", &with(50)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    // Nor by one change after the other.
    let more: Vec<_> = (50..70).map(|n| json!({ "value": format!("{n} {}", "x".repeat(1000)) })).collect();
    let change = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "add", "path": "roles", "value": more }],
    });
    let path = format!("Users/{}", made.body["id"].as_str().unwrap());
    assert_eq!(client.send(Method::PATCH, &path, &change).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_name_and_a_key_belong_to_one() {
    let client = Client::new();
    client.user("jeanne").await;
    let id = client.user("paul").await;
    for clash in [json!({ "userName": "JEANNE" }), json!({ "userName": "other", "externalId": "key-jeanne" })]
    {
        let answer = client.send(Method::POST, "Users", &clash).await;
        assert_eq!((answer.status, &answer.body["scimType"]), (StatusCode::CONFLICT, &json!("uniqueness")));
        assert_eq!(
            client.send(Method::PUT, &format!("Users/{id}"), &clash).await.status,
            StatusCode::CONFLICT
        );
    }
}

/// People without a key are known by their id: nobody takes their place by it.
#[tokio::test]
async fn the_id_of_one_is_the_key_of_no_other() {
    let client = Client::new();
    let made = client.send(Method::POST, "Users", &json!({ "userName": "jeanne" })).await;
    let jeanne = made.body["id"].as_str().unwrap();
    let group = client.send(Method::POST, "Groups", &json!({ "displayName": "agents" })).await;
    let paul = format!("Users/{}", client.user("paul").await);
    for key in [jeanne, group.body["id"].as_str().unwrap()] {
        let taking = json!({ "userName": "taking", "externalId": key });
        for (method, path) in [(Method::POST, "Users"), (Method::PUT, &paul)] {
            let answer = client.send(method.clone(), path, &taking).await;
            assert_eq!(
                (answer.status, &answer.body["scimType"]),
                (StatusCode::CONFLICT, &json!("uniqueness")),
                "{method}"
            );
        }
        let patch = json!([{ "op": "replace", "path": "externalId", "value": key }]);
        assert_eq!(client.patch(&paul, patch).await.status, StatusCode::CONFLICT);
    }
    let own = json!([{ "op": "add", "path": "externalId", "value": jeanne }]);
    assert_eq!(client.patch(&format!("Users/{jeanne}"), own).await.status, StatusCode::OK);
}

#[tokio::test]
async fn silence_lets_nobody_in_again() {
    let client = Client::new();
    let path = format!("Users/{}", client.user("jeanne").await);
    client.patch(&path, json!([{ "op": "replace", "path": "active", "value": false }])).await;
    let answer = client.send(Method::PUT, &path, &json!({ "userName": "jeanne" })).await;
    assert_eq!(answer.body["active"], json!(false));
}

#[tokio::test]
async fn wrong_requests_are_refused() {
    let client = Client::new();
    let path = format!("Users/{}", client.user("jeanne").await);
    let message = |schema: &str| json!({ "schemas": [schema], "Operations": [] });
    for (method, at, body, status, kind) in [
        (Method::POST, "Users", json!({}), 400, "invalidValue"),
        (Method::POST, "Users", json!([1]), 400, "invalidSyntax"),
        (Method::POST, "Users", json!({ "schemas": ["urn:x"], "userName": "x" }), 400, "invalidSyntax"),
        (Method::POST, "Users", json!({ "userName": { "a": 1 } }), 400, "invalidValue"),
        (Method::POST, "Users", json!({ "userName": "x", "active": "maybe" }), 400, "invalidValue"),
        (Method::POST, "Users", json!({ "userName": "x\u{0}" }), 400, "invalidValue"),
        (Method::POST, "Users", json!({ "userName": "x".repeat(2000) }), 400, "invalidValue"),
        (Method::POST, "Users", json!({ "userName": "x", "externalId": "clé" }), 400, "invalidValue"),
        (
            Method::POST,
            "Groups",
            json!({ "displayName": "g", "members": [{ "value": "nobody" }] }),
            400,
            "invalidValue",
        ),
        (
            Method::PATCH,
            &path,
            json!({ "Operations": [{ "op": "test", "path": "title" }] }),
            400,
            "invalidSyntax",
        ),
        (Method::PATCH, &path, json!({ "Operations": [{ "op": "remove" }] }), 400, "noTarget"),
        (
            Method::PATCH,
            &path,
            json!({ "Operations": [{ "op": "remove", "path": "userName" }] }),
            400,
            "mutability",
        ),
        (
            Method::PATCH,
            &path,
            json!({ "Operations": [{ "op": "replace", "path": "id", "value": "x" }] }),
            400,
            "mutability",
        ),
        (
            Method::PATCH,
            &path,
            json!({ "Operations": [{ "op": "add", "path": "nothing", "value": "x" }] }),
            400,
            "invalidPath",
        ),
        (
            Method::PATCH,
            &path,
            json!({ "Operations": [{ "op": "add", "path": "emails[", "value": "x" }] }),
            400,
            "invalidPath",
        ),
        (
            Method::PATCH,
            &path,
            json!({ "Operations": [{ "op": "replace", "path": "emails[type eq \"home\"].value", "value": "x" }] }),
            400,
            "noTarget",
        ),
        (Method::PATCH, &path, json!({}), 400, "invalidSyntax"),
        (Method::PATCH, &path, message("urn:ietf:params:scim:schemas:core:2.0:User"), 400, "invalidSyntax"),
        (Method::PATCH, &path, json!({ "schemas": [], "Operations": [] }), 400, "invalidSyntax"),
        (Method::PATCH, &path, json!({ "schemas": "x", "Operations": [] }), 400, "invalidSyntax"),
        (
            Method::POST,
            "Bulk",
            message("urn:ietf:params:scim:api:messages:2.0:PatchOp"),
            400,
            "invalidSyntax",
        ),
        (Method::POST, ".search", message("urn:x"), 400, "invalidSyntax"),
        (Method::POST, "Users/.search", message("urn:x"), 400, "invalidSyntax"),
        (Method::PUT, "Users/unknown", json!({ "userName": "x" }), 404, ""),
        (Method::POST, "Me", json!({}), 501, ""),
        (Method::POST, "Nothing", json!({}), 404, ""),
        (Method::GET, "", json!({}), 404, ""),
        (Method::POST, "", json!({}), 404, ""),
        (Method::DELETE, "Users", json!({}), 405, ""),
        (Method::POST, "Schemas", json!({}), 405, ""),
    ] {
        let answer = client.send(method.clone(), at, &body).await;
        assert_eq!(answer.status.as_u16(), status, "{method} {at} {body}: {}", answer.body);
        assert_eq!(answer.body["scimType"].as_str().unwrap_or_default(), kind, "{method} {at} {body}");
    }
    assert_eq!(
        client.raw(Method::POST, "Users", &[("content-type", "text/plain")], b"{}").await.status.as_u16(),
        415
    );
    let json = [("content-type", "application/json")];
    assert_eq!(client.raw(Method::POST, "Users", &json, b"{").await.status.as_u16(), 400);
    assert_eq!(
        client.raw(Method::POST, "Users", &json, &vec![b' '; (1 << 20) + 1]).await.status.as_u16(),
        413
    );
    assert_eq!(
        client.raw(Method::POST, "Users", &json, "[".repeat(100_000).as_bytes()).await.status.as_u16(),
        400
    );
}

#[tokio::test]
async fn the_service_describes_itself() {
    let client = Client::new();
    let config = client.get("ServiceProviderConfig").await.body;
    assert_eq!((&config["patch"]["supported"], &config["sort"]["supported"]), (&json!(true), &json!(false)));
    assert_eq!(config["filter"]["maxResults"], json!(200));
    for (list, count) in [("Schemas", 3), ("ResourceTypes", 2)] {
        let answer = client.get(list).await;
        assert_eq!(answer.body["totalResults"], json!(count));
        for one in answer.body["Resources"].as_array().unwrap() {
            let single = client.get(&format!("{list}/{}", one["id"].as_str().unwrap())).await;
            assert_eq!(&single.body, one);
        }
        assert_eq!(client.found(list, "id eq \"x\"").await.status, StatusCode::FORBIDDEN);
        assert_eq!(client.get(&format!("{list}/none")).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn head_is_get_without_its_body() {
    let client = Client::new();
    let path = format!("Users/{}", client.user("jeanne").await);
    for path in ["Users", &path, "Groups", "Schemas", "ResourceTypes/User", "ServiceProviderConfig"] {
        let (got, head) = (client.get(path).await, client.raw(Method::HEAD, path, &[], b"").await);
        assert_eq!((head.status, &head.body), (StatusCode::OK, &json!(null)), "{path}");
        assert_eq!(head.headers["content-length"], got.body.to_string().len().to_string(), "{path}");
        for name in ["content-type", "etag", "location"] {
            assert_eq!(head.headers.get(name), got.headers.get(name), "{path} {name}");
        }
    }
    for (path, allowed) in [("Users", "GET, HEAD, POST"), (&path, "GET, HEAD, PUT, PATCH, DELETE")] {
        let refused = client.raw(Method::TRACE, path, &[], b"").await;
        assert_eq!((refused.status.as_u16(), &refused.headers["allow"]), (405, &allowed.parse().unwrap()));
    }
}

#[tokio::test]
async fn a_control_character_refuses_nobody() {
    let client = Client::new();
    let body = json!({
        "userName": "jeanne",
        "title": "Chargée\tde\nmission",
        "name": { "familyName": "Du\u{7}pont", "givenName": "\t" },
        "emails": [{ "value": "jeanne@alpha.example\r\n", "type": "work" }],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":
            { "department": "Voirie\u{0}", "employeeNumber": "00\t123" },
    });
    let made = client.send(Method::POST, "Users", &body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert_eq!(made.body["title"], "Chargée de mission");
    assert_eq!(made.body["name"], json!({ "familyName": "Du pont" }), "nothing is left of a tab");
    let work = &made.body["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"];
    assert_eq!(
        *work,
        json!({ "department": "Voirie" }),
        "a number without one of its characters is another's"
    );
    assert_eq!(made.body["emails"][0]["value"], "jeanne@alpha.example");
    // A key without one of its characters would be another key.
    for (list, key) in [
        ("Users", json!({ "userName": "pa\tul" })),
        ("Users", json!({ "userName": "paul", "externalId": "k\n1" })),
        ("Groups", json!({ "displayName": "administra\tteurs" })),
        ("Groups", json!({ "displayName": "agents", "externalId": "k\n1" })),
        ("Groups", json!({ "displayName": "agents", "members": [{ "value": "a\tb" }] })),
    ] {
        assert_eq!(client.send(Method::POST, list, &key).await.status, StatusCode::BAD_REQUEST, "{key}");
    }
}

#[tokio::test]
async fn one_number_is_that_of_the_office_and_of_the_mobile_telephone() {
    let client = Client::new();
    let path = format!("Users/{}", client.user("jeanne").await);
    let (work, mobile) = (
        json!({ "value": "0600000000", "type": "work" }),
        json!({ "value": "0600000000", "type": "mobile" }),
    );
    let both = json!([work, mobile]);
    let patched = async |operations| client.patch(&path, operations).await.body["phoneNumbers"].clone();
    let add = |value| json!([{ "op": "add", "path": "phoneNumbers", "value": value }]);
    assert_eq!(patched(add(&both)).await, both);
    assert_eq!(patched(add(&both)).await, both, "once each");
    assert_eq!(patched(add(&json!({ "value": "0600000000" }))).await, both, "of no type: it is there");
    assert_eq!(
        patched(json!([{ "op": "remove", "path": "phoneNumbers", "value": [mobile] }])).await,
        json!([work])
    );
    let entra =
        json!([{ "op": "Add", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "0600000000" }]);
    assert_eq!(patched(entra).await, both);
    let untyped = json!([{ "op": "remove", "path": "phoneNumbers", "value": [{ "value": "0600000000" }] }]);
    assert_eq!(patched(untyped).await, json!(null), "of whatever type");
    let put = json!({ "userName": "jeanne", "phoneNumbers": both });
    assert_eq!(client.send(Method::PUT, &path, &put).await.body["phoneNumbers"], both);
}

#[tokio::test]
async fn one_value_alone_is_the_preferred_one() {
    let client = Client::new();
    let mail = |name: &str, primary: bool| {
        let mut mail = json!({ "value": format!("{name}@alpha.example"), "type": name });
        if primary {
            mail["primary"] = json!(true);
        }
        mail
    };
    let body =
        json!({ "userName": "jeanne", "emails": [mail("a", true), mail("b", true), mail("c", false)] });
    let made = client.send(Method::POST, "Users", &body).await;
    assert_eq!(made.body["emails"], json!([mail("a", false), mail("b", true), mail("c", false)]), "the last");
    let path = format!("Users/{}", made.body["id"].as_str().unwrap());
    let preferred = async |operation| {
        let emails = client.patch(&path, json!([operation])).await.body["emails"].clone();
        let set = emails.as_array().unwrap().iter().filter(|mail| mail["primary"] == json!(true));
        set.map(|mail| mail["type"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let at = |filter: &str, sub: &str| format!("emails[type eq \"{filter}\"]{sub}");
    for (operation, expected) in [
        (json!({ "op": "Replace", "path": at("a", ".primary"), "value": "True" }), "a"),
        (json!({ "op": "replace", "path": at("c", ""), "value": mail("c", true) }), "c"),
        (json!({ "op": "add", "path": at("b", ""), "value": { "primary": true } }), "b"),
        (json!({ "op": "add", "path": "emails", "value": [mail("a", true)] }), "a"),
        (json!({ "op": "add", "path": "emails", "value": [mail("d", true), mail("e", true)] }), "e"),
        (json!({ "op": "add", "path": at("b", ".display"), "value": "B" }), "e"),
        (json!({ "op": "replace", "path": "emails", "value": [mail("a", true), mail("e", true)] }), "e"),
        (json!({ "op": "replace", "path": "emails.primary", "value": true }), "e"),
        (json!({ "op": "replace", "value": { "emails": [mail("b", true), mail("a", true)] } }), "a"),
    ] {
        assert_eq!(preferred(operation.clone()).await, [expected], "{operation}");
    }
}
