//! For tests and demonstrations only: the API v2 of a simulated platform, in Pastell's forms.

use super::{
    Call, error_body,
    world::{Document, Entity, World},
    writing,
};
use axum::{body::Body, response::Response};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use http::{HeaderValue, Method, StatusCode, header};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The names of the flows of the sample people.
const FLOWS: [(&str, &str, &str); 11] = [
    ("actes-generique", "Types de dossier génériques", "Actes (générique)"),
    ("actes-reponse-prefecture", "Types de dossier génériques", "Actes réponse préfecture"),
    ("document-autorisation-urbanisme", "Urbanisme", "Document d'autorisation d'urbanisme"),
    ("document-a-signer", "Types de dossier génériques", "Document à faire signer"),
    ("facture-cpp", "Chorus Pro", "Facture Chorus Pro"),
    ("helios-generique", "Types de dossier génériques", "Helios (générique)"),
    ("ls-document-pdf", "Document", "Document PDF"),
    ("ls-helios", "Flux PES", "Helios"),
    ("mailsec", "Types de dossier génériques", "Mail sécurisé"),
    ("mailsec-bidir", "Types de dossier génériques", "Mail sécurisé avec réponse"),
    ("pdf-generique", "Types de dossier génériques", "Document PDF (Générique)"),
];

pub(super) fn plain(status: u16, media_type: &'static str, body: String) -> Response {
    let mut answer = Response::new(Body::from(body));
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    answer
}

/// An object with one more field.
pub(super) fn with(mut object: Value, name: &str, value: Value) -> Value {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
    object
}

pub(super) fn json_answer(body: &Value) -> Response {
    plain(200, "application/json; charset=utf-8", body.to_string())
}

pub(super) fn error(status: u16, message: &str) -> Response {
    plain(status, "application/json; charset=utf-8", error_body(message).to_string())
}

pub(super) fn answer(world: &mut World, login: &str, call: &Call, resource: &[&str]) -> Response {
    match (&call.method, resource) {
        (&Method::GET, _) => {}
        (&Method::DELETE, ["utilisateur", "token", id]) => return delete_token(world, login, id),
        (_, ["entite", entity, "document", rest @ ..]) => {
            return writing::answer(world, login, call, entity, rest);
        }
        _ => return error(405, "Cette méthode n'est pas utilisable sur l'API Pastell"),
    }
    match resource {
        ["version"] => json_answer(&json!({
            "version": "4.1.16", "revision": "simulated", "last_changed_date": "2025-11-18",
            "extensions_versions_accepted": [], "version_complete": "Version 4.1.16 - Révision simulated"
        })),
        ["entite"] => json_answer(&entities(world, login)),
        ["entite", id] => one_entity(world, login, id),
        ["flux"] => json_answer(&flows(world, login)),
        ["document", "count"] => json_answer(&counts(world, login, call)),
        ["entite", entity, "document"] => documents(world, login, entity, call),
        ["entite", entity, "document", id] => detail(world, login, entity, id),
        ["entite", entity, "document", id, "externalData", field] => {
            writing::choices(world, login, entity, id, field)
        }
        ["utilisateur", "token"] => tokens(world, login),
        ["utilisateur", id] => user(world, login, id),
        _ => error(404, "La ressource n'a pas été trouvée"),
    }
}

fn entities(world: &World, login: &str) -> Value {
    let visible = world.visible(login);
    visible.iter().filter_map(|id| Some(entity_row(*id, world.entities.get(id)?))).collect()
}

fn entity_row(id: u64, entity: &Entity) -> Value {
    json!({
        "id_e": id.to_string(), "denomination": entity.name, "siren": "000000000", "type": "collectivite",
        "centre_de_gestion": "0", "entite_mere": entity.parent.to_string(), "is_active": entity.active
    })
}

/// One entity, with the numbers of those right below it.
fn one_entity(world: &World, login: &str, id: &str) -> Response {
    let id = match entity(world, login, id) {
        Ok(id) => id,
        Err(refusal) => return *refusal,
    };
    let Some(known) = world.entities.get(&id) else { return error(404, "L'entité n'existe pas") };
    let below: Vec<Value> = world
        .entities
        .iter()
        .filter(|(_, other)| other.parent == id)
        .map(|(below, _)| json!({ "id_e": below.to_string() }))
        .collect();
    json_answer(&with(entity_row(id, known), "entite_fille", Value::Array(below)))
}

