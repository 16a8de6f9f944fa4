//! The OCS interface.

use super::{
    Call, json_answer,
    model::{Account, Card, Notification, Room, Share, World},
    plain,
};
use axum::{body::Body, response::Response};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use http::{HeaderValue, Method, StatusCode, header};
use http_body_util::{BodyExt as _, Collected};
use serde_json::{Map, Value, json};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

fn envelope(status: &str, code: u16, message: &str, data: &Value) -> Value {
    json!({ "ocs": { "meta": { "status": status, "statuscode": code, "message": message }, "data": data } })
}

fn success(data: &Value) -> Response {
    json_answer(200, &envelope("ok", 200, "OK", data))
}

/// An error that a controller raised.
pub(super) fn failure(status: u16, code: u16, message: &str) -> Response {
    json_answer(status, &envelope("failure", code, message, &json!([])))
}

/// An error raised before any controller: XML, whatever was asked for.
pub(super) fn early_failure(status: u16, code: u16, message: &str) -> Response {
    let body = format!(
        "<?xml version=\"1.0\"?>\n<ocs>\n <meta>\n  <status>failure</status>\n  <statuscode>{code}</statuscode>\n  <message>{message}</message>\n </meta>\n <data/>\n</ocs>\n"
    );
    plain(status, "text/xml; charset=UTF-8", body)
}

fn unknown_route() -> Response {
    early_failure(
        404,
        998,
        "Invalid query, please check the syntax. API specifications are here: http://www.freedesktop.org/wiki/Specifications/open-collaboration-services.\n",
    )
}

/// Version 1 of the interface says 100 for a success, and 200 at the HTTP level for most errors.
pub(super) async fn as_version_1(answer: Response) -> Response {
    let (mut head, body) = answer.into_parts();
    let body = body.collect().await.map(Collected::to_bytes).unwrap_or_default();
    let Ok(mut whole) = serde_json::from_slice::<Value>(&body) else {
        return Response::from_parts(head, Body::from(body));
    };
    if let Some(code) = whole.pointer_mut("/ocs/meta/statuscode").filter(|code| **code == 200) {
        *code = json!(100);
    }
    if !matches!(head.status, StatusCode::UNAUTHORIZED | StatusCode::SERVICE_UNAVAILABLE) {
        head.status = StatusCode::OK;
    }
    Response::from_parts(head, Body::from(whole.to_string()))
}

pub(super) fn answer(world: &mut World, login: &str, call: &Call, path: &[&str]) -> Response {
    if let ["apps", app, ..] = path {
        if world.absent_apps.contains(*app) {
            return unknown_route();
        }
        if world.forbidden_apps.contains(*app) {
            return json_answer(412, &json!({ "message": "App is not enabled" }));
        }
    }
    let capabilities = capabilities(world);
    let secret = call.header("authorization").strip_prefix("Bearer ").unwrap_or_default().to_owned();
    if let ["core", rest @ ..] = path {
        return core(world, login, &secret, call, rest);
    }
    let Some(account) = world.accounts.get_mut(login) else { return unknown_route() };
    match (&call.method, path) {
        (&Method::GET, ["cloud", "user"]) => success(&user(account)),
        (&Method::GET, ["cloud", "capabilities"]) => tagged(call, &capabilities),
        (_, ["apps", "notifications", "api", "v2", "notifications", rest @ ..]) => {
            notifications(account, call, rest)
        }
        (&Method::GET, ["apps", "spreed", "api", "v4", "room"]) => {
            if call.query("noStatusUpdate") != Some("1") {
                account.presence = Some("online".to_owned());
            }
            let mut answer = success(&account.rooms.iter().map(|talk| room(talk, &account.id)).collect());
            let headers = answer.headers_mut();
            headers.insert("x-nextcloud-talk-modified-before", HeaderValue::from(call.now.timestamp()));
            headers.insert(
                "x-nextcloud-talk-hash",
                HeaderValue::from_static("8537f879e090ece189bbf5499e8477c967aeea6b"),
            );
            answer
        }
        (&Method::POST, ["apps", "spreed", "api", "v1", "chat", token, "read"]) => {
            match account.rooms.iter_mut().find(|room| room.token == *token) {
                Some(found) => {
                    (found.unread, found.mentioned) = (0, false);
                    success(&room(found, &account.id))
                }
                None => failure(404, 404, ""),
            }
        }
        (_, ["apps", "user_status", "api", "v1", "user_status", rest @ ..]) => presence(account, call, rest),
        (_, ["apps", "files_sharing", "api", "v1", rest @ ..]) => shares(account, call, rest),
        (&Method::GET, ["apps", "recommendations", "api", "v1", "recommendations"]) => {
            success(&json!({ "enabled": true, "recommendations": recommendations(account) }))
        }
        (&Method::GET, ["apps", "deck", "api", "v1.0", "overview", "upcoming"]) => {
            // Not recorded: reported of a real server. Whoever never opened Deck is given a first board by this question.
            account.has_board = true;
            success(&cards(account, call.now))
        }
        (&Method::GET, ["apps", "activity", "api", "v2", "activity"]) => success(&activities(account, call)),
        (&Method::GET, ["search", "providers", "files", "search"]) => success(&found_files(account, call)),
        (&Method::GET, ["apps", "dashboard", "api", "v2", "widget-items"]) => success(&json!([])),
        _ => unknown_route(),
    }
}

