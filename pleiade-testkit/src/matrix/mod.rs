//! For tests and demonstrations only: a Matrix homeserver that behaves like Synapse 1.163 as far as a portal can tell.
//!
//! It knows the ways to sign in, `/sync` with its positions, its filters and what they lose, receipts, invitations, and the refusals.
//! It does not know federation, encryption, push rules other than mentions, or Synapse's two-minute cache of `/sync`. A real Synapse
//! is what the connector is tested against; this one is for the conformance suite and the demonstration.

mod routes;
mod sample;
mod simulated;
mod sync;
mod world;

pub(crate) use simulated::simulated;

use crate::{Fault, Simulator, simulator::HOSTILE_TEXTS};
use axum::{Router, response::Response};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{Request, StatusCode};
use pleiade_core::Clock;
use serde_json::{Value, json};
use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use world::World;

/// The server name of everybody's account.
pub const SERVER_NAME: &str = "demonstration.example";
/// The application service's token.
pub const AS_TOKEN: &str = "demonstration-as-token";
/// The secret of signed tokens.
pub const JWT_SECRET: &str = "demonstration-jwt-secret";
/// The issuer that signed tokens must name.
pub const JWT_ISSUER: &str = "https://bureau.demonstration.example";
/// The audience that signed tokens must name.
pub const JWT_AUDIENCE: &str = "matrix";
/// A token that begins so and goes on with a login, and anything after a dot, is that person's.
pub const PERSON_TOKEN: &str = "person-token-of-";

/// A simulated homeserver. Cloning shares the state.
#[derive(Clone)]
pub struct Matrix {
    inner: Arc<Inner>,
}

struct Inner {
    world: Mutex<World>,
}

impl fmt::Debug for Matrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Matrix").finish_non_exhaustive()
    }
}

impl Matrix {
    /// A homeserver with the sample people and their rooms.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let mut world = World::new(clock, SERVER_NAME);
        sample::fill(&mut world);
        Self { inner: Arc::new(Inner { world: Mutex::new(world) }) }
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.inner.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The ids of the rooms a person is in.
    #[must_use]
    pub fn rooms_of(&self, login: &str) -> Vec<String> {
        let world = self.world();
        let user = world.user_id(login);
        let rooms = world.rooms.iter().filter(|(_, room)| room.membership(&user, u64::MAX) == "join");
        rooms.map(|(id, _)| id.clone()).collect()
    }

    /// The id of the room of this name.
    #[must_use]
    pub fn room_named(&self, name: &str) -> Option<String> {
        let world = self.world();
        let mut rooms = world.rooms.iter();
        rooms.find(|(_, room)| room.text("m.room.name", "name") == Some(name)).map(|(id, _)| id.clone())
    }

    /// Somebody writes in a room, and names these people. Who writes has read the room.
    pub fn post(&self, room: &str, login: &str, words: &str, named: &[&str]) {
        let mut world = self.world();
        let author = world.user_id(login);
        let mentioned: Vec<String> = named.iter().map(|login| world.user_id(login)).collect();
        let content = json!({"msgtype": "m.text", "body": words, "m.mentions": {"user_ids": mentioned}});
        world.add_event(room, &author, "m.room.message", None, content);
        world.read_all(room, &author);
    }

    /// Somebody is invited to a new room.
    pub fn invite(&self, inviter: &str, invited: &str, name: &str) -> String {
        let mut world = self.world();
        let (inviter, invited) = (world.user_id(inviter), world.user_id(invited));
        let room = world.create_room(&inviter, Some(name), false);
        world.set_membership(&room, &inviter, &invited, "invite", false);
        room
    }

    /// Somebody enters a room, leaves it, or their invitation is withdrawn: `join`, `invite`, `leave`, `ban`.
    pub fn set_membership(&self, room: &str, login: &str, membership: &str) {
        let mut world = self.world();
        let user = world.user_id(login);
        world.set_membership(room, &user, &user, membership, false);
    }

    /// A room gets another name.
    pub fn rename(&self, room: &str, login: &str, name: &str) {
        let mut world = self.world();
        let author = world.user_id(login);
        world.add_event(room, &author, "m.room.name", Some(""), json!({"name": name}));
    }

    /// Sets the state of a room of any kind.
    pub fn set_state(&self, room: &str, login: &str, kind: &str, key: &str, content: Value) {
        let mut world = self.world();
        let author = world.user_id(login);
        world.add_event(room, &author, kind, Some(key), content);
    }