fn flows(world: &World, login: &str) -> Value {
    let readable: BTreeSet<String> =
        world.visible(login).iter().flat_map(|entity| world.flows(login, *entity)).collect();
    let named = FLOWS.iter().filter(|(flow, _, _)| readable.contains(*flow));
    let rows: Map<String, Value> =
        named.map(|(flow, kind, name)| ((*flow).to_owned(), json!({ "type": kind, "nom": name }))).collect();
    // PHP's empty array.
    if rows.is_empty() { json!([]) } else { Value::Object(rows) }
}

/// The counts of the entities in which the person may read something; the encoder writes what is empty as a list.
fn counts(world: &World, login: &str, call: &Call) -> Value {
    let (wanted, wanted_flow) = (call.query("id_e"), call.query("type"));
    let mut rows = Map::new();
    for id in world.visible(login) {
        let Some(entity) = world.entities.get(&id) else { continue };
        if wanted.is_some_and(|wanted| wanted != id.to_string()) {
            continue;
        }
        let mut flux = Map::new();
        let flows = world.flows(login, id);
        for flow in flows.into_iter().filter(|flow| wanted_flow.is_none_or(|wanted| wanted == flow)) {
            let mut states = Map::new();
            for document in world.documents.iter().filter(|one| one.entity == id && one.flow == flow) {
                let count = states.entry(document.state.clone()).or_insert(json!(0));
                *count = json!(count.as_u64().unwrap_or_default() + 1);
            }
            flux.insert(flow, if states.is_empty() { json!([]) } else { Value::Object(states) });
        }
        let info = json!({
            "id_e": id.to_string(), "type": "collectivite", "denomination": entity.name, "siren": "000000000",
            "date_inscription": "0000-00-00 00:00:00", "entite_mere": entity.parent.to_string(),
            "centre_de_gestion": "0",
            "is_active": match world.old_flags {
                true => json!(if entity.active { "1" } else { "0" }),
                false => json!(entity.active),
            }
        });
        rows.insert(id.to_string(), json!({ "flux": flux, "info": info }));
    }
    if rows.is_empty() { json!([]) } else { Value::Object(rows) }
}

/// The entity, when it is there and the person may read it.
pub(super) fn entity(world: &World, login: &str, id: &str) -> Result<u64, Box<Response>> {
    let known = id.parse().ok().filter(|id| world.entities.contains_key(id));
    let Some(known) = known else {
        return Err(Box::new(error(404, &format!("L'entité {id} n'existe pas"))));
    };
    match world.flows(login, known).is_empty() {
        true => Err(Box::new(forbidden(known, "entite"))),
        false => Ok(known),
    }
}

fn forbidden(entity: u64, right: &str) -> Response {
    refused(entity, &format!("{right}:lecture"))
}

pub(super) fn refused(entity: u64, right: &str) -> Response {
    error(403, &format!("Acces interdit id_e={entity}, droit={right},id_u=3"))
}

fn documents(world: &World, login: &str, id: &str, call: &Call) -> Response {
    let id = match entity(world, login, id) {
        Ok(id) => id,
        Err(refusal) => return *refusal,
    };
    let readable = world.flows(login, id);
    let flow = call.query("type").filter(|flow| !flow.is_empty());
    if let Some(flow) = flow.filter(|flow| !readable.contains(*flow)) {
        return forbidden(id, flow);
    }
    let states: Vec<&str> = call
        .query("lastetat")
        .filter(|states| !states.is_empty())
        .into_iter()
        .flat_map(|states| states.split(','))
        .collect();
    // Bounds are strict, and a day stands for its first moment.
    let bound = |name| {
        let text = call.query(name).filter(|text| !text.is_empty())?;
        let moment = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").ok();
        let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(|day| day.and_time(NaiveTime::MIN));
        moment.or_else(day)
    };
    let (begin, end) = (bound("last_state_begin"), bound("last_state_end"));
    let words = call.query("search").unwrap_or_default().to_lowercase();
    let is_wanted = |document: &&Document| {
        document.entity == id
            && readable.contains(&document.flow)
            && flow.is_none_or(|flow| flow == document.flow)
            && (states.is_empty() || states.contains(&document.state.as_str()))
            && begin.is_none_or(|begin| document.local_time() > begin)
            && end.is_none_or(|end| document.local_time() < end)
            && document.title.to_lowercase().contains(&words)
    };
    let mut found: Vec<&Document> = world.documents.iter().filter(is_wanted).collect();
    found.sort_by_key(|document| std::cmp::Reverse(document.changed_at));
    let number = |name, default| call.query(name).and_then(|text| text.parse().ok()).unwrap_or(default);
    let page = found.into_iter().skip(number("offset", 0)).take(number("limit", 100));
    let rows: Vec<Value> = page.map(|document| row(world, document)).collect();
    json_answer(&Value::Array(rows))
}