/// The unified search in file names, as recorded: a name matches wherever the words stand in it, and accents count.
fn found_files(account: &Account, call: &Call) -> Value {
    let term = call.query("term").unwrap_or_default().to_lowercase();
    let limit = call.query("limit").and_then(|limit| limit.parse().ok()).unwrap_or(5);
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let found = account.files.iter().filter(|file| name(&file.path).to_lowercase().contains(&term));
    let entry = |file: &super::model::File| {
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        json!({
            "thumbnailUrl": "",
            "title": name(&file.path),
            "subline": if folder.is_empty() { String::new() } else { format!("dans {folder}") },
            "resourceUrl": format!("/index.php/f/{}", file.id),
            "icon": "",
            "rounded": false,
            "attributes": { "fileId": file.id.to_string(), "path": format!("/{}", file.path) },
        })
    };
    let entries: Vec<Value> = found.take(limit).map(entry).collect();
    json!({ "name": "Fichiers", "isPaginated": true, "entries": entries, "cursor": limit })
}

fn core(world: &mut World, login: &str, secret: &str, call: &Call, path: &[&str]) -> Response {
    let is_app_password = secret.contains("-app-password") || world.issued.contains_key(secret);
    match (&call.method, path) {
        (&Method::GET, ["getapppassword"]) if is_app_password => {
            failure(403, 403, "You cannot request an new apppassword with an apppassword")
        }
        (&Method::GET, ["getapppassword"]) | (&Method::POST, ["apppassword", "rotate"]) => {
            let new = format!("issued{:066}", world.next_id());
            world.issued.insert(new.clone(), login.to_owned());
            if path != ["getapppassword"] {
                world.revoked.insert(secret.to_owned());
            }
            success(&json!({ "apppassword": new }))
        }
        (&Method::DELETE, ["apppassword"]) => {
            world.revoked.insert(secret.to_owned());
            success(&json!([]))
        }
        (&Method::GET, ["navigation", "apps"]) => {
            let front = if world.pretty { "" } else { "/index.php" };
            let app = |id: &str, name: &str| {
                json!({
                    "id": id, "name": name, "href": format!("{}{front}/apps/{id}/", call.base), "type": "link",
                    "icon": format!("{}/apps/{id}/img/app.svg", call.base), "order": 1, "active": false, "classes": "",
                    "unread": 0
                })
            };
            let apps = [
                ("files", "Fichiers"),
                ("spreed", "Discussion"),
                ("calendar", "Agenda"),
                ("tasks", "Tâches"),
                ("deck", "Tableaux"),
            ];
            success(
                &apps
                    .into_iter()
                    .filter(|(id, _)| world.is_present(id))
                    .map(|(id, name)| app(id, name))
                    .collect(),
            )
        }
        _ => unknown_route(),
    }
}

/// An answer with its tag, or nothing but 304 when the caller has it.
fn tagged(call: &Call, data: &Value) -> Response {
    let mut hasher = DefaultHasher::new();
    data.to_string().hash(&mut hasher);
    with_tag(call, hasher.finish(), success(data))
}

fn with_tag(call: &Call, hash: u64, whole: Response) -> Response {
    let tag = format!("\"{hash:032x}\"");
    let mut answer = whole;
    if call.header("if-none-match") == tag {
        answer = Response::new(Body::empty());
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
    }
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        answer.headers_mut().insert(header::ETAG, tag);
    }
    answer
}

