//! A small fictitious application: a register of requests, read with a bearer token.

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    routing::{get, post},
};
use pleiade_testkit::{
    Simulator,
    simulator::{HOSTILE_TEXTS, very_long_text},
};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

const PAGE: usize = 50;

#[derive(Debug, Clone)]
struct Entry {
    id: String,
    title: String,
    address: String,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Register {
    entries: Arc<Mutex<HashMap<String, Vec<Entry>>>>,
    first_tokens_expired: Arc<AtomicBool>,
}

impl Register {
    pub(crate) fn sample() -> Self {
        let register = Self::default();
        for (login, titles) in [
            ("cdurand", ["Permis de construire", "Déclaration préalable"]),
            ("blefevre", ["Délibération", "Budget"]),
        ] {
            titles.iter().for_each(|title| register.add(login, title, "https://register.example/requests"));
        }
        register
    }

    fn login_of(&self, headers: &HeaderMap) -> Result<String, StatusCode> {
        let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token =
            value.and_then(|value| value.strip_prefix("Bearer token.")).ok_or(StatusCode::UNAUTHORIZED)?;
        if token.ends_with(".0") && self.first_tokens_expired.load(Ordering::Relaxed) {
            return Err(StatusCode::UNAUTHORIZED);
        }
        Ok(token.split('.').next().unwrap_or_default().to_owned())
    }

    fn add(&self, login: &str, title: &str, address: &str) {
        let mut entries = self.entries.lock().unwrap();
        let list = entries.entry(login.to_owned()).or_default();
        let id = format!("{login}-{}", list.len());
        list.push(Entry { id, title: title.to_owned(), address: address.to_owned() });
    }
}

async fn requests(
    State(register): State<Register>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Result<Json<Value>, StatusCode> {
    let login = register.login_of(&headers)?;
    if query.contains_key("archive") {
        register.entries.lock().unwrap().entry("archive".to_owned()).or_default().extend(Vec::from([
            Entry { id: "read".to_owned(), title: login.clone(), address: String::new() },
        ]));
    }
    let page: usize = query.get("page").and_then(|page| page.parse().ok()).unwrap_or(0);
    let entries = register.entries.lock().unwrap().get(&login).cloned().ok_or(StatusCode::NOT_FOUND)?;
    let lines: Vec<_> = entries
        .iter()
        .skip(page * PAGE)
        .take(PAGE)
        .map(|entry| json!({ "id": entry.id, "title": entry.title, "address": entry.address }))
        .collect();
    let last = (page + 1) * PAGE >= entries.len();
    Ok(Json(json!({ "requests": lines, "next": if last { Value::Null } else { json!(page + 1) } })))
}

async fn unread(State(register): State<Register>, headers: HeaderMap) -> Result<Json<Value>, StatusCode> {
    let login = register.login_of(&headers)?;
    let count = register.entries.lock().unwrap().get(&login).map_or(0, Vec::len);
    Ok(Json(json!({ "unread": count })))
}

async fn close(
    State(register): State<Register>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Value>, StatusCode> {
    let login = register.login_of(&headers)?;
    let mut entries = register.entries.lock().unwrap();
    // The defect of one connector is to call this with the rights of nobody in particular.
    let lists: Vec<&mut Vec<Entry>> = if login == "anybody" {
        entries.values_mut().collect()
    } else {
        entries.get_mut(&login).into_iter().collect()
    };
    for list in lists {
        let before = list.len();
        list.retain(|entry| entry.id != id);
        if list.len() < before {
            return Ok(Json(json!({ "closed": true })));
        }
    }
    Err(StatusCode::NOT_FOUND)
}

impl Simulator for Register {
    fn router(&self) -> Router {
        Router::new()
            .route("/status", get(|| async { Json(json!({ "version": "1.2" })) }))
            .route("/requests", get(requests))
            .route("/unread", get(unread))
            .route("/requests/{id}/close", post(close))
            .with_state(self.clone())
    }

    fn people(&self) -> Vec<String> {
        vec!["cdurand".to_owned(), "blefevre".to_owned()]
    }

    fn forget_sessions(&self) {
        self.first_tokens_expired.store(true, Ordering::Relaxed);
    }

    fn empty_account(&self, login: &str) {
        self.entries.lock().unwrap().insert(login.to_owned(), Vec::new());
    }

    fn state(&self) -> String {
        let mut entries: Vec<_> = self.entries.lock().unwrap().clone().into_iter().collect();
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        format!("{entries:?}")
    }

    fn seed_many(&self, login: &str, count: usize) {
        (0..count)
            .for_each(|n| self.add(login, &format!("Demande {n}"), "https://register.example/requests"));
    }

    fn seed_hostile_text(&self, login: &str) {
        for text in HOSTILE_TEXTS.iter().map(|text| (*text).to_owned()).chain([very_long_text(5000)]) {
            self.add(login, &text, &text);
        }
    }
}
