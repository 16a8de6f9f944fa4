//! For tests and demonstrations only: a simulated i-Parapheur, made from published code and documents of versions 4 and 5.
//!
//! One set of desks and folders is served in both generations: the web scripts of version 4 under `/alfresco/wcs`, with their tickets, and
//! the standard interface of version 5 under `/api/standard/v1`, with bearer tokens. Formats follow the unit test data of the publisher's
//! Android application (version 4), the published OpenAPI file 5.1.22 and the fixtures of Pastell's connector (version 5). It was compared
//! with no real server; `iparapheur-utils3` drives version 4, and a client that an independent generator makes of the OpenAPI file version 5. What no public material shows is a guess here: whether `logincas` compares the
//! login with the proxy ticket (it does when [`Iparapheur::compare_logins`] says so), the body of the delegations.
//!
//! Quirks: tickets in the query of version 4, spent proxy tickets, a sign-in refused by 403, `en-retard` above `a-traiter`, absent counts,
//! repository ids, detail that marks as read, `total` that is no count; ten things a page by default and offsets without a colon in version
//! 5, and a list that says nothing of what a folder asks.

mod model;
mod sample;
mod simulated;
mod v4;
mod v5;

pub(crate) use simulated::simulated;

use crate::{Simulator, simulator::HOSTILE_TEXTS};
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    response::Response,
};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use http::{HeaderValue, Method, StatusCode, header};
use http_body_util::BodyExt as _;
use model::World;
use percent_encoding::percent_decode_str;
use pleiade_core::Clock;
use serde_json::Value;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A simulated i-Parapheur. Cloning shares it.
#[derive(Debug, Clone)]
pub struct Iparapheur {
    clock: Arc<dyn Clock>,
    world: Arc<Mutex<World>>,
}

/// One call, taken apart.
struct Call {
    method: Method,
    path: Vec<String>,
    query: Vec<(String, String)>,
    authorization: String,
    body: Bytes,
    now: DateTime<Utc>,
}

impl Call {
    fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn number(&self, name: &str, otherwise: usize) -> usize {
        self.query(name).and_then(|value| value.parse().ok()).unwrap_or(otherwise)
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

impl Iparapheur {
    /// An instance with the sample people and their folders, dated from `clock`'s present.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let mut world = World::default();
        sample::fill(&mut world, clock.now());
        Self { clock, world: Arc::new(Mutex::new(world)) }
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The bearer token that opens this person's account in version 5; `number` tells a renewed one.
    #[must_use]
    pub fn token(login: &str, number: u32) -> String {
        format!("realm-api-token.{login}.{number}")
    }

    /// A proxy ticket for this person, which version 4 takes once.
    #[must_use]
    pub fn proxy_ticket(login: &str, number: u32) -> String {
        format!("PT-parapheur.{login}.{number}")
    }

    /// The password of this person in version 4.
    #[must_use]
    pub fn password(login: &str) -> String {
        format!("parapheur-password-of-{login}")
    }

    /// From now on the login that comes with a proxy ticket must be the one that CAS names.
    pub fn compare_logins(&self) {
        self.world().compares_logins = true;
    }

    /// `logincas` and `forceLogin` answer that the tenant does not exist.
    pub fn lose_tenants(&self) {
        self.world().has_no_tenant = true;
    }

    /// From now on version 4 counts a late folder more than a desk with late ones lists: one on which the person cannot act.
    pub fn count_others_late(&self) {
        self.world().counts_others_late = true;
    }

    /// Gives a person so many desks more, each with one folder for a visa.
    pub fn add_desks(&self, login: &str, count: usize) {
        let mut world = self.world();
        for number in 0..count {
            let desk = sample::desk(&mut world, 0, &format!("Bureau n° {number}"), &[login]);
            let title = format!("Dossier du bureau n° {number}");
            sample::folder(&mut world, &desk, &title, self.clock.now(), |_| {});
        }
    }

    /// Gives a person a desk with one folder for a visa, which they must read first.
    pub fn add_unread(&self, login: &str, title: &str) -> String {
        let mut world = self.world();
        let desk = sample::desk(&mut world, 0, "Lecture obligatoire", &[login]);
        sample::folder(&mut world, &desk, title, self.clock.now(), |folder| {
            (folder.must_be_read, folder.is_read) = (true, false);
        })
    }

    /// The id of the folder of this title.
    #[must_use]
    pub fn folder_titled(&self, title: &str) -> Option<String> {
        self.world().folders.iter().find(|folder| folder.title == title).map(|folder| folder.id.clone())
    }

    /// The state of a folder (`PENDING`, `REJECTED`, `FINISHED`…), and the words of whoever rejected it.
    #[must_use]
    pub fn folder_state(&self, id: &str) -> Option<(String, String)> {
        let world = self.world();
        let folder = world.folders.iter().find(|folder| folder.id == id)?;
        Some((folder.state.clone(), folder.note.clone()))
    }

    /// True if somebody's call has marked the folder as read.
    #[must_use]
    pub fn is_read(&self, id: &str) -> bool {
        self.world().folders.iter().any(|folder| folder.id == id && folder.is_read)
    }

    /// Somebody in the application moves a folder to its next step, which asks for this action.
    pub fn move_on(&self, id: &str, action: &str) {
        let mut world = self.world();
        let task = world.next_id();
        if let Some(folder) = world.folders.iter_mut().find(|folder| folder.id == id) {
            folder.asks = action.to_owned();
            folder.task = task;
        }
    }

    /// A folder asks for this action.
    pub fn set_action(&self, id: &str, action: &str) {
        if let Some(folder) = self.world().folders.iter_mut().find(|folder| folder.id == id) {
            folder.asks = action.to_owned();
        }
    }

    /// A person loses a desk.
    pub fn take_desk(&self, login: &str, name: &str) {
        for desk in self.world().desks.iter_mut().filter(|desk| desk.name == name) {
            desk.owners.retain(|owner| owner != login);
        }
    }

    /// The person loses a desk, but lists still name it: every call on it is forbidden.
    pub fn forbid_desk(&self, name: &str) {
        for desk in self.world().desks.iter_mut().filter(|desk| desk.name == name) {
            desk.is_forbidden = true;
        }
    }

    async fn answer(&self, request: Request) -> Response {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
        let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let authorization = head.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let call = Call {
            path: head.uri.path().trim_start_matches('/').split('/').map(decode).collect(),
            query: url::form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes())
                .into_owned()
                .collect(),
            authorization: authorization.unwrap_or_default().to_owned(),
            method: head.method,
            body,
            now: self.clock.now(),
        };
        let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
        let world = &mut self.world();
        match path.as_slice() {
            ["alfresco", "wcs" | "s" | "service", rest @ ..] => v4::route(world, &call, rest),
            ["api", rest @ ..] => v5::route(world, &call, rest),
            ["auth", "realms", realm, ".well-known", "openid-configuration"] => v5::realm(realm),
            // The web application answers every other address by its page.
            _ => answer(200, "text/html; charset=utf-8", "<!doctype html><title>i-Parapheur</title>"),
        }
    }
}

/// An answer.
fn answer(status: u16, media_type: &'static str, body: impl Into<Body>) -> Response {
    let mut answer = Response::new(body.into());
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    answer
}

fn json_answer(status: u16, body: &Value) -> Response {
    answer(status, "application/json;charset=UTF-8", body.to_string())
}

impl Simulator for Iparapheur {
    fn router(&self) -> Router {
        let answer =
            |State(server): State<Self>, request: Request| async move { server.answer(request).await };
        Router::new().fallback(answer).with_state(self.clone())
    }

