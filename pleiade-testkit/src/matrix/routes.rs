//! The client-server API, on one handler: paths hold encoded ids, which are decoded segment by segment.
#![expect(clippy::result_large_err, reason = "a refusal of a simulator is an answer like another")]

use super::{
    AS_TOKEN, Inner, JWT_AUDIENCE, JWT_ISSUER, JWT_SECRET, PERSON_TOKEN,
    sync::{SyncError, sync},
    world::{World, names},
};
use axum::{
    body::Body,
    extract::{Request, State},
    response::{IntoResponse as _, Response},
};
use http::{HeaderValue, Method, StatusCode, header};
use http_body_util::BodyExt as _;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError},
};

/// Seconds for which Synapse goes on accepting a signed token after its end.
const LEEWAY: i64 = 120;

pub(super) fn refusal(status: StatusCode, code: &str, words: &str) -> Response {
    (status, axum::Json(json!({"errcode": code, "error": words}))).into_response()
}

pub(super) fn unknown_token(soft: bool) -> Response {
    let words = if soft { "Access token has expired" } else { "Invalid access token passed." };
    let body = json!({"errcode": "M_UNKNOWN_TOKEN", "error": words, "soft_logout": soft});
    (StatusCode::UNAUTHORIZED, axum::Json(body)).into_response()
}

pub(super) fn too_many(seconds: u64) -> Response {
    let body = json!({"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests", "retry_after_ms": seconds * 1000});
    let mut answer = (StatusCode::TOO_MANY_REQUESTS, axum::Json(body)).into_response();
    answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    answer
}

fn forbidden(words: &str) -> Response {
    refusal(StatusCode::FORBIDDEN, "M_FORBIDDEN", words)
}

fn not_found(words: &str) -> Response {
    refusal(StatusCode::NOT_FOUND, "M_NOT_FOUND", words)
}

fn ok(body: Value) -> Response {
    let mut answer = axum::Json(body).into_response();
    answer.headers_mut().insert(header::SERVER, HeaderValue::from_static("Synapse/1.163.2"));
    answer
}

pub(super) async fn handle(State(inner): State<Arc<Inner>>, request: Request<Body>) -> Response {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let path: Vec<String> = head
        .uri
        .path()
        .trim_matches('/')
        .split('/')
        .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
        .collect();
    let query = head.uri.query().unwrap_or_default();
    let query: BTreeMap<String, String> =
        url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let token = head
        .headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer ").map(str::to_owned));
    let json = if body.is_empty() { Ok(json!({})) } else { serde_json::from_slice(&body) };
    let Ok(body) = json else {
        return refusal(StatusCode::BAD_REQUEST, "M_NOT_JSON", "Content not JSON.");
    };
    let mut world = inner.world.lock().unwrap_or_else(PoisonError::into_inner);
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let call = Call { method: head.method, query, token, body };
    match path.as_slice() {
        ["health"] => "OK".into_response(),
        [".well-known", "matrix", "client"] => {
            ok(json!({"m.homeserver": {"base_url": "https://matrix.demonstration.example/"}}))
        }
        ["_watcha", "nextcloud", "calendars"] if world.partners.is_some() => {
            call.calendars(&world).unwrap_or_else(|refused| refused)
        }
        ["_matrix", "client", "versions"] => ok(json!({
            "versions": ["r0.6.1", "v1.1", "v1.11", "v1.12", "v1.15"],
            "unstable_features": {"org.matrix.simplified_msc3575": true},
        })),
        ["_matrix", "client", "v3" | "r0" | "v1", rest @ ..] => {
            call.answer(&mut world, rest).unwrap_or_else(|refused| refused)
        }
        _ => refusal(StatusCode::NOT_FOUND, "M_UNRECOGNIZED", "Unrecognized request"),
    }
}

struct Call {
    method: Method,
    query: BTreeMap<String, String>,
    token: Option<String>,
    body: Value,
}

type Answered = Result<Response, Response>;

