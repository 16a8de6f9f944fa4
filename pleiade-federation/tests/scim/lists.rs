//! Pages, filters and what is shown.

use crate::Client;
use http::{Method, StatusCode};
use serde_json::{Value, json};

fn names(list: &Value) -> Vec<&str> {
    list["Resources"].as_array().unwrap().iter().map(|one| one["userName"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn pages_are_bounded() {
    let client = Client::new();
    for n in 0..205 {
        client.user(&format!("user{n:03}")).await;
    }
    let all = client.get("Users?count=100000").await.body;
    assert_eq!((&all["totalResults"], &all["itemsPerPage"]), (&json!(205), &json!(200)));
    let last = client.get("Users?startIndex=201&count=10").await.body;
    assert_eq!((&last["startIndex"], names(&last).len()), (&json!(201), 5));
    assert_eq!(names(&client.get("Users?startIndex=-5&count=1").await.body), ["user000"]);
    for (page, count) in
        [("count=0", 0), ("count=-3", 0), ("startIndex=9999", 0), ("sortBy=userName&count=2", 2)]
    {
        let list = client.get(&format!("Users?{page}")).await.body;
        assert_eq!((&list["totalResults"], names(&list).len()), (&json!(205), count), "{page}");
    }
    assert_eq!(client.get("Users?count=many").await.status, StatusCode::BAD_REQUEST);
    let scanned = client.get("Users?filter=userName+sw+%22user10%22&startIndex=2&count=3").await.body;
    assert_eq!(
        (&scanned["totalResults"], names(&scanned)),
        (&json!(10), vec!["user101", "user102", "user103"])
    );
}

#[tokio::test]
async fn filters_choose() {
    let client = Client::new();
    client.user("anne").await;
    let id = client.user("bruno").await;
    client
        .patch(
            &format!("Users/{id}"),
            json!([{ "op": "add", "value": { "title": "Maire", "active": false } }]),
        )
        .await;
    for (filter, expected) in [
        ("userName eq \"ANNE\"", vec!["anne"]),
        ("userName ne \"anne\"", vec!["bruno"]),
        ("userName co \"NN\"", vec!["anne"]),
        ("userName ew \"o\"", vec!["bruno"]),
        ("userName gt \"anne\"", vec!["bruno"]),
        ("userName le \"anne\"", vec!["anne"]),
        ("title pr", vec!["bruno"]),
        ("not (title pr)", vec!["anne"]),
        ("title eq null", vec!["anne"]),
        ("title ne null", vec!["bruno"]),
        ("active eq true", vec!["anne"]),
        ("active eq \"False\"", vec!["bruno"]),
        ("name.givenName sw \"A\"", vec!["anne"]),
        ("emails[type eq \"work\" and value ew \"alpha.example\"]", vec!["anne", "bruno"]),
        ("emails[type eq \"home\"]", vec![]),
        ("emails.value eq \"bruno@alpha.example\"", vec!["bruno"]),
        ("emails[type eq \"work\"].value eq \"BRUNO@alpha.example\"", vec!["bruno"]),
        ("emails[type eq \"work\"].value eq \"nobody@alpha.example\"", vec![]),
        ("emails[type eq \"home\"].value eq \"bruno@alpha.example\"", vec![]),
        ("emails[type eq \"work\"].value ne \"bruno@alpha.example\"", vec!["anne"]),
        ("emails[type eq \"home\"].value ne \"bruno@alpha.example\"", vec!["anne", "bruno"]),
        ("emails[type eq \"work\"].value pr", vec!["anne", "bruno"]),
        ("not (emails[type eq \"home\"].value pr)", vec!["anne", "bruno"]),
        ("emails[type eq \"work\"].value sw \"anne\" and active eq true", vec!["anne"]),
        ("emails[primary eq true].type eq \"work\" or title pr", vec!["anne", "bruno"]),
        ("emails[value eq \"anne@alpha.example\"].type eq \"work\"", vec!["anne"]),
        ("unknown[type eq \"work\"].value pr", vec![]),
        ("emails[type eq \"work\"].unknown ne \"x\"", vec!["anne", "bruno"]),
        ("userName eq \"anne\" or title eq \"maire\"", vec!["anne", "bruno"]),
        ("userName eq \"anne\" and title eq \"maire\"", vec![]),
        ("externalId eq \"key-anne\" and active eq true", vec!["anne"]),
        ("externalId co \"KEY\"", vec![]),
        ("urn:ietf:params:scim:schemas:core:2.0:User:userName eq \"anne\"", vec!["anne"]),
        ("unknown pr", vec![]),
        ("unknown ne \"x\"", vec!["anne", "bruno"]),
        ("meta.created gt \"2000-01-01T00:00:00Z\"", vec!["anne", "bruno"]),
        ("meta.lastModified lt \"2000-01-01T00:00:00+02:00\"", vec![]),
        ("schemas eq \"urn:ietf:params:scim:schemas:core:2.0:User\"", vec!["anne", "bruno"]),
    ] {
        let list = client.found("Users", filter).await;
        assert_eq!(list.status, StatusCode::OK, "{filter}: {}", list.body);
        assert_eq!(names(&list.body), expected, "{filter}");
    }
    let wrong = client.found("Users", "userName").await;
    assert_eq!((wrong.status, &wrong.body["scimType"]), (StatusCode::BAD_REQUEST, &json!("invalidFilter")));
    let searched = client
        .send(
            Method::POST,
            "Users/.search",
            &json!({ "filter": "title pr", "attributes": ["userName"], "count": 5 }),
        )
        .await;
    assert_eq!(names(&searched.body), ["bruno"]);
    assert!(searched.body["Resources"][0].get("emails").is_none());
}

#[tokio::test]
async fn only_what_is_asked_for_is_shown() {
    let client = Client::new();
    let id = client.user("anne").await;
    let path = format!("Users/{id}");
    let schemas = json!(["urn:ietf:params:scim:schemas:core:2.0:User"]);
    let only =
        client.get(&format!("{path}?attributes=USERNAME,name.familyName,emails.value,nothing")).await.body;
    assert_eq!(
        only,
        json!({
            "schemas": schemas,
            "id": id,
            "userName": "anne",
            "name": { "familyName": "Dupont" },
            "emails": [{ "value": "anne@alpha.example" }],
        })
    );
    let without = client.get(&format!("{path}?excludedAttributes=id,emails,name.givenName,meta")).await.body;
    assert_eq!(
        without,
        json!({
            "schemas": schemas,
            "id": id,
            "externalId": "key-anne",
            "userName": "anne",
            "active": true,
            "name": { "familyName": "Dupont" },
        })
    );
    assert_eq!(
        client.get(&format!("{path}?attributes=a&excludedAttributes=b")).await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn people_and_groups_are_searched_together() {
    let client = Client::new();
    for name in ["anne", "bruno"] {
        client.user(name).await;
    }
    client.send(Method::POST, "Groups", &json!({ "displayName": "agents" })).await;
    let all = client.send(Method::POST, ".search", &json!({})).await.body;
    assert_eq!((&all["totalResults"], all["Resources"].as_array().unwrap().len()), (&json!(3), 3));
    let page = client.send(Method::POST, ".search", &json!({ "startIndex": 2, "count": 2 })).await.body;
    let kinds: Vec<&Value> =
        page["Resources"].as_array().unwrap().iter().map(|one| &one["meta"]["resourceType"]).collect();
    assert_eq!(kinds, [&json!("User"), &json!("Group")]);
    let one =
        client.send(Method::POST, ".search", &json!({ "filter": "displayName eq \"AGENTS\"" })).await.body;
    assert_eq!(one["totalResults"], 1);
}
