//! For tests and demonstrations only: the API v2 of a simulated platform, in Pastell's forms.

use super::{
    Call, error_body,
    world::{Document, World},
};
use axum::{body::Body, response::Response};
use http::{HeaderValue, Method, StatusCode, header};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The names of the flows of the sample people.
const FLOWS: [(&str, &str, &str); 9] = [
    ("actes-generique", "Types de dossier génériques", "Actes (générique)"),
    ("actes-reponse-prefecture", "Types de dossier génériques", "Actes réponse préfecture"),
    ("document-autorisation-urbanisme", "Urbanisme", "Document d'autorisation d'urbanisme"),
    ("facture-cpp", "Chorus Pro", "Facture Chorus Pro"),
    ("helios-generique", "Types de dossier génériques", "Helios (générique)"),
    ("ls-document-pdf", "Document", "Document PDF"),
    ("ls-helios", "Flux PES", "Helios"),
    ("mailsec", "Types de dossier génériques", "Mail sécurisé"),
    ("mailsec-bidir", "Types de dossier génériques", "Mail sécurisé avec réponse"),
];

pub(super) fn plain(status: u16, media_type: &'static str, body: String) -> Response {
    let mut answer = Response::new(Body::from(body));
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    answer
}

fn json_answer(body: &Value) -> Response {
    plain(200, "application/json; charset=utf-8", body.to_string())
}

pub(super) fn error(status: u16, message: &str) -> Response {
    plain(status, "application/json; charset=utf-8", error_body(message).to_string())
}

pub(super) fn answer(world: &mut World, login: &str, call: &Call, resource: &[&str]) -> Response {
    if call.method == Method::DELETE {
        return match resource {
            ["utilisateur", "token", id] => delete_token(world, login, id),
            _ => error(405, "Cette méthode n'est pas utilisable sur l'API Pastell"),
        };
    }
    if call.method != Method::GET {
        return error(405, "Cette méthode n'est pas utilisable sur l'API Pastell");
    }
    match resource {
        ["version"] => json_answer(&json!({
            "version": "4.1.16", "revision": "simulated", "last_changed_date": "2025-11-18",
            "extensions_versions_accepted": [], "version_complete": "Version 4.1.16 - Révision simulated"
        })),
        ["entite"] => json_answer(&entities(world, login)),
        ["flux"] => json_answer(&flows(world, login)),
        ["document", "count"] => json_answer(&counts(world, login, call.query("id_e"))),
        ["entite", entity, "document"] => documents(world, login, entity, call),
        ["entite", entity, "document", id] => detail(world, login, entity, id),
        ["utilisateur", "token"] => tokens(world, login),
        ["utilisateur", id] => user(world, login, id),
        _ => error(404, "La ressource n'a pas été trouvée"),
    }
}

fn entities(world: &World, login: &str) -> Value {
    let visible = world.visible(login);
    let rows = visible.iter().filter_map(|id| world.entities.get(id).map(|entity| (id, entity)));
    rows.map(|(id, entity)| {
        json!({
            "id_e": id.to_string(), "denomination": entity.name, "siren": "000000000", "type": "collectivite",
            "centre_de_gestion": "0", "entite_mere": entity.parent.to_string(), "is_active": entity.active
        })
    })
    .collect()
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
fn counts(world: &World, login: &str, wanted: Option<&str>) -> Value {
    let mut rows = Map::new();
    for id in world.visible(login) {
        let Some(entity) = world.entities.get(&id) else { continue };
        if wanted.is_some_and(|wanted| wanted != id.to_string()) {
            continue;
        }
        let mut flux = Map::new();
        for flow in world.flows(login, id) {
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
            "centre_de_gestion": "0", "is_active": entity.active
        });
        rows.insert(id.to_string(), json!({ "flux": flux, "info": info }));
    }
    if rows.is_empty() { json!([]) } else { Value::Object(rows) }
}

/// The entity, when it is there and the person may read it.
fn entity(world: &World, login: &str, id: &str) -> Result<u64, Box<Response>> {
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
    error(403, &format!("Acces interdit id_e={entity}, droit={right}:lecture,id_u=3"))
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
    let is_wanted = |document: &&Document| {
        document.entity == id
            && readable.contains(&document.flow)
            && flow.is_none_or(|flow| flow == document.flow)
            && (states.is_empty() || states.contains(&document.state.as_str()))
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
    let at = document.local_time().format("%Y-%m-%d %H:%M:%S").to_string();
    json!({
        "id_d": document.id, "id_e": document.entity.to_string(), "role": "editeur", "last_action": document.state,
        "last_action_date": at, "last_type": document.flow, "type": document.flow, "titre": document.title,
        "creation": at, "modification": at, "denomination": name, "siren": "000000000",
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
    let data = match &found.folder {
        Some(folder) => {
            json!({ "libelle": found.title, "iparapheur_dossier_id": folder, "document": ["a.pdf"] })
        }
        None => json!([]),
    };
    let at = found.local_time().format("%Y-%m-%d %H:%M:%S").to_string();
    json_answer(&json!({
        "info": { "id_d": found.id, "type": found.flow, "titre": found.title, "creation": at, "modification": at },
        "data": data, "action_possible": [], "action-possible": [],
        "last_action": { "action": found.state, "message": found.state_words, "date": at }
    }))
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