impl Call {
    fn answer(&self, world: &mut World, path: &[&str]) -> Answered {
        match (self.method.as_str(), path) {
            ("GET", ["login"]) => {
                let kinds = [
                    "org.matrix.login.jwt",
                    "m.login.token",
                    "m.login.password",
                    "m.login.application_service",
                ];
                Ok(ok(json!({"flows": kinds.map(|kind| json!({"type": kind}))})))
            }
            ("POST", ["login"]) => self.login(world),
            ("POST", ["refresh"]) => self.refresh(world),
            ("POST", ["register"]) => self.register(world),
            (_, ["login" | "refresh" | "register"]) => {
                Err(refusal(StatusCode::METHOD_NOT_ALLOWED, "M_UNRECOGNIZED", "Unrecognized request"))
            }
            _ => {
                let me = self.caller(world)?;
                self.of_person(world, &me, path)
            }
        }
    }

    /// The user who calls.
    fn caller(&self, world: &World) -> Result<String, Response> {
        let Some(token) = &self.token else {
            return Err(refusal(StatusCode::UNAUTHORIZED, "M_MISSING_TOKEN", "Missing access token"));
        };
        if token == AS_TOKEN {
            let bot = world.user_id("pleiade-bot");
            let user = self.query.get("user_id").unwrap_or(&bot);
            return if world.users.contains_key(user) || *user == bot {
                Ok(user.clone())
            } else {
                Err(forbidden(&format!("Application service has not registered this user ({user})")))
            };
        }
        if let Some(rest) = token.strip_prefix(PERSON_TOKEN) {
            let login = rest.split('.').next().unwrap_or_default();
            let user = world.user_id(login);
            return if world.users.contains_key(&user) { Ok(user) } else { Err(unknown_token(false)) };
        }
        match world.sessions.get(token) {
            Some(session) if session.expired => Err(unknown_token(true)),
            Some(session) => Ok(session.user.clone()),
            None => Err(unknown_token(false)),
        }
    }

    /// Watcha's list of a person's own calendars, which external people may not see.
    fn calendars(&self, world: &World) -> Answered {
        let me = self.caller(world)?;
        if world.is_partner(&me) {
            return Err(forbidden("Partner access not allowed"));
        }
        let own = json!([{"id": 12, "displayname": "Service"}]);
        Ok(ok(json!({"VEVENT_VTODO": own, "VEVENT": [], "VTODO": []})))
    }

    fn of_person(&self, world: &mut World, me: &str, path: &[&str]) -> Answered {
        let empty = || Ok(ok(json!({})));
        match (self.method.as_str(), path) {
            ("GET", ["account", "whoami"]) => {
                let session = self.token.as_ref().and_then(|token| world.sessions.get(token));
                let mut answer = json!({"user_id": me, "is_guest": false});
                if let (Some(session), Some(fields)) = (session, answer.as_object_mut()) {
                    fields.insert("device_id".to_owned(), Value::from(session.device.as_str()));
                }
                Ok(ok(answer))
            }
            ("POST", ["logout"]) => {
                world.sessions.retain(|token, _| Some(token) != self.token.as_ref());
                empty()
            }
            ("POST", ["login", "get_token"]) => {
                let now = world.clock.now();
                let last = world.login_token_asked.get(me).copied();
                if last.is_some_and(|last| (now - last).num_seconds() < 60) {
                    return Err(too_many(60));
                }
                world.login_token_asked.insert(me.to_owned(), now);
                let token = format!("syl_{}", world.new_name());
                world.login_tokens.insert(token.clone(), me.to_owned());
                Ok(ok(json!({"login_token": token, "expires_in": 300, "expires_in_ms": 300_000})))
            }
            ("GET", ["sync"]) => {
                let (filter, since) = (self.query.get("filter"), self.query.get("since"));
                match sync(world, me, filter.map(String::as_str), since.map(String::as_str)) {
                    Ok(answer) => Ok(ok(answer)),
                    Err(SyncError::Since) => {
                        Err(refusal(StatusCode::BAD_REQUEST, "M_UNKNOWN", "Invalid stream token"))
                    }
                    Err(SyncError::Filter) => {
                        Err(refusal(StatusCode::BAD_REQUEST, "M_INVALID_PARAM", "No such filter"))
                    }
                }
            }
            ("GET", ["joined_rooms"]) => {
                let rooms = world.rooms.iter().filter(|(_, room)| room.membership(me, u64::MAX) == "join");
                Ok(ok(json!({"joined_rooms": rooms.map(|(id, _)| id).collect::<Vec<_>>()})))
            }
            ("GET", ["profile", user]) => match world.users.get(*user) {
                Some(user) => Ok(ok(json!({"displayname": user.name}))),
                None => Err(not_found("Profile was not found")),
            },
            ("GET", ["notifications"]) => Ok(ok(self.notifications(world, me))),
            ("POST", ["createRoom"]) => {
                let space =
                    self.body.pointer("/creation_content/type").and_then(Value::as_str) == Some("m.space");
                let name = self.body.get("name").and_then(Value::as_str);
                let room = world.create_room(me, name, space);
                let direct = self.body.get("is_direct").and_then(Value::as_bool) == Some(true);
                let invited = self.body.get("invite").and_then(Value::as_array).cloned().unwrap_or_default();
                for user in invited.iter().filter_map(Value::as_str) {
                    world.set_membership(&room, me, user, "invite", direct);
                }
                Ok(ok(json!({"room_id": room})))
            }
            ("POST", ["join", room]) | ("POST", ["rooms", room, "join"]) => self.join(world, me, room),
            (method, ["rooms", room, rest @ ..]) => self.in_room(world, me, room, method, rest),
            _ => Err(refusal(StatusCode::NOT_FOUND, "M_UNRECOGNIZED", "Unrecognized request")),
        }
    }

