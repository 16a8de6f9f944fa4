use super::{Store, instant, source};
use pleiade_federation::scim::{Condition, ResourceKind, StoredResource};
use pleiade_server::storage::{ScimToken, StorageError, TokenHash};
use serde_json::{Value, json};

fn resource(id: &str, content: Value) -> StoredResource {
    let Value::Object(content) = content else { unreachable!() };
    let mut resource = StoredResource::new(id, content, instant(0));
    resource.modified_at = instant(1);
    resource
}

fn at_version(version: i64, mut resource: StoredResource) -> StoredResource {
    resource.version = version;
    resource
}

fn user(id: &str, name: &str) -> StoredResource {
    resource(
        id,
        json!({ "userName": name, "externalId": format!("k-{id}"), "emails": [{ "value": format!("{name}@x.fr") }] }),
    )
}

fn group(id: &str, members: &[&str]) -> StoredResource {
    let members: Vec<Value> = members.iter().map(|id| json!({ "value": id, "type": "User" })).collect();
    let mut content = json!({ "displayName": format!("Groupe {id}") });
    if !members.is_empty() {
        content["members"] = json!(members);
    }
    resource(id, content)
}

pub(crate) async fn scim_resources_are_found_by_what_is_compared(store: Store) {
    let (rh, other) = (source("rh"), source("other"));
    let kind = ResourceKind::User;
    for (id, name) in [("1", "Jeanne"), ("2", "paul"), ("3", "MARIE")] {
        store.create_scim_resource(&rh, kind, &user(id, name)).await.unwrap();
    }
    assert_eq!(store.scim_resource(&rh, kind, "1").await.unwrap().unwrap(), user("1", "Jeanne"));
    assert_eq!(store.scim_resource(&other, kind, "1").await.unwrap(), None, "another source");
    assert_eq!(store.scim_resource(&rh, ResourceKind::Group, "1").await.unwrap(), None, "another kind");
    assert_eq!(store.scim_kind(&rh, "1").await.unwrap(), Some(kind));
    for clash in [user("4", "JEANNE"), resource("4", json!({ "userName": "x", "externalId": "k-1" }))] {
        assert_eq!(store.create_scim_resource(&rh, kind, &clash).await, Err(StorageError::Conflict));
        store.create_scim_resource(&other, kind, &clash).await.unwrap();
        assert!(store.delete_scim_resource(&other, &clash).await.unwrap());
    }
    // Our own key of somebody is nobody else's key.
    let own = |id: &str, key: &str| resource(id, json!({ "userName": "own", "externalId": key }));
    assert_eq!(store.create_scim_resource(&rh, kind, &own("4", "2")).await, Err(StorageError::Conflict));
    assert_eq!(
        store.create_scim_resource(&rh, ResourceKind::Group, &own("4", "2")).await,
        Err(StorageError::Conflict)
    );
    store.create_scim_resource(&other, kind, &own("4", "2")).await.unwrap();
    assert!(store.delete_scim_resource(&other, &own("4", "2")).await.unwrap());
    let unchanged = user("1", "Jeanne");
    let taking = at_version(2, own("1", "3"));
    assert_eq!(store.replace_scim_resource(&rh, &unchanged, &taking).await, Err(StorageError::Conflict));
    store.create_scim_resource(&rh, kind, &own("5", "5")).await.unwrap();
    assert!(store.delete_scim_resource(&rh, &own("5", "5")).await.unwrap(), "one's own id is one's own");
    let text = str::to_owned;
    for (condition, found) in [
        (Condition::Id(text("2")), vec!["2"]),
        (Condition::ExternalId(text("k-3")), vec!["3"]),
        (Condition::ExternalId(text("K-3")), vec![]),
        (Condition::UserName(text("marie")), vec!["3"]),
        (Condition::Mail(text("paul@x.fr")), vec!["2"]),
        (Condition::DisplayName(text("jeanne")), vec!["1"]),
        (Condition::Active(true), vec!["1", "2", "3"]),
        (Condition::Active(false), vec![]),
    ] {
        let selection = store.scim_resources(&rh, kind, Some(&condition), 0, 10).await.unwrap();
        let ids: Vec<&str> = selection.resources.iter().map(|one| one.id.as_str()).collect();
        assert_eq!((selection.total, ids), (found.len() as u64, found), "{condition:?}");
    }
    let page = store.scim_resources(&rh, kind, None, 1, 1).await.unwrap();
    assert_eq!((page.total, page.resources.len(), page.resources[0].id.as_str()), (3, 1, "2"));
    let all = store.scim_resources_after(&rh, kind, 0).await.unwrap();
    assert_eq!(store.scim_resources_after(&rh, kind, all[1].0).await.unwrap().len(), 1);

    let before = user("1", "Jeanne");
    let after = at_version(2, resource("1", json!({ "userName": "anne", "active": false })));
    assert!(store.replace_scim_resource(&rh, &before, &after).await.unwrap());
    assert!(!store.replace_scim_resource(&rh, &before, &after).await.unwrap(), "no longer that version");
    assert_eq!(store.scim_resource(&rh, kind, "1").await.unwrap().unwrap(), after);
    let gone =
        store.scim_resources(&rh, kind, Some(&Condition::Mail(text("jeanne@x.fr"))), 0, 9).await.unwrap();
    assert_eq!(gone.total, 0);
    let taken = at_version(3, resource("1", json!({ "userName": "Paul" })));
    assert_eq!(store.replace_scim_resource(&rh, &after, &taken).await, Err(StorageError::Conflict));
    assert!(!store.delete_scim_resource(&rh, &before).await.unwrap());
    assert!(store.delete_scim_resource(&rh, &after).await.unwrap());
    assert_eq!(store.scim_kind(&rh, "1").await.unwrap(), None);
}

