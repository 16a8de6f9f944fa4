//! For tests and demonstrations only: an i-delibRE server in three versions.
//!
//! It is made from the public source of i-delibRE (`megalis-bretagne/idelibre`: tags 4.1.7, 4.2.21 and 4.3.0-alpha10) and from a
//! description of its API v2 rebuilt from it, and was checked against neither a real server nor the editor's own documentation. What it
//! plays: keys of structures and their refusals, lists without order and without pages, the parts that read (`me`, sittings, one sitting,
//! convocations, projects, users), and pages that ask for a session. The version is the first segment of the address: `/4.1`, `/4.2` or
//! `/4.3`, without one 4.3. All three show one world, each with the fields and the answers that it knows. It takes no writing call: the API
//! has none with which somebody answers or acknowledges.

mod sample;
mod simulated;
mod wire;
mod world;

pub(crate) use simulated::simulated;
pub use world::{Attendance, uuid};

use crate::{Simulator, people::TENANTS};
use axum::{Router, body::Body, extract::Request, extract::State, response::Response};
use chrono::{DateTime, Utc};
use http::{HeaderValue, Method, StatusCode, header};
use percent_encoding::percent_decode_str;
use pleiade_core::Clock;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use wire::Version;
use world::{Sitting, Structure, World};

/// A simulated i-delibRE server. Clones share their state.
#[derive(Debug, Clone)]
pub struct Idelibre {
    clock: Arc<dyn Clock>,
    world: Arc<Mutex<World>>,
}

impl Idelibre {
    /// With the sample structures, one for each sample collectivité, dated from `clock`'s present.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let world = sample::world(clock.now());
        Self { clock, world: Arc::new(Mutex::new(world)) }
    }

    /// The key of the structure of a sample collectivité.
    #[must_use]
    pub fn key(tenant: &str) -> String {
        format!("idelibre-key-of-{tenant}")
    }

    /// The identifier of the structure of a sample collectivité.
    #[must_use]
    pub fn structure_id(tenant: &str) -> String {
        uuid(&format!("structure {tenant}"))
    }

    /// The identifier of a person's user in the structure of their first collectivité.
    #[must_use]
    pub fn user_id(login: &str) -> String {
        world::user_id(sample::home(login), login)
    }

    /// The mail address of a person.
    #[must_use]
    pub fn mail(login: &str) -> String {
        format!("{login}@{}.example", sample::home(login))
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the structure of a collectivité, for what the sample lacks.
    fn change(&self, tenant: &str, change: impl FnOnce(&mut Structure)) {
        if let Some(structure) = self.world().structures.iter_mut().find(|one| one.tenant == tenant) {
            change(structure);
        }
    }

    /// Adds a sitting of this name, and gives its identifier.
    pub fn add_sitting(&self, tenant: &str, name: &str, date: DateTime<Utc>) -> String {
        let mut id = String::new();
        self.change(tenant, |structure| {
            let sitting = structure.new_sitting(name, date);
            id = sitting.id.clone();
            structure.sittings.push(sitting);
        });
        id
    }

    /// Convenes somebody to a sitting, with this answer; whether it was sent and read.
    pub fn convene(
        &self,
        tenant: &str,
        sitting: &str,
        login: &str,
        answer: Attendance,
        sent: bool,
        read: bool,
    ) {
        let now = self.clock.now();
        self.change(tenant, |structure| structure.convene(sitting, login, answer, (sent, read), now));
    }

    /// Adds a project with so many annexes to a sitting, whose revision grows.
    pub fn add_project(&self, tenant: &str, sitting: &str, name: &str, annexes: usize) {
        self.change(tenant, |structure| {
            if let Some(sitting) = structure.sittings.iter_mut().find(|one| one.id == sitting) {
                sitting.add_project(name, annexes);
            }
        });
    }

    /// Gives a user another mail address.
    pub fn set_mail(&self, tenant: &str, login: &str, mail: &str) {
        self.change(tenant, |structure| {
            structure
                .users
                .iter_mut()
                .filter(|user| user.login == login)
                .for_each(|user| user.mail = mail.to_owned());
        });
    }

    /// Closes or opens the account of a user.
    pub fn set_active(&self, tenant: &str, login: &str, active: bool) {
        self.change(tenant, |structure| {
            structure
                .users
                .iter_mut()
                .filter(|user| user.login == login)
                .for_each(|user| user.is_active = active);
        });
    }

    /// Makes the key of a structure again, so that the old one is refused.
    pub fn renew_key(&self, tenant: &str) {
        self.change(tenant, |structure| structure.key.push_str("-again"));
    }

    fn answer(&self, request: &Request) -> Response {
        let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let path: Vec<String> = request.uri().path().trim_start_matches('/').split('/').map(decode).collect();
        let mut path: Vec<&str> = path.iter().map(String::as_str).collect();
        let version = path.first().and_then(|first| Version::from_segment(first));
        if version.is_some() {
            path.remove(0);
        }
        let version = version.unwrap_or(Version::V4_3);
        let key = request.headers().get("x-auth-token").and_then(|key| key.to_str().ok());
        match path.as_slice() {
            ["api300", "version"] => text(StatusCode::OK, "text/html; charset=UTF-8", version.number()),
            ["api", "v2", ..] if *request.method() != Method::GET => problem(405, "Method Not Allowed"),
            ["api", "v2", "ping"] => json_answer(&json!({ "message": "success" })),
            ["api", "v2", rest @ ..] => {
                self.api(version, key, rest, request.uri().query().unwrap_or_default())
            }
            ["login"] => text(StatusCode::OK, "text/html; charset=UTF-8", SIGN_IN_PAGE),
            // Every page asks for a session, and forgets where it came from.
            _ => {
                let mut answer = text(StatusCode::FOUND, "text/html; charset=UTF-8", "");
                let prefix = format!("/{}/login", version.segment());
                if let Ok(place) = HeaderValue::from_str(&prefix) {
                    answer.headers_mut().insert(header::LOCATION, place);
                }
                answer
            }
        }
    }

    fn api(&self, version: Version, key: Option<&str>, path: &[&str], query: &str) -> Response {
        let world = self.world();
        let Some(key) = key else {
            return problem(401, "Full authentication is required to access this resource.");
        };
        let Some(own) = world.structures.iter().find(|structure| structure.key == key) else {
            return problem(401, "Erreur d'authententification");
        };
        match path {
            ["me"] => json_answer(&json!({
                "name": "connecteur portail", "structure": { "id": own.id, "name": own.name }, "role": ["ROLE_API_STRUCTURE_ADMIN"],
            })),
            ["structures", id, rest @ ..] => {
                match world.structures.iter().find(|structure| structure.id == *id) {
                    None if !is_uuid(id) => problem(500, "An exception occurred while executing a query"),
                    None => not_found("Structure"),
                    Some(structure) if structure.id != own.id => problem(403, "Access Denied."),
                    Some(structure) => in_structure(version, structure, rest, query),
                }
            }
            _ => problem(404, "No route found"),
        }
    }
}

