//! The standard interface of version 5, the rejection of the older one, and the delegations of the internal one.

use super::{
    Call, answer, json_answer,
    model::{Desk, Folder, TENANTS, World},
};
use axum::response::Response;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use http::Method;
use serde_json::{Value, json};

pub(super) fn realm(realm: &str) -> Response {
    match realm {
        "api" => json_answer(
            200,
            &json!({"issuer": "https://parapheur.example/auth/realms/api", "claims_supported": ["sub"]}),
        ),
        _ => json_answer(404, &json!({"error": "Realm does not exist"})),
    }
}

pub(super) fn refusal(call: &Call, status: u16) -> Response {
    let error = http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    json_answer(
        status,
        &json!({
            "timestamp": call.now.to_rfc3339_opts(SecondsFormat::Millis, false), "status": status, "error": error,
            "message": "L’identifiant demandé n’existe pas", "path": format!("/{}", call.path.join("/"))
        }),
    )
}

/// The person whose token it is.
fn signed(world: &mut World, call: &Call) -> Option<String> {
    let token = call.authorization.strip_prefix("Bearer ")?;
    let (login, _) = token.strip_prefix("realm-api-token.")?.rsplit_once('.')?;
    if world.ended_tokens.contains(token) || !world.knows(login) {
        return None;
    }
    world.seen_tokens.insert(token.to_owned());
    Some(login.to_owned())
}

pub(super) fn route(world: &mut World, call: &Call, path: &[&str]) -> Response {
    let Some(login) = signed(world, call) else { return refusal(call, 401) };
    standard(world, call, &login, path).unwrap_or_else(|status| refusal(call, status))
}

fn standard(world: &mut World, call: &Call, login: &str, path: &[&str]) -> Result<Response, u16> {
    match (&call.method, path) {
        (&Method::GET, ["standard", "v1", "tenant"]) => {
            let has =
                |tenant: usize| world.desks.iter().any(|desk| desk.tenant == tenant && desk.is_of(login));
            let tenants = TENANTS.iter().enumerate().filter(|(number, _)| has(*number));
            Ok(page(call, tenants.map(|(_, (id, name))| json!({"id": id, "name": name})).collect()))
        }
        (&Method::GET, ["standard", "v1", "tenant", tenant, "desk"]) => {
            let number = tenant_number(tenant)?;
            let desks = world.desks.iter().filter(|desk| desk.tenant == number && desk.is_of(login));
            let desk = |desk: &Desk| json!({"id": desk.id, "name": desk.name, "tenantId": tenant});
            Ok(page(call, desks.map(desk).collect()))
        }
        (&Method::GET, ["standard", "v1", "tenant", tenant, "desk", desk, state]) => {
            let place = place(world, login, tenant, desk)?;
            if !matches!(*state, "DRAFT" | "PENDING" | "LATE" | "DELEGATED" | "FINISHED" | "REJECTED") {
                return Err(404);
            }
            let mut folders: Vec<&Folder> = world.in_state(&place.id, state, call.now).collect();
            if call.query("sort") == Some("LATE_DATE,ASC") {
                folders.sort_by_key(|folder| (folder.due.is_none(), folder.due));
            }
            Ok(page(call, folders.into_iter().map(listed).collect()))
        }
        (&Method::GET, ["standard", "v1", "tenant", tenant, "desk", desk, "folder", folder, "premis"]) => {
            let place = place(world, login, tenant, desk)?;
            let mine = |known: &&Folder| known.id == *folder && known.desk == place.id;
            let folder = world.folders.iter().find(mine).ok_or(404_u16)?;
            Ok(answer(200, "application/xml", premis(folder, place)))
        }
        (
            &Method::PUT,
            ["standard", "v1", "tenant", tenant, "desk", desk, "folder", folder, "task", task, "visa"],
        ) => act(world, call, login, [tenant, desk, folder, task], true),
        (&Method::PUT, ["v1", "tenant", tenant, "desk", desk, "folder", folder, "task", task, "reject"]) => {
            act(world, call, login, [tenant, desk, folder, task], false)
        }
        (
            &Method::GET,
            ["internal", "tenant", tenant, "desk", desk, list @ ("delegation" | "substituteDelegation")],
        ) => {
            let place = place(world, login, tenant, desk)?;
            let mine = world.delegations.iter().filter(|delegation| match *list {
                "delegation" => delegation.from == place.id,
                _ => delegation.to == place.id,
            });
            let named = |id: &str| {
                let desk = world.desks.iter().find(|desk| desk.id == id);
                json!({"id": id, "name": desk.map(|desk| desk.name.clone())})
            };
            let delegation = |one: &super::model::Delegation| {
                json!({
                    "id": one.id, "substituteDesk": named(&one.to), "delegatingDesk": named(&one.from),
                    "type": null, "subtype": null, "start": written(one.start), "end": written(one.end)
                })
            };
            Ok(json_answer(200, &mine.map(delegation).collect()))
        }
        _ => Err(404),
    }
}