fn row(world: &World, document: &Document) -> Value {
    let name = world.entities.get(&document.entity).map_or("", |entity| entity.name.as_str());
    let at = written(document.local_time());
    let created = written(Document::local(document.created_at));
    json!({
        "id_d": document.id, "id_e": document.entity.to_string(), "role": "editeur", "last_action": document.state,
        "last_action_date": at, "last_type": document.flow, "type": document.flow, "titre": document.title,
        "creation": created, "modification": at, "denomination": name, "siren": "000000000",
        "date_inscription": "0000-00-00 00:00:00", "entite_mere": "0", "centre_de_gestion": "0", "is_active": true,
        "entite_base": name, "entite": [], "last_action_display": document.state_words
    })
}

fn detail(world: &World, login: &str, id: &str, document: &str) -> Response {
    let id = match entity(world, login, id) {
        Ok(id) => id,
        Err(refusal) => return *refusal,
    };
    let found = world.documents.iter().find(|one| one.entity == id && one.id == document);
    let Some(found) = found else {
        return error(404, &format!("Le document {document} n'appartient pas à l'entité {id}"));
    };
    if world.details_hidden || !world.flows(login, id).contains(&found.flow) {
        return forbidden(id, &found.flow);
    }
    json_answer(&whole(world, login, found))
}

/// A document with its fields and what may be done with it.
pub(super) fn whole(world: &World, login: &str, document: &Document) -> Value {
    let mut data: Map<String, Value> =
        document.fields.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    if let Some(file) = &document.file {
        data.insert("document".to_owned(), json!([file.name]));
    }
    if let Some(folder) = &document.folder {
        data.insert("libelle".to_owned(), json!(document.title));
        data.insert("iparapheur_dossier_id".to_owned(), json!(folder));
        data.entry("document").or_insert(json!(["a.pdf"]));
    }
    let (created, at) = (written(Document::local(document.created_at)), written(document.local_time()));
    let possible = writing::possible(world, login, document);
    json!({
        "info": {
            "id_d": document.id, "type": document.flow, "titre": document.title, "creation": created,
            "modification": at
        },
        // PHP's empty array.
        "data": if data.is_empty() { json!([]) } else { Value::Object(data) },
        "action_possible": possible, "action-possible": possible,
        "last_action": { "action": document.state, "message": document.state_words, "date": at }
    })
}

fn written(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%d %H:%M:%S").to_string()
}

fn tokens(world: &World, login: &str) -> Response {
    let account = world.accounts.get(login);
    let rows = account.into_iter().flat_map(|account| {
        account.tokens.iter().map(|id| {
            json!({ "id": id.to_string(), "id_u": account.id.to_string(), "name": "Bureau virtuel", "expired_at": null })
        })
    });
    json_answer(&rows.collect())
}

fn delete_token(world: &mut World, login: &str, id: &str) -> Response {
    let Some(account) = world.accounts.get_mut(login) else {
        return error(403, "Impossible de supprimer ce jeton");
    };
    let before = account.tokens.len();
    account.tokens.retain(|token| token.to_string() != id);
    match account.tokens.len() < before {
        true => plain(204, "application/json", String::new()),
        false => error(403, "Impossible de supprimer ce jeton"),
    }
}

/// Only the platform's administrator reads users.
fn user(world: &World, login: &str, id: &str) -> Response {
    if login != "administrateur" {
        return forbidden(0, "utilisateur");
    }
    match world.accounts.iter().find(|(_, account)| account.id.to_string() == id) {
        Some((login, account)) => json_answer(&json!({ "id_u": account.id.to_string(), "login": login })),
        None => error(404, &format!("L'utilisateur n'existe pas : {{id_u={id}}}")),
    }
}
