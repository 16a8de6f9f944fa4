//! For tests and demonstrations only: a Jitsi Meet server.
//!
//! It is made from the public source of Jitsi (the web client, Prosody's modules `auth_token` and `muc_size`), and was not checked against a
//! real server. What it plays: `config.js`, `room-size` with its domain and its 404 for a room in which nobody is, pages of rooms, and the
//! check of a token as `auth_token` does it: signature, `iss`, `aud`, the exact room, `exp` and `nbf`.

mod simulated;

pub(crate) use simulated::simulated;

use crate::Simulator;
use axum::{
    Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{Html, IntoResponse, Response},
    routing::get,
};
use jsonwebtoken::{Algorithm, DecodingKey, TokenData, Validation};
use pleiade_core::Clock;
use serde_json::Value;
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use url::Url;

/// `app_id`, the issuer and the audience that the server accepts.
pub const APP_ID: &str = "pleiade";
/// `app_secret`.
pub const APP_SECRET: &str = "jitsi-app-secret-of-the-simulator";
/// The private key of the portal, of which the server has the public half.
pub const SIGNING_KEY: &str = include_str!("signing-key.pem");
/// The public half.
pub const SIGNING_KEY_PUBLIC: &str = include_str!("signing-key.pub.pem");
/// The name of that key.
pub const KEY_ID: &str = "pleiade-2026";
/// The XMPP domain, which is not the public host.
pub const DOMAIN: &str = "meet.jitsi";
/// Permanent rooms with how many are in them: of everybody, of the town planners, of the élus.
pub const ROOMS: [(&str, u64); 3] =
    [("permanence-informatique", 0), ("salon-urbanisme", 3), ("bureau-municipal", 5)];

/// A simulated Jitsi Meet server. Clones share their state.
#[derive(Debug, Clone)]
pub struct Jitsi {
    clock: Arc<dyn Clock>,
    rooms: Arc<Mutex<BTreeMap<String, u64>>>,
}

impl Jitsi {
    /// With the sample rooms.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let rooms = ROOMS.map(|(room, participants)| (room.to_owned(), participants));
        Self { clock, rooms: Arc::new(Mutex::new(rooms.into())) }
    }

    fn rooms(&self) -> MutexGuard<'_, BTreeMap<String, u64>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has so many people in a room.
    pub fn set_participants(&self, room: &str, participants: u64) {
        self.rooms().insert(room.to_owned(), participants);
    }

    /// The claims of the token of an address, checked as the server and the client check them at this moment.
    ///
    /// # Errors
    /// Why nobody is let in.
    pub fn enter(&self, address: &Url) -> Result<Value, String> {
        let pairs = [address.fragment(), address.query()];
        let token = pairs.into_iter().flatten().find_map(|part| part.strip_prefix("jwt="));
        let token = token.ok_or("token required")?;
        let header = jsonwebtoken::decode_header(token).map_err(|_| "bad token format")?;
        let key = match (header.alg, header.kid.as_deref()) {
            (Algorithm::HS256, None) => DecodingKey::from_secret(APP_SECRET.as_bytes()),
            (Algorithm::RS256, Some(KEY_ID)) => {
                DecodingKey::from_rsa_pem(SIGNING_KEY_PUBLIC.as_bytes()).map_err(|error| error.to_string())?
            }
            _ => return Err("could not obtain public key".to_owned()),
        };
        let mut rules = Validation::new(header.alg);
        rules.set_issuer(&[APP_ID]);
        rules.set_audience(&[APP_ID]);
        (rules.validate_exp, rules.leeway) = (false, 0);
        let TokenData { claims, .. } =
            jsonwebtoken::decode::<Value>(token, &key, &rules).map_err(|error| error.to_string())?;
        let now = self.clock.now().timestamp();
        let time = |name: &str| claims.get(name).and_then(Value::as_i64);
        if time("exp").is_none_or(|end| end <= now) {
            return Err("tokenExpired".to_owned());
        }
        if time("nbf").is_some_and(|start| start > now) {
            return Err("nbfFuture".to_owned());
        }
        let room = address.path_segments().and_then(Iterator::last).unwrap_or_default();
        if claims.get("room").and_then(Value::as_str) != Some(room) {
            return Err("Room and token mismatched".to_owned());
        }
        let user = claims.pointer("/context/user").and_then(Value::as_object).ok_or("no user")?;
        if !user.values().all(Value::is_string) {
            return Err("a field of the user is no text".to_owned());
        }
        Ok(claims)
    }
}

async fn config() -> Response {
    let kind = [(http::header::CONTENT_TYPE, "application/javascript")];
    (kind, include_str!("config.js")).into_response()
}

/// The count, without a media type, as Prosody gives it.
async fn room_size(State(server): State<Jitsi>, Query(query): Query<HashMap<String, String>>) -> Response {
    let Some(room) = query.get("room") else { return StatusCode::BAD_REQUEST.into_response() };
    let known = query.get("domain").is_some_and(|domain| domain == DOMAIN);
    let participants = server.rooms().get(room).copied().filter(|count| known && *count > 0);
    match participants {
        Some(count) => format!("{{\"participants\":{count}}}").into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Every room is a page, whether somebody is in it or not.
async fn room(Path(_): Path<String>) -> Html<&'static str> {
    Html(PAGE)
}

const PAGE: &str = "<!DOCTYPE html>\n<html lang=\"fr\"><head><meta charset=\"utf-8\"><title>Jitsi simulé</title></head><body>\
<h1>Salle de réunion simulée</h1><p>Cette application est une démonstration&nbsp;: aucune réunion n’y a lieu.</p></body></html>\n";

impl Simulator for Jitsi {
    fn router(&self) -> Router {
        Router::new()
            .route("/config.js", get(config))
            .route("/room-size", get(room_size))
            .route("/", get(|| async { Html(PAGE) }))
            .route("/{room}", get(room))
            .with_state(self.clone())
    }

    fn people(&self) -> Vec<String> {
        ["cdurand", "blefevre"].map(str::to_owned).into()
    }

    fn empty_account(&self, _: &str) {
        self.rooms().values_mut().for_each(|count| *count = 0);
    }

    fn seed_many(&self, _: &str, count: usize) {
        self.rooms().values_mut().for_each(|known| *known += count as u64);
    }

    /// Nothing that anybody writes in a meeting is read.
    fn seed_hostile_text(&self, _: &str) {}

    fn state(&self) -> String {
        format!("{:?}", self.rooms())
    }
}