pub(crate) async fn scim_members_follow_their_people(store: Store) {
    let rh = source("rh");
    for id in ["a", "b"] {
        store.create_scim_resource(&rh, ResourceKind::User, &user(id, id)).await.unwrap();
    }
    store.create_scim_resource(&source("other"), ResourceKind::User, &user("z", "z")).await.unwrap();
    let before = group("g", &["a", "b"]);
    store.create_scim_resource(&rh, ResourceKind::Group, &before).await.unwrap();
    assert_eq!(store.scim_resource(&rh, ResourceKind::Group, "g").await.unwrap().unwrap(), before);
    assert_eq!(store.scim_groups_of(&rh, "a").await.unwrap(), [("g".to_owned(), "Groupe g".to_owned())]);
    let after = at_version(2, group("g", &["b", "z"]));
    assert!(store.replace_scim_resource(&rh, &before, &after).await.unwrap());
    assert!(store.scim_groups_of(&rh, "a").await.unwrap().is_empty());
    let kept = store.scim_resource(&rh, ResourceKind::Group, "g").await.unwrap().unwrap();
    assert_eq!(
        kept.content["members"],
        json!([{ "value": "b", "type": "User" }]),
        "nobody of another source"
    );
    assert!(store.delete_scim_resource(&rh, &user("b", "b")).await.unwrap());
    let kept = store.scim_resource(&rh, ResourceKind::Group, "g").await.unwrap().unwrap();
    assert!(kept.content.get("members").is_none());
}

pub(crate) async fn scim_tokens_open_one_source_until_revoked(store: Store) {
    let token = |id: &str, of: &str| ScimToken {
        source: source(of),
        id: id.to_owned(),
        created_at: instant(0),
        last_used_at: None,
    };
    store.create_scim_token(TokenHash([1; 32]), &token("one", "rh")).await.unwrap();
    store.create_scim_token(TokenHash([2; 32]), &token("two", "rh")).await.unwrap();
    store.create_scim_token(TokenHash([3; 32]), &token("one", "other")).await.unwrap();
    assert_eq!(store.scim_token(TokenHash([1; 32])).await.unwrap(), Some(token("one", "rh")));
    assert_eq!(store.scim_token(TokenHash([9; 32])).await.unwrap(), None);
    store.touch_scim_token(TokenHash([1; 32]), instant(60)).await.unwrap();
    store.touch_scim_token(TokenHash([1; 32]), instant(30)).await.unwrap();
    assert_eq!(store.scim_token(TokenHash([1; 32])).await.unwrap().unwrap().last_used_at, Some(instant(60)));
    assert!(store.revoke_scim_token(&source("rh"), "one").await.unwrap());
    assert!(!store.revoke_scim_token(&source("rh"), "one").await.unwrap());
    assert_eq!(store.scim_token(TokenHash([1; 32])).await.unwrap(), None);
    assert_eq!(store.scim_tokens(&source("rh")).await.unwrap(), [token("two", "rh")]);
    assert_eq!(store.scim_tokens(&source("other")).await.unwrap(), [token("one", "other")]);
}

pub(crate) async fn what_a_source_keeps_is_weighed_and_read_in_bearable_parts(store: Store) {
    let rh = source("rh");
    let room = async || {
        let room = store.scim_room(&rh).await.unwrap();
        (room.resources, room.bytes)
    };
    assert_eq!(room().await, (0, 0));
    store.create_scim_resource(&source("other"), ResourceKind::User, &user("z", "z")).await.unwrap();
    let small = user("1", "jeanne");
    store.create_scim_resource(&rh, ResourceKind::User, &small).await.unwrap();
    assert_eq!(room().await, (1, 1024), "the least that anybody weighs");
    let mut large = small.clone();
    large.content.insert("title".to_owned(), json!("x".repeat(9_000_000)));
    let large = at_version(2, large);
    assert!(store.replace_scim_resource(&rh, &small, &large).await.unwrap());
    assert!((9_000_000..9_001_000).contains(&room().await.1));
    let mut second = user("2", "paul");
    second.content.insert("title".to_owned(), json!("x".repeat(9_000_000)));
    store.create_scim_resource(&rh, ResourceKind::User, &second).await.unwrap();
    store.create_scim_resource(&rh, ResourceKind::User, &user("3", "marie")).await.unwrap();
    let page = store.scim_resources(&rh, ResourceKind::User, None, 0, 100).await.unwrap();
    assert_eq!((page.total, page.resources.len()), (3, 2), "two are more than 16 MiB");
    for heavy in [&large, &second] {
        assert!(store.delete_scim_resource(&rh, heavy).await.unwrap());
    }
    let members: Vec<String> = (10..30).map(|id| id.to_string()).collect();
    for id in &members {
        store.create_scim_resource(&rh, ResourceKind::User, &user(id, id)).await.unwrap();
    }
    let before = room().await;
    let members: Vec<&str> = members.iter().map(String::as_str).collect();
    store.create_scim_resource(&rh, ResourceKind::Group, &group("g", &members)).await.unwrap();
    let after = room().await;
    assert!(after.0 == before.0 + 1 && after.1 > before.1 + 20 * 200, "{before:?} {after:?}");
}
