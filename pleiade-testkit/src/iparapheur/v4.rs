//! The web scripts of version 4.

use super::{
    Call, answer, json_answer,
    model::{Desk, Folder, World},
};
use axum::response::Response;
use http::Method;
use serde_json::{Value, json};

pub(super) fn refusal(status: u16) -> Response {
    json_answer(status, &json!({"status": {"code": status}, "message": "Wrapped Exception", "exception": ""}))
}

pub(super) fn answer_xml(body: String) -> Response {
    answer(200, "text/xml;charset=UTF-8", body)
}

pub(super) fn route(world: &mut World, call: &Call, path: &[&str]) -> Response {
    match (&call.method, path) {
        (&Method::GET, ["parapheur", "api", "getApiLevel"]) => json_answer(200, &json!({"level": 4})),
        (&Method::POST, ["parapheur", "api", "login"]) => login(world, call),
        (&Method::GET, ["api", "logincas"]) => logincas(world, call),
        (&Method::POST, ["parapheur", "utilisateurs", login, "forceLogin"]) => {
            if world.has_no_tenant {
                return answer(500, "text/plain", "Tenant does not exist");
            }
            if !world.knows(login) {
                return refusal(403);
            }
            let ticket = world.open(login, call.now);
            json_answer(200, &json!({"ticket": ticket, "username": login}))
        }
        (_, ["parapheur", rest @ ..]) => match signed(world, call) {
            Some(login) => scripts(world, call, &login, rest).unwrap_or_else(refusal),
            None => refusal(401),
        },
        _ => refusal(404),
    }
}

fn signed(world: &World, call: &Call) -> Option<String> {
    let (login, until) = world.tickets.get(call.query("ticket")?)?;
    (*until > call.now).then(|| login.clone())
}

/// A login and its password, as people without CAS sign in. The portal holds nobody's password and never calls it.
fn login(world: &mut World, call: &Call) -> Response {
    let form = call.json();
    let [name, password] = ["username", "password"].map(|key| form.get(key).and_then(Value::as_str));
    match name.filter(|name| world.knows(name) && password == Some(&super::Iparapheur::password(name))) {
        Some(name) => {
            let ticket = world.open(name, call.now);
            json_answer(200, &json!({"data": {"ticket": ticket}}))
        }
        None => refusal(403),
    }
}

