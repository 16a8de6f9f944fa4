//! For tests and demonstrations only: documents that are made, filled and sent on, as Pastell's API v2 does it.
//!
//! What a form asks for is that of three flows for the signature book, after `module/*/definition.yml` of its public source; the other
//! flows can be made and not sent. Sending is done at once, where Pastell leaves it to its task manager.

use super::{
    Call,
    answers::{entity, error, json_answer, refused, whole, with},
    world::{AttachedFile, Document, Loss, Meanwhile, World, Write},
};
use axum::response::Response;
use bytes::Bytes;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A flow whose documents go to the signature book: its name, the action that sends, and the box to be ticked for that, if any.
const FORMS: [(&str, &str, Option<&str>); 3] = [
    ("document-a-signer", "send-iparapheur", None),
    ("ls-document-pdf", "orientation", Some("envoi_signature")),
    ("pdf-generique", "orientation", Some("envoi_signature")),
];
/// The sub-types of the signature book.
const SUBTYPES: [&str; 2] = ["Convention", "Délibération"];
const TITLE: &str = "libelle";
const FILE: &str = "document";
const SUBTYPE: &str = "iparapheur_sous_type";

pub(super) fn answer(world: &mut World, login: &str, call: &Call, place: &str, path: &[&str]) -> Response {
    let id = match entity(world, login, place) {
        Ok(id) => id,
        Err(refusal) => return *refusal,
    };
    let write = match (&call.method, path) {
        (&Method::POST, []) => Write::Creation,
        (&Method::PATCH, [_] | [_, "externalData", _]) => Write::Fields,
        (&Method::POST, [_, "file", _, _]) => Write::File,
        (&Method::POST, [_, "action", _]) | (&Method::DELETE, [_]) => Write::Action,
        _ => return error(405, "Cette méthode n'est pas utilisable sur l'API Pastell"),
    };
    let loss = if call.method == Method::DELETE { None } else { world.take_loss(write) };
    let lost =
        || super::answers::plain(504, "text/html", "<html><h1>504 Gateway Time-out</h1></html>".to_owned());
    if loss == Some(Loss::NotDone) {
        return lost();
    }
    let done = match (write, path) {
        (Write::Creation, _) => create(world, login, call, id),
        (_, [document, rest @ ..]) => match own(world, login, id, document) {
            Ok(at) => match (write, rest) {
                (Write::Fields, ["externalData", field]) => choose(world, login, call, at, field),
                (Write::Fields, _) => fill(world, login, call, at),
                (Write::File, [_, field, number]) => attach(world, login, call, at, field, number),
                (_, [_, action]) => act(world, login, call, at, action),
                _ => delete(world, login, at),
            },
            Err(refusal) => *refusal,
        },
        _ => error(405, "Cette méthode n'est pas utilisable sur l'API Pastell"),
    };
    let (now, later): (Vec<_>, Vec<_>) =
        std::mem::take(&mut world.meanwhile).into_iter().partition(|(known, _)| *known == write);
    world.meanwhile = later;
    for (_, what) in now {
        match what {
            Meanwhile::Draft(entity, flow, title) => {
                super::sample::add(world, entity, (&flow, "creation", "Créé"), &title, call.now);
            }
            Meanwhile::Revocation(token) => drop(world.revoked.insert(token)),
        }
    }
    if loss.is_some() { lost() } else { done }
}

/// The place of a document that the person may write.
fn own(world: &World, login: &str, entity: u64, id: &str) -> Result<usize, Box<Response>> {
    let place = world.documents.iter().position(|one| one.entity == entity && one.id == id);
    let Some((place, document)) = place.and_then(|place| Some((place, world.documents.get(place)?))) else {
        return Err(Box::new(error(404, &format!("Le document {id} n'appartient pas à l'entité {entity}"))));
    };
    match world.may_write(login, entity, &document.flow) {
        true => Ok(place),
        false => Err(Box::new(refused(entity, &format!("{}:edition", document.flow)))),
    }
}

fn created(body: &Value) -> Response {
    let mut answer = json_answer(body);
    *answer.status_mut() = StatusCode::CREATED;
    answer
}

fn create(world: &mut World, login: &str, call: &Call, entity: u64) -> Response {
    let Some(flow) = call.field("type") else {
        return error(400, "Le type est obligatoire");
    };
    if !world.may_write(login, entity, &flow) {
        return refused(entity, &format!("{flow}:edition"));
    }
    let document = Document {
        id: format!("dqZ{}Ab", world.next_number()),
        entity,
        flow,
        title: String::new(),
        state: "creation".to_owned(),
        state_words: "Créé".to_owned(),
        changed_at: call.now,
        folder: None,
        created_at: call.now,
        fields: BTreeMap::new(),
        file: None,
    };
    let body = with(whole(world, login, &document), "id_d", json!(document.id));
    world.documents.push(document);
    world.made += 1;
    created(&body)
}

/// What is missing from the form of a document before it may be sent.
fn missing(document: &Document) -> Option<String> {
    let form = FORMS.iter().find(|(flow, _, _)| *flow == document.flow)?;
    let filled = |name: &str| document.fields.get(name).is_some_and(|value| !value.is_empty());
    let goes_to_signature = form.2.is_none_or(filled);
    let field = match () {
        () if !filled(TITLE) => "Libellé",
        () if document.file.is_none() => "Document pdf",
        () if goes_to_signature && !filled(SUBTYPE) => "Sous-type iparapheur",
        () => return None,
    };
    Some(format!("Le formulaire est incomplet : le champ «{field}» est obligatoire."))
}