    fn join(&self, world: &mut World, me: &str, room: &str) -> Answered {
        if !room.starts_with('!') {
            let words = format!("{room} was not legal room ID or room alias");
            return Err(refusal(StatusCode::BAD_REQUEST, "M_UNKNOWN", &words));
        }
        match world.rooms.get(room).map(|known| known.membership(me, u64::MAX)) {
            Some("invite") => world.set_membership(room, me, me, "join", false),
            Some("join") => {}
            Some(_) => return Err(forbidden("You are not invited to this room.")),
            None => return Err(refusal(StatusCode::NOT_FOUND, "M_UNKNOWN", "Not a known room")),
        }
        Ok(ok(json!({"room_id": room})))
    }

    fn in_room(&self, world: &mut World, me: &str, id: &str, method: &str, path: &[&str]) -> Answered {
        let outside = || forbidden(&format!("User {me} not in room {id}, and room previews are disabled"));
        let membership = world.rooms.get(id).map(|room| room.membership(me, u64::MAX).to_owned());
        if let ("POST", ["leave"]) = (method, path) {
            return match membership.as_deref() {
                Some("join" | "invite") => {
                    world.set_membership(id, me, me, "leave", false);
                    Ok(ok(json!({})))
                }
                Some(_) => Err(outside()),
                None => Err(refusal(StatusCode::NOT_FOUND, "M_UNKNOWN", "Not a known room")),
            };
        }
        if membership.as_deref() != Some("join") {
            return Err(outside());
        }
        match (method, path) {
            ("GET", ["messages"]) => {
                let limit = self.query.get("limit").and_then(|limit| limit.parse().ok()).unwrap_or(10);
                let events = world.rooms.get(id).map(|room| room.events.as_slice()).unwrap_or_default();
                let chunk: Vec<Value> =
                    events.iter().rev().take(limit).map(super::world::Event::to_json).collect();
                Ok(ok(json!({"chunk": chunk, "start": "t1", "end": "t0"})))
            }
            ("GET", ["joined_members"]) => {
                let members = world.rooms.get(id).map(|room| room.members("join")).unwrap_or_default();
                let named = members.into_iter().map(|user| {
                    let name = world.users.get(user).map(|user| user.name.as_str());
                    (user.to_owned(), json!({"display_name": name, "avatar_url": null}))
                });
                Ok(ok(json!({"joined": named.collect::<serde_json::Map<_, _>>()})))
            }
            ("GET", ["state", kind, rest @ ..]) => {
                let key = rest.first().copied().unwrap_or_default();
                let state = world.rooms.get(id).and_then(|room| room.state(kind, key, u64::MAX));
                state.map(|event| ok(event.content.clone())).ok_or_else(|| not_found("Event not found."))
            }
            ("PUT", ["state", kind, rest @ ..]) => {
                let key = rest.first().copied().unwrap_or_default();
                let event = world.add_event(id, me, kind, Some(key), self.body.clone());
                Ok(ok(json!({"event_id": event})))
            }
            ("PUT", ["send", kind, _]) => {
                let event = world.add_event(id, me, kind, None, self.body.clone());
                world.read_until(id, me, &event);
                Ok(ok(json!({"event_id": event})))
            }
            ("POST", ["invite"]) => {
                let user = self.body.get("user_id").and_then(Value::as_str).unwrap_or_default();
                world.set_membership(id, me, user, "invite", false);
                Ok(ok(json!({})))
            }
            ("POST", ["kick"]) => {
                let user = self.body.get("user_id").and_then(Value::as_str).unwrap_or_default();
                world.set_membership(id, me, user, "leave", false);
                Ok(ok(json!({})))
            }
            ("POST", ["receipt", "m.read" | "m.read.private", event]) => {
                world.read_until(id, me, event);
                Ok(ok(json!({})))
            }
            ("POST", ["read_markers"]) => {
                let read = ["m.read", "m.read.private"].iter().find_map(|kind| self.body.get(kind)?.as_str());
                if let Some(event) = read {
                    world.read_until(id, me, event);
                }
                Ok(ok(json!({})))
            }
            _ => Err(refusal(StatusCode::NOT_FOUND, "M_UNRECOGNIZED", "Unrecognized request")),
        }
    }