/// CAS names whose ticket it is, once.
fn logincas(world: &mut World, call: &Call) -> Response {
    let (given, ticket) = (call.query("u").unwrap_or_default(), call.query("t").unwrap_or_default());
    if world.has_no_tenant {
        return answer(500, "text/plain", "Tenant does not exist");
    }
    let owner = ticket.strip_prefix("PT-parapheur.").and_then(|rest| rest.rsplit_once('.'));
    let Some((login, _)) = owner.filter(|(login, _)| world.knows(login)) else { return refusal(403) };
    let is_other = given.is_empty() || (world.compares_logins && given != login);
    if is_other || !world.spent.insert(ticket.to_owned()) {
        return refusal(403);
    }
    let ticket = world.open(login, call.now);
    answer_xml(format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ticket>{ticket}</ticket>"))
}

fn scripts(world: &mut World, call: &Call, login: &str, path: &[&str]) -> Result<Response, u16> {
    match (&call.method, path) {
        (&Method::GET, ["bureaux"]) => {
            let desks = world.desks.iter().filter(|desk| desk.is_of(login));
            Ok(json_answer(200, &desks.map(|desk| bureau(world, call, desk, login)).collect()))
        }
        (&Method::GET, ["dossiers"]) => dossiers(world, call, login),
        (&Method::GET, ["dossiers", id]) => {
            world.desk(login, call.query("bureauCourant").unwrap_or_default())?;
            let folder = world.folders.iter_mut().find(|folder| folder.id == *id).ok_or(404_u16)?;
            folder.is_read = true;
            Ok(json_answer(200, &json!({"id": folder.id, "title": folder.title})))
        }
        (&Method::POST, ["dossiers", id, action @ ("visa" | "rejet")]) => act(world, call, login, id, action),
        _ => Err(404),
    }
}

fn bureau(world: &World, call: &Call, desk: &Desk, login: &str) -> Value {
    let count = |state| world.in_state(&desk.id, state, call.now).count();
    let late = count("LATE");
    let mut bureau = json!({
        "hasSecretaire": !desk.secretaries.is_empty(), "collectivite": super::model::TENANTS.get(desk.tenant).map(|(_, name)| name),
        "description": null, "en-preparation": count("DRAFT"),
        "nodeRef": format!("workspace://SpacesStore/{}", desk.id), "shortName": desk.name,
        // Late folders on which the person cannot act may count too.
        "en-retard": late + usize::from(late > 0 && world.counts_others_late), "image": "", "show_a_venir": null,
        "habilitation": {"traiter": null, "secretariat": null, "archivage": null, "transmettre": null},
        "a-archiver": count("FINISHED"), "a-traiter": count("PENDING"), "id": desk.id,
        "isSecretaire": !desk.owners.iter().any(|owner| owner == login), "name": desk.name,
        "retournes": count("REJECTED"), "dossiers-delegues": count("DELEGATED")
    });
    if let Some(fields) = bureau.as_object_mut() {
        // A count of nothing may be absent, and so may the bare id.
        if fields.get("a-archiver") == Some(&json!(0)) {
            fields.remove("a-archiver");
        }
        if late > 0 {
            fields.remove("id");
        }
    }
    bureau
}

fn code(asks: &str) -> &str {
    match asks {
        "SEAL" => "CACHET",
        "SECOND_OPINION" => "AVIS_COMPLEMENTAIRE",
        "SECURE_MAIL" => "MAILSEC",
        other => other,
    }
}

fn dossiers(world: &World, call: &Call, login: &str) -> Result<Response, u16> {
    let desk = world.desk(login, call.query("bureau").unwrap_or_default())?;
    let state = match call.query("corbeilleName") {
        Some("a-traiter") => "PENDING",
        Some("en-retard") => "LATE",
        Some("dossiers-delegues") => "DELEGATED",
        Some("retournes") => "REJECTED",
        Some("a-archiver") => "FINISHED",
        Some("en-preparation") => "DRAFT",
        _ => return Err(400),
    };
    let (size, page) = (call.number("pageSize", 25).clamp(1, 100), call.number("page", 0));
    // Where the counters of the last answer do not come back, pages overlap.
    let start = if page > 0 && call.number("skipped", 0) == 0 { 0 } else { page * size };
    let all: Vec<&Folder> = world.in_state(&desk.id, state, call.now).collect();
    let is_owner = desk.owners.iter().any(|owner| owner == login);
    let left = all.len().saturating_sub(start);
    let lines = all.iter().skip(start).take(size).map(|folder| {
        let mut actions = vec!["ENREGISTRER", "EMAIL", "JOURNAL"];
        if is_owner {
            actions.extend(["REJET", code(&folder.asks)]);
        }
        json!({
            "total": left, "protocol": "aucun", "actionDemandee": code(&folder.asks), "isSent": true,
            "type": folder.kind, "sousType": folder.subkind, "bureauName": desk.name, "creator": "ws",
            "id": folder.id, "title": folder.title, "pendingFile": 0, "banetteName": "Dossiers à traiter",
            "skipped": start + size, "isSignPapier": false, "isXemEnabled": false, "hasRead": folder.is_read,
            "readingMandatory": folder.must_be_read, "documentPrincipal": {"id": "a1", "name": "document.pdf"},
            "locked": folder.is_locked, "actions": actions, "isRead": folder.is_read,
            "dateEmission": folder.sent.timestamp_millis(),
            "dateLimite": folder.due.map(|due| due.timestamp_millis()), "includeAnnexes": true
        })
    });
    Ok(json_answer(200, &lines.collect()))
}

fn act(world: &mut World, call: &Call, login: &str, id: &str, action: &str) -> Result<Response, u16> {
    let body = call.json();
    let text = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let desk = world.desk(login, &text("bureauCourant"))?;
    if !desk.owners.iter().any(|owner| owner == login) {
        return Err(403);
    }
    let desk = desk.id.clone();
    let mine = |folder: &&mut Folder| folder.id == id && folder.desk == desk;
    let folder = world.folders.iter_mut().find(mine).ok_or(404_u16)?;
    let is_good = folder.state == "PENDING"
        && !folder.is_locked
        && (folder.is_read || !folder.must_be_read)
        && match action {
            "visa" => folder.asks == "VISA",
            _ => !text("annotPub").trim().is_empty(),
        };
    if !is_good {
        return Err(400);
    }
    folder.note = text("annotPub");
    folder.state = if action == "visa" { "DONE" } else { "GONE" }.to_owned();
    Ok(json_answer(200, &json!({})))
}