fn capabilities(world: &World) -> Value {
    let mut list = json!({
        "core": { "pollinterval": 60, "webdav-root": "remote.php/webdav" },
        "bruteforce": { "delay": 0, "allow-listed": false },
        "dav": { "chunking": "1.0" },
    });
    let apps = [
        (
            "notifications",
            json!({ "ocs-endpoints": ["list", "get", "delete", "delete-all", "rich-strings", "exists"] }),
        ),
        (
            "spreed",
            json!({ "features": ["chat-v2", "conversation-v4", "chat-read-marker", "archived-conversations-v2"], "version": "21.1.3" }),
        ),
        ("files_sharing", json!({ "api_enabled": true, "resharing": true })),
        ("user_status", json!({ "enabled": true, "restore": true, "supports_emoji": true })),
        ("recommendations", json!({ "enabled": true })),
        ("deck", json!({ "version": "1.15.2", "canCreateBoards": true, "apiVersions": ["1.0", "1.1"] })),
    ];
    if let Some(list) = list.as_object_mut() {
        list.extend(
            apps.into_iter()
                .filter(|(app, _)| world.is_present(app))
                .map(|(app, says)| (app.to_owned(), says)),
        );
    }
    json!({
        "version": { "major": 31, "minor": 0, "micro": 8, "string": "31.0.8", "edition": "", "extendedSupport": false },
        "capabilities": list,
    })
}

fn user(account: &Account) -> Value {
    let quota = match account.quota {
        #[expect(clippy::cast_precision_loss, reason = "a percentage of sample data")]
        Some((used, total)) => json!({
            "free": total.saturating_sub(used), "used": used, "total": total, "quota": total,
            "relative": (used as f64 / total as f64 * 10_000.0).round() / 100.0
        }),
        None => json!({ "free": -3, "used": 17_544_045, "total": -3, "relative": 0, "quota": -3 }),
    };
    let email = if account.email.is_empty() { Value::Null } else { json!(account.email) };
    json!({
        "enabled": true, "id": account.id, "lastLogin": 1_795_457_654_000_u64, "backend": "LDAP", "quota": quota,
        "email": email, "displayname": account.display_name, "display-name": account.display_name, "groups": [],
        "language": "fr", "locale": ""
    })
}

fn notifications(account: &mut Account, call: &Call, path: &[&str]) -> Response {
    match (&call.method, path) {
        (&Method::GET, []) => {
            let newest: Vec<&Notification> = account.notifications.iter().rev().take(25).collect();
            let mut hasher = DefaultHasher::new();
            newest.iter().for_each(|notification| notification.id.hash(&mut hasher));
            let list: Value = newest.iter().map(|one| notification(one, account, &call.base)).collect();
            let mut answer = with_tag(call, hasher.finish(), success(&list));
            let presence = account.presence.as_deref().unwrap_or("offline");
            if let Ok(presence) = HeaderValue::from_str(presence) {
                answer.headers_mut().insert("x-nextcloud-user-status", presence);
            }
            answer
        }
        // The real server says the same for a number that it does not know.
        (&Method::DELETE, [id]) if id.parse::<u64>().is_ok() => {
            account.notifications.retain(|one| one.id.to_string() != *id);
            success(&json!([]))
        }
        (&Method::DELETE, []) => {
            account.notifications.clear();
            success(&json!([]))
        }
        _ => unknown_route(),
    }
}

fn notification(one: &Notification, account: &Account, base: &str) -> Value {
    let link =
        if one.link.starts_with("/index.php") { format!("{base}{}", one.link) } else { one.link.clone() };
    json!({
        "notification_id": one.id, "app": one.app, "user": account.id,
        "datetime": one.at.to_rfc3339_opts(SecondsFormat::Secs, false), "object_type": "sample", "object_id": one.id.to_string(),
        "subject": one.subject, "message": one.message, "link": link, "subjectRich": "", "subjectRichParameters": [],
        "messageRich": "", "messageRichParameters": [], "icon": format!("{base}/apps/{}/img/app-dark.svg", one.app),
        "shouldNotify": true, "actions": []
    })
}

fn room(talk: &Room, user: &str) -> Value {
    json!({
        "id": talk.id, "token": talk.token, "type": talk.kind, "name": talk.name, "displayName": talk.name,
        "objectType": talk.object_type, "objectId": "", "participantType": 3, "readOnly": 0, "hasCall": talk.call,
        "lastActivity": talk.at.timestamp(), "unreadMessages": talk.unread, "unreadMention": talk.mentioned,
        "unreadMentionDirect": talk.mentioned, "isFavorite": false, "notificationLevel": 1, "actorType": "users", "actorId": user,
        "callFlag": 0, "isArchived": false, "isImportant": false, "isSensitive": false,
        "lastMessage": {
            "id": talk.id, "token": talk.token, "actorType": "users", "actorId": "autre", "actorDisplayName": talk.author,
            "timestamp": talk.at.timestamp(), "message": talk.message, "messageParameters": [], "systemMessage": "",
            "messageType": "comment", "reactions": {}, "markdown": true
        }
    })
}