fn tenant_number(id: &str) -> Result<usize, u16> {
    TENANTS.iter().position(|(known, _)| *known == id).ok_or(404)
}

fn place<'a>(world: &'a World, login: &str, tenant: &str, desk: &str) -> Result<&'a Desk, u16> {
    let number = tenant_number(tenant)?;
    world.desk(login, desk).and_then(|desk| if desk.tenant == number { Ok(desk) } else { Err(404) })
}

/// ISO 8601 with an offset.
fn written(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, false)
}

fn listed(folder: &Folder) -> Value {
    json!({"id": folder.id, "name": folder.title, "dueDate": folder.due.map(written), "metadata": {}})
}

/// A page of ten things, unless more are asked for.
fn page(call: &Call, all: Vec<Value>) -> Response {
    let (size, number) = (call.number("size", 10).max(1), call.number("page", 0));
    let total = all.len();
    let content: Vec<Value> = all.into_iter().skip(number * size).take(size).collect();
    let sort = json!({"unsorted": false, "sorted": true, "empty": false});
    json_answer(
        200,
        &json!({
            "totalPages": total.div_ceil(size), "totalElements": total,
            "pageable": {"unpaged": false, "pageNumber": number, "pageSize": size, "paged": true, "offset": number * size, "sort": sort},
            "numberOfElements": content.len(), "size": size, "number": number, "sort": sort, "first": number == 0,
            "last": (number + 1) * size >= total, "empty": content.is_empty(), "content": content
        }),
    )
}

fn escaped(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}'))
        .map(|c| if "<>&\"'".contains(c) { format!("&#{};", u32::from(c)) } else { c.to_string() })
        .collect()
}

fn premis(folder: &Folder, desk: &Desk) -> String {
    let at = |at: DateTime<Utc>| (at + TimeDelta::hours(1)).format("%Y-%m-%dT%H:%M:%S%.3f+0100").to_string();
    let event = |task: &str, action: &str, at: &str| {
        format!(
            "<event><eventIdentifier><eventIdentifierType>taskId</eventIdentifierType><eventIdentifierValue>{task}\
</eventIdentifierValue></eventIdentifier><eventType>{action}</eventType><eventDateTime>{at}</eventDateTime>\
<linkingAgentIdentifier><linkingAgentIdentifierType>userId</linkingAgentIdentifierType><linkingAgentIdentifierValue>\
</linkingAgentIdentifierValue><linkingAgentRole>{}</linkingAgentRole></linkingAgentIdentifier></event>",
            escaped(&desk.name)
        )
    };
    let property = |key: &str, value: &str| {
        format!(
            "<significantProperties><significantPropertiesType>{key}</significantPropertiesType>\
<significantPropertiesValue>{}</significantPropertiesValue></significantProperties>",
            escaped(value)
        )
    };
    let waits = if folder.state == "PENDING" { event(&folder.task, &folder.asks, "") } else { String::new() };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><premis xmlns=\"http://www.loc.gov/premis/v3\" \
xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" version=\"3.0\"><object xsi:type=\"intellectualEntity\">\
<objectIdentifier><objectIdentifierType>folderId</objectIdentifierType><objectIdentifierValue>{}</objectIdentifierValue>\
</objectIdentifier>{}{}<originalName>{}</originalName></object>{}{}{waits}{}</premis>",
        folder.id,
        property("i_Parapheur_reserved_type", &folder.kind),
        property("i_Parapheur_reserved_subtype", &folder.subkind),
        escaped(&folder.title),
        event("95e1818c-71d2-11f0-878d-426b451987f3", "START", &at(folder.since)),
        event("95e1818c-71d2-11f0-878d-426b451987f4", "READ", &at(folder.since)),
        event("95e1818c-71d2-11f0-878d-426b451987f5", "ARCHIVE", ""),
    )
}

fn act(world: &mut World, call: &Call, login: &str, ids: [&str; 4], visa: bool) -> Result<Response, u16> {
    let [tenant, desk, id, task] = ids;
    let desk = place(world, login, tenant, desk)?.id.clone();
    let note = call.json().get("publicAnnotation").and_then(Value::as_str).unwrap_or_default().to_owned();
    if note.chars().count() > 512 {
        return Err(400);
    }
    let mine = |folder: &&mut Folder| folder.id == id && folder.desk == desk;
    let folder = world.folders.iter_mut().find(mine).ok_or(404_u16)?;
    // The published file knows no other refusals of a visa than these.
    if folder.state != "PENDING" || folder.task != task {
        return Err(404);
    }
    if visa && folder.asks != "VISA" {
        return Err(400);
    }
    folder.note = note;
    folder.state = if visa { "DONE" } else { "GONE" }.to_owned();
    Ok(answer(200, "application/json", ""))
}