    fn people(&self) -> Vec<String> {
        ["blefevre", "cdurand", "sobrien", "administrateur"].map(str::to_owned).to_vec()
    }

    /// One desk, on which nothing waits.
    fn empty_account(&self, login: &str) {
        let mut world = self.world();
        for desk in &mut world.desks {
            desk.owners.retain(|owner| owner != login);
            desk.secretaries.retain(|secretary| secretary != login);
        }
        sample::desk(&mut world, 0, "Bureau vide", &[login]);
    }

    fn seed_many(&self, login: &str, count: usize) {
        let mut world = self.world();
        let desk = sample::desk(&mut world, 0, "Courrier arrivé", &[login]);
        let now = self.clock.now();
        for number in 0..count {
            for (state, due) in
                [("PENDING", -1), ("DELEGATED", 9), ("REJECTED", 9), ("FINISHED", 9), ("DRAFT", 9)]
            {
                sample::folder(&mut world, &desk, &format!("Dossier n° {number}"), now, |folder| {
                    folder.state = state.to_owned();
                    folder.due = Some(now + TimeDelta::days(due));
                });
            }
        }
    }

    fn seed_hostile_text(&self, login: &str) {
        let mut world = self.world();
        let now = self.clock.now();
        for text in HOSTILE_TEXTS {
            let desk = sample::desk(&mut world, 0, text, &[login]);
            // Before every other, so that the card shows it.
            sample::folder(&mut world, &desk, text, now, |folder| {
                (folder.kind, folder.subkind) = ((*text).to_owned(), (*text).to_owned());
                folder.note = (*text).to_owned();
                folder.due = Some(now - TimeDelta::days(400));
            });
        }
    }

    fn state(&self) -> String {
        let world = self.world();
        format!("{:?} {:?}", world.desks, world.folders)
    }

    fn happen(&self, number: usize, at: DateTime<Utc>) {
        sample::happen(&mut self.world(), number, at);
    }

    fn forget_sessions(&self) {
        let mut world = self.world();
        world.tickets.clear();
        let seen = std::mem::take(&mut world.seen_tokens);
        world.ended_tokens.extend(seen);
    }

    fn is_sign_in(&self, request: &http::Request<Bytes>) -> bool {
        let path = request.uri().path();
        path.ends_with("/api/logincas") || path.ends_with("/forceLogin")
    }
}