fn presence(account: &mut Account, call: &Call, path: &[&str]) -> Response {
    let current = |account: &Account| {
        json!({
            "userId": account.id, "message": null, "icon": null, "clearAt": null, "status": account.presence,
            "messageId": null, "messageIsPredefined": false, "statusIsUserDefined": true
        })
    };
    match (&call.method, path) {
        (&Method::GET, []) if account.presence.is_none() => {
            failure(404, 404, "No status for the current user")
        }
        (&Method::GET, []) => success(&current(account)),
        (&Method::PUT, ["status"]) => {
            let wish: Value = serde_json::from_str(&call.body).unwrap_or_default();
            let word = wish.get("statusType").and_then(Value::as_str).unwrap_or_default();
            if !["online", "away", "dnd", "invisible", "offline"].contains(&word) {
                return failure(400, 400, &format!("Status-type \"{word}\" is not supported"));
            }
            account.presence = Some(word.to_owned());
            success(&current(account))
        }
        _ => unknown_route(),
    }
}

fn shares(account: &mut Account, call: &Call, path: &[&str]) -> Response {
    let list =
        |pending: bool| account.shares.iter().filter(|share| share.pending == pending).map(share).collect();
    match (&call.method, path) {
        (&Method::GET, ["shares"]) if call.query("shared_with_me") == Some("true") => success(&list(false)),
        (&Method::GET, ["shares"]) => success(&json!([])),
        (&Method::GET, ["shares", "pending"]) => success(&list(true)),
        (&Method::GET, ["remote_shares", "pending"]) => success(&json!([])),
        (&Method::POST, ["shares", "pending", id]) => {
            match account.shares.iter_mut().find(|share| share.pending && share.id.to_string() == *id) {
                Some(share) => {
                    share.pending = false;
                    success(&json!([]))
                }
                None => failure(404, 404, "Wrong share ID, share does not exist"),
            }
        }
        _ => unknown_route(),
    }
}

fn share(one: &Share) -> Value {
    json!({
        "id": one.id.to_string(), "share_type": 0, "uid_owner": "autre", "displayname_owner": one.owner, "permissions": 19,
        "stime": one.at.timestamp(), "expiration": null, "note": "", "path": format!("/{}", one.name), "item_type": "file",
        "mimetype": "application/octet-stream", "item_source": one.id + 1000, "file_source": one.id + 1000,
        "file_target": format!("/{}", one.name), "item_mtime": one.at.timestamp(), "attributes": null
    })
}

fn recommendations(account: &Account) -> Value {
    let one = |file: &super::model::File| {
        let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
        json!({
            "id": file.id.to_string(), "timestamp": file.at.timestamp(), "name": name, "directory": format!("/{folder}"),
            "extension": "odt", "mimeType": "application/vnd.oasis.opendocument.text", "hasPreview": false,
            "reason": "Modifié récemment"
        })
    };
    account.files.iter().take(7).map(one).collect()
}

fn activities(account: &Account, call: &Call) -> Value {
    let one = |file: &super::model::File| {
        json!({
            "activity_id": file.id, "app": "files", "type": "file_changed", "user": account.id,
            "subject": format!("Vous avez modifié {}", file.path), "subject_rich": ["", []], "message": "", "object_type": "files",
            "object_id": file.id, "object_name": file.path, "link": format!("{}/index.php/f/{}", call.base, file.id),
            "datetime": file.at.to_rfc3339_opts(SecondsFormat::Secs, false)
        })
    };
    account.files.iter().map(one).collect()
}

fn cards(account: &Account, now: DateTime<Utc>) -> Value {
    let mut groups = Map::new();
    for card in &account.cards {
        let group = match card.due.map(|due| due - now) {
            None => "nodue",
            Some(left) if left < TimeDelta::zero() => "overdue",
            Some(left) if left < TimeDelta::days(1) => "today",
            Some(left) if left < TimeDelta::days(7) => "nextSevenDays",
            Some(_) => "later",
        };
        let list = groups.entry(group).or_insert_with(|| json!([]));
        if let Some(list) = list.as_array_mut() {
            list.push(one_card(card));
        }
    }
    if groups.is_empty() { json!([]) } else { Value::Object(groups) }
}

fn one_card(card: &Card) -> Value {
    json!({
        "id": card.id, "title": card.title, "duedate": card.due.map(|due| due.to_rfc3339_opts(SecondsFormat::Secs, false)),
        "done": null, "archived": false, "boardId": 1, "assignedUsers": []
    })
}