    fn notifications(&self, world: &World, me: &str) -> Value {
        let limit = self.query.get("limit").and_then(|limit| limit.parse().ok()).unwrap_or(20);
        let mentions_only = self.query.get("only").is_some_and(|only| only == "highlight");
        let mut all = Vec::new();
        for (id, room) in &world.rooms {
            let unread: Vec<&str> = room.unread(me).iter().map(|(event, _)| event.id.as_str()).collect();
            let notified = room
                .events
                .iter()
                .filter(|event| event.sender != me && event.kind.starts_with("m.room.message"))
                .filter(|event| !mentions_only || names(event, me));
            all.extend(notified.map(|event| {
                (
                    event.position,
                    json!({
                        "room_id": id,
                        "ts": event.at.timestamp_millis(),
                        "read": !unread.contains(&event.id.as_str()),
                        "profile_tag": null,
                        "actions": ["notify", {"set_tweak": "highlight"}],
                        "event": event.to_json(),
                    }),
                )
            }));
        }
        all.sort_by_key(|(position, _)| std::cmp::Reverse(*position));
        let more = all.len() > limit;
        let page: Vec<Value> = all.into_iter().take(limit).map(|(_, notification)| notification).collect();
        let mut answer = json!({"notifications": page});
        if let (true, Some(fields)) = (more, answer.as_object_mut()) {
            fields.insert("next_token".to_owned(), Value::from("20"));
        }
        answer
    }