/// The actions that the person may take on a document.
pub(super) fn possible(world: &World, login: &str, document: &Document) -> Vec<String> {
    if !document.is_draft() || !world.may_write(login, document.entity, &document.flow) {
        return Vec::new();
    }
    let mut actions = vec!["modification".to_owned(), "supression".to_owned()];
    let form = FORMS.iter().find(|(flow, _, _)| *flow == document.flow);
    if let Some((_, send, _)) = form.filter(|_| missing(document).is_none()) {
        actions.push((*send).to_owned());
    }
    actions
}

fn modified(world: &mut World, login: &str, call: &Call, place: usize) -> Response {
    let Some(document) = world.documents.get_mut(place) else { return error(404, "") };
    document.state = "modification".to_owned();
    document.state_words = "En cours de rédaction".to_owned();
    document.changed_at = call.now;
    if let Some(title) = document.fields.get(TITLE) {
        document.title.clone_from(title);
    }
    let document = document.clone();
    let missing = missing(&document);
    let body = json!({
        "content": whole(world, login, &document), "result": "ok",
        "formulaire_ok": i32::from(missing.is_none()), "message": missing.unwrap_or_default()
    });
    if call.method == Method::PATCH { json_answer(&body) } else { created(&body) }
}

fn not_allowed(action: &str) -> Response {
    error(
        400,
        &format!("L'action « {action} »  n'est pas permise : le dernier état du document ne le permet pas"),
    )
}

fn fill(world: &mut World, login: &str, call: &Call, place: usize) -> Response {
    let Some(document) = world.documents.get_mut(place).filter(|document| document.is_draft()) else {
        return not_allowed("modification");
    };
    // A field with a list of choices is set by its own call.
    document.fields.extend(call.fields().into_iter().filter(|(name, _)| name != SUBTYPE));
    modified(world, login, call, place)
}

/// The choices of a field.
pub(super) fn choices(world: &World, login: &str, place: &str, id: &str, field: &str) -> Response {
    let own = entity(world, login, place).and_then(|entity| own(world, login, entity, id));
    match own {
        Err(refusal) => *refusal,
        Ok(_) if field == SUBTYPE => json_answer(&json!(SUBTYPES)),
        Ok(_) => error(400, &format!("Type {field} introuvable")),
    }
}

fn choose(world: &mut World, login: &str, call: &Call, place: usize, field: &str) -> Response {
    if field != SUBTYPE {
        return error(400, &format!("Type {field} introuvable"));
    }
    let chosen = call.field(SUBTYPE).unwrap_or_default();
    if !SUBTYPES.contains(&chosen.as_str()) {
        return error(400, &format!("Le sous-type « {chosen} » n'existe pas pour le type Document"));
    }
    let Some(document) = world.documents.get_mut(place).filter(|document| document.is_draft()) else {
        return not_allowed("modification");
    };
    document.fields.insert("iparapheur_type".to_owned(), "Document".to_owned());
    document.fields.insert(SUBTYPE.to_owned(), chosen);
    let document = document.clone();
    json_answer(&with(whole(world, login, &document), "result", json!("ok")))
}

fn attach(world: &mut World, login: &str, call: &Call, place: usize, field: &str, number: &str) -> Response {
    if field != FILE || number != "0" {
        return error(400, &format!("Le champ {field} n'existe pas"));
    }
    let (Some(name), Some(content)) = (call.field("file_name"), call.file("file_content")) else {
        return error(400, "Impossible de lire le fichier");
    };
    let Some(document) = world.documents.get_mut(place).filter(|document| document.is_draft()) else {
        return not_allowed("modification");
    };
    document.file = Some(AttachedFile { name, content });
    modified(world, login, call, place)
}

fn act(world: &mut World, login: &str, call: &Call, place: usize, action: &str) -> Response {
    let Some(document) = world.documents.get(place).cloned() else { return error(404, "") };
    if !possible(world, login, &document).iter().any(|possible| possible == action) {
        return not_allowed(action);
    }
    if action == "supression" {
        return delete(world, login, place);
    }
    let number = world.next_number();
    if let Some(document) = world.documents.get_mut(place).filter(|_| action != "modification") {
        document.state = "send-iparapheur".to_owned();
        document.state_words = "Transmis au parapheur".to_owned();
        document.changed_at = call.now;
        document.folder = Some(format!("2f1c-{number}"));
    }
    created(&json!({ "result": true, "message": "Le document a été envoyé au parapheur électronique" }))
}

fn delete(world: &mut World, login: &str, place: usize) -> Response {
    let Some(document) = world.documents.get(place) else { return error(404, "") };
    if !possible(world, login, document).iter().any(|possible| possible == "supression") {
        return not_allowed("supression");
    }
    world.documents.remove(place);
    super::answers::plain(204, "application/json", String::new())
}

/// The parts of a body of the type `multipart/form-data`: name and content.
pub(super) fn parts(boundary: &str, body: &Bytes) -> Vec<(String, Bytes)> {
    let fence = format!("--{boundary}");
    let find = |from: usize, what: &[u8]| {
        let rest = body.get(from..)?;
        rest.windows(what.len()).position(|window| window == what).map(|at| from + at)
    };
    let mut parts = Vec::new();
    let mut at = find(0, fence.as_bytes());
    while let Some(start) = at.map(|at| at + fence.len()) {
        let Some(head_end) = find(start, b"\r\n\r\n") else { break };
        let next = find(head_end, format!("\r\n{fence}").as_bytes());
        let Some(end) = next else { break };
        let head = String::from_utf8_lossy(&body.slice(start..head_end)).into_owned();
        let name = head.split("; name=\"").nth(1).and_then(|rest| rest.split('"').next());
        if let Some(name) = name {
            parts.push((name.to_owned(), body.slice(head_end + 4..end)));
        }
        at = Some(end + 2);
    }
    parts
}