fn in_structure(version: Version, structure: &Structure, path: &[&str], query: &str) -> Response {
    let list = |values: Vec<Value>| json_answer(&Value::Array(values));
    let found = |id: &str| structure.sittings.iter().find(|sitting| sitting.id == id);
    match path {
        ["sittings"] => {
            let status = url::form_urlencoded::parse(query.as_bytes())
                .find_map(|(name, value)| (name == "status").then(|| value.into_owned()))
                .unwrap_or_default();
            let is_asked = |sitting: &&Sitting| match status.as_str() {
                "" => true,
                "archived" => sitting.is_archived,
                _ => !sitting.is_archived,
            };
            list(
                structure
                    .sittings
                    .iter()
                    .filter(is_asked)
                    .map(|sitting| wire::sitting(version, sitting))
                    .collect(),
            )
        }
        ["sittings", id, rest @ ..] => {
            let Some(sitting) = found(id) else {
                return if is_uuid(id) {
                    not_found("Sitting")
                } else {
                    problem(500, "An exception occurred")
                };
            };
            match rest {
                [] => json_answer(&wire::detail(version, sitting)),
                ["convocations"] => list(wire::convocations(version, structure, sitting)),
                ["projects"] => list(wire::projects(version, sitting)),
                _ => problem(404, "No route found"),
            }
        }
        ["users"] => list(structure.users.iter().map(|user| wire::user(version, structure, user)).collect()),
        _ => problem(404, "No route found"),
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}

fn not_found(entity: &str) -> Response {
    problem(404, &format!("App\\Entity\\{entity} object not found by the @ParamConverter annotation."))
}

fn problem(status: u16, message: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or_default();
    text(status, "application/problem+json", json!({ "message": message }).to_string())
}

fn json_answer(value: &Value) -> Response {
    text(StatusCode::OK, "application/json", value.to_string())
}

fn text(status: StatusCode, media_type: &'static str, body: impl Into<Body>) -> Response {
    let mut answer = Response::new(body.into());
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    answer
}

const SIGN_IN_PAGE: &str = "<!DOCTYPE html>\n<html lang=\"fr\"><head><meta charset=\"utf-8\"><title>i-delibRE simulé</title></head><body>\
<h1>i-delibRE simulé</h1><p>Cette application est une démonstration&nbsp;: aucune connexion n’y est possible.</p></body></html>\n";

impl Simulator for Idelibre {
    fn router(&self) -> Router {
        let answer = |State(server): State<Self>, request: Request| async move { server.answer(&request) };
        Router::new().fallback(answer).with_state(self.clone())
    }

    fn people(&self) -> Vec<String> {
        ["blefevre", "sobrien", "cdurand", "administrateur"].map(str::to_owned).into()
    }

    fn empty_account(&self, login: &str) {
        for tenant in TENANTS {
            self.change(tenant.id, |structure| structure.empty(login));
        }
    }

    fn seed_many(&self, login: &str, count: usize) {
        let now = self.clock.now();
        for tenant in TENANTS {
            self.change(tenant.id, |structure| sample::many(structure, login, count, now));
        }
    }

    fn seed_hostile_text(&self, login: &str) {
        let now = self.clock.now();
        for tenant in TENANTS {
            self.change(tenant.id, |structure| sample::hostile(structure, login, now));
        }
    }

    fn state(&self) -> String {
        format!("{:?}", self.world().structures)
    }

    fn fault_answer(&self, fault: &crate::Fault) -> Option<Response> {
        match fault {
            crate::Fault::Unauthorized => Some(problem(401, crate::fault::BODY_SENTINEL)),
            crate::Fault::Forbidden => Some(problem(403, crate::fault::BODY_SENTINEL)),
            crate::Fault::NotFound => Some(problem(404, crate::fault::BODY_SENTINEL)),
            crate::Fault::ServerError => Some(problem(500, crate::fault::BODY_SENTINEL)),
            _ => None,
        }
    }
}