    fn text(&self, pointer: &str) -> &str {
        self.body.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    fn login(&self, world: &mut World) -> Answered {
        let user = match self.text("/type") {
            "m.login.password" => {
                let user = world.user_id(self.text("/identifier/user"));
                let login = user.trim_start_matches('@').split(':').next().unwrap_or_default();
                let password = format!("{login}-secret");
                if !world.users.contains_key(&user) || self.text("/password") != password {
                    return Err(forbidden("Invalid username or password"));
                }
                user
            }
            "m.login.token" => world
                .login_tokens
                .remove(self.text("/token"))
                .ok_or_else(|| forbidden("Invalid login token"))?,
            "org.matrix.login.jwt" => {
                let login = check_jwt(self.text("/token"), world.clock.now().timestamp())?;
                let user = world.user_id(&login);
                if !world.users.contains_key(&user) {
                    world.add_user(&user, &login);
                }
                user
            }
            "m.login.application_service" => {
                if self.token.as_deref() != Some(AS_TOKEN) {
                    return Err(unknown_token(false));
                }
                let user = world.user_id(self.text("/identifier/user"));
                if !world.users.contains_key(&user) {
                    return Err(refusal(StatusCode::NOT_FOUND, "M_UNKNOWN", "No row found (users)"));
                }
                user
            }
            _ => return Err(refusal(StatusCode::BAD_REQUEST, "M_UNKNOWN", "Unknown login type")),
        };
        let device = match self.text("/device_id") {
            "" => world.new_name().chars().take(10).collect(),
            device => device.to_owned(),
        };
        let token = world.open_session(&user, &device);
        let mut answer = json!({
            "user_id": user, "access_token": token, "home_server": world.server_name, "device_id": device,
        });
        if let (true, Some(fields)) = (world.is_partner(&user), answer.as_object_mut()) {
            fields.insert("is_partner".to_owned(), Value::from(true));
        }
        let wants_refresh = self.body.get("refresh_token").and_then(Value::as_bool) == Some(true);
        if let (true, Some(fields)) = (wants_refresh, answer.as_object_mut()) {
            let refresh = format!("syr_{}", world.new_name());
            world.refresh.insert(refresh.clone(), token);
            fields.insert("refresh_token".to_owned(), Value::from(refresh));
            fields.insert("expires_in_ms".to_owned(), Value::from(300_000));
        }
        Ok(ok(answer))
    }

    fn refresh(&self, world: &mut World) -> Answered {
        let refused = || {
            let body = json!({"errcode": "M_UNKNOWN_TOKEN", "error": "invalid refresh token"});
            (StatusCode::UNAUTHORIZED, axum::Json(body)).into_response()
        };
        let old = world.refresh.remove(self.text("/refresh_token")).ok_or_else(refused)?;
        let session = world.sessions.remove(&old).ok_or_else(refused)?;
        let token = world.open_session(&session.user, &session.device);
        let refresh = format!("syr_{}", world.new_name());
        world.refresh.insert(refresh.clone(), token.clone());
        Ok(ok(json!({"access_token": token, "refresh_token": refresh, "expires_in_ms": 300_000})))
    }

    fn register(&self, world: &mut World) -> Answered {
        if self.token.as_deref() != Some(AS_TOKEN) {
            return Err(forbidden("Registration has been disabled."));
        }
        let login = self.text("/username").to_owned();
        let user = world.user_id(&login);
        if world.users.contains_key(&user) {
            return Err(refusal(StatusCode::BAD_REQUEST, "M_USER_IN_USE", "User ID already taken."));
        }
        world.add_user(&user, &login);
        Ok(ok(json!({"user_id": user, "home_server": world.server_name})))
    }
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    iss: Option<String>,
    aud: Option<String>,
    exp: i64,
}

/// The login of a signed token.
fn check_jwt(token: &str, now: i64) -> Result<String, Response> {
    let refused = |why: &str| forbidden(&format!("JWT validation failed: {why}"));
    let mut rules = Validation::new(Algorithm::HS256);
    // Compared below, with the simulator's own clock.
    rules.validate_exp = false;
    rules.validate_aud = false;
    rules.required_spec_claims.clear();
    let key = DecodingKey::from_secret(JWT_SECRET.as_bytes());
    let claims = jsonwebtoken::decode::<Claims>(token, &key, &rules)
        .map_err(|_| refused("Signature verification failed"))?
        .claims;
    if claims.iss.as_deref() != Some(JWT_ISSUER) {
        return Err(refused("invalid_claim: Invalid claim 'iss'"));
    }
    if claims.aud.as_deref() != Some(JWT_AUDIENCE) {
        return Err(refused("invalid_claim: Invalid claim 'aud'"));
    }
    if claims.exp + LEEWAY < now {
        return Err(refused("expired_token: The token is expired"));
    }
    Ok(claims.sub)
}