    /// Makes it the homeserver of a Watcha suite, of which these people are external partners.
    #[must_use]
    pub fn with_partners(self, logins: &[&str]) -> Self {
        {
            let mut world = self.world();
            let partners = logins.iter().map(|login| world.user_id(login)).collect();
            world.partners = Some(partners);
        }
        self
    }

    /// Somebody reads a room to its end in another client.
    pub fn mark_read(&self, room: &str, login: &str) {
        let mut world = self.world();
        let user = world.user_id(login);
        world.read_all(room, &user);
    }

    /// Positions given before are refused from now on, as after a restore.
    pub fn forget_positions(&self) {
        self.world().epoch += 1;
    }

    /// Sessions come to their end; their devices stay (`soft_logout`).
    pub fn expire_sessions(&self) {
        for session in self.world().sessions.values_mut() {
            session.expired = true;
        }
    }
}

impl Simulator for Matrix {
    fn router(&self) -> Router {
        Router::new().fallback(routes::handle).with_state(Arc::clone(&self.inner))
    }

    fn people(&self) -> Vec<String> {
        crate::people::PEOPLE.iter().map(|person| person.login.to_owned()).collect()
    }

    /// One more room that is none, among those of an answer.
    fn odd_item(&self, body: &str) -> Option<String> {
        let mut answer: Value = serde_json::from_str(body).ok()?;
        let rooms = answer.get_mut("rooms")?.as_object_mut()?;
        let is_list =
            |list: &&str| rooms.get(*list).and_then(Value::as_object).is_some_and(|list| !list.is_empty());
        let list = ["join", "invite"].into_iter().find(is_list)?;
        rooms.get_mut(list)?.as_object_mut()?.insert("!odd:demonstration.example".to_owned(), json!(["odd"]));
        Some(answer.to_string())
    }

    fn empty_account(&self, login: &str) {
        let mut world = self.world();
        let user = world.user_id(login);
        world.add_user(&user, login);
        let rooms: Vec<String> = world.rooms.keys().cloned().collect();
        for room in rooms {
            let there =
                world.rooms.get(&room).is_some_and(|room| room.membership(&user, u64::MAX) != "leave");
            if there {
                world.set_membership(&room, &user, &user, "leave", false);
            }
        }
    }

    fn state(&self) -> String {
        let world = self.world();
        format!("{:?} {:?}", world.users, world.rooms)
    }

    fn seed_many(&self, login: &str, count: usize) {
        for number in 0..count {
            self.invite("mpetit", login, &format!("Groupe de travail n° {number}"));
            let room = self.invite("mpetit", login, &format!("Salon n° {number}"));
            self.set_membership(&room, login, "join");
            self.post(&room, "mpetit", &format!("Message n° {number}"), &[login]);
        }
    }

    fn seed_hostile_text(&self, login: &str) {
        for (number, text) in HOSTILE_TEXTS.iter().enumerate() {
            let author = format!("hostile{number}");
            {
                let mut world = self.world();
                let id = world.user_id(&author);
                world.add_user(&id, text);
            }
            self.invite(&author, login, text);
            for (name, body) in [(*text, *text), ("Salon", text), (text, "Bonjour")] {
                let room = self.invite(&author, login, name);
                self.set_membership(&room, login, "join");
                self.post(&room, &author, body, &[login]);
            }
            let nameless = self.invite(&author, login, "");
            self.set_membership(&nameless, login, "join");
            self.post(&nameless, &author, text, &[]);
            let mut world = self.world();
            let id = world.user_id(&author);
            let alias = json!({"alias": text});
            world.add_event(&nameless, &id, "m.room.canonical_alias", Some(""), alias);
        }
    }

    fn happen(&self, number: usize, at: DateTime<Utc>) {
        sample::happen(&mut self.world(), number, at);
    }

    fn forget_sessions(&self) {
        self.world().sessions.clear();
    }

    fn is_sign_in(&self, request: &Request<Bytes>) -> bool {
        let path = request.uri().path();
        path.ends_with("/login") || path.ends_with("/refresh")
    }

    fn fault_answer(&self, fault: &Fault) -> Option<Response> {
        use crate::fault::BODY_SENTINEL;
        match fault {
            Fault::Unauthorized => Some(routes::unknown_token(false)),
            Fault::Forbidden => Some(routes::refusal(StatusCode::FORBIDDEN, "M_FORBIDDEN", BODY_SENTINEL)),
            Fault::NotFound => Some(routes::refusal(StatusCode::NOT_FOUND, "M_UNRECOGNIZED", BODY_SENTINEL)),
            Fault::TooManyRequests { retry_after } => Some(routes::too_many(*retry_after)),
            _ => None,
        }
    }
}
