//! For tests and demonstrations only: a simulated Pastell 4.1.
//!
//! It is made from a description of Pastell's API v2 (its public sources up to 4.1 and 6.0-dev, its tests and its change log), and was
//! compared with no real server; `pastell-admin`, an independent client, drives it. It lets in by token, with the limit of five refused ones a minute and address, and by CAS proxy ticket as
//! phpCAS does: a ticket is good once, opens a session by cookie behind a balancer with a cookie of its own, and leads back to the same
//! address. It answers entities, flows, counts with their empty lists, documents, their details and a person's own tokens, in the forms
//! and with the rights of Pastell. Documents are made, filled, given a file and sent on; answers to that get lost when
//! [`Pastell::lose`] says so. Beside tokens, a login with its password ([`Pastell::password`]) is let in as HTTP Basic.
//!
//! A person's token is [`Pastell::token`]; a final `-1`, `-2`… makes a renewed one. Their tickets are [`Pastell::ticket`], each another.

mod answers;
mod sample;
mod simulated;
mod world;
mod writing;

use world::Meanwhile;
pub use world::{Loss, Write};

pub(crate) use simulated::simulated;

use crate::{Fault, Simulator, fault::BODY_SENTINEL};
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    response::Response,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use http_body_util::BodyExt as _;
use percent_encoding::percent_decode_str;
use pleiade_core::Clock;
use serde_json::{Value, json};
use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};
use world::World;

/// The page on which CAS asks who somebody is.
const CAS: &str = "https://cas.demonstration.example/login";
/// Refused credentials of an address in a minute, beyond which it is shut out.
const MAX_FAILURES: usize = 5;

/// A simulated Pastell platform. Cloning shares it.
#[derive(Debug, Clone)]
pub struct Pastell {
    clock: Arc<dyn Clock>,
    world: Arc<Mutex<World>>,
}

/// A document as the platform holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredDocument {
    /// Its title; empty before it has one.
    pub title: String,
    /// Its state, that is the last action on it.
    pub state: String,
    /// The name and the bytes of the file that a call attached to it.
    pub file: Option<(String, Bytes)>,
}

/// One call, taken apart.
struct Call {
    method: Method,
    path: Vec<String>,
    query: Vec<(String, String)>,
    headers: HeaderMap,
    /// The path and the query as they were sent.
    target: String,
    body: Bytes,
    now: DateTime<Utc>,
}

impl Call {
    fn header(&self, name: HeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The parts of a body that is a form with files.
    fn parts(&self) -> Vec<(String, Bytes)> {
        let boundary = self.header(header::CONTENT_TYPE).strip_prefix("multipart/form-data; boundary=");
        boundary.map(|boundary| writing::parts(boundary.trim_matches('"'), &self.body)).unwrap_or_default()
    }

    /// The fields of a form, with files or without.
    fn fields(&self) -> Vec<(String, String)> {
        let parts = self.parts().into_iter();
        let with_files = parts.map(|(name, content)| (name, String::from_utf8_lossy(&content).into_owned()));
        let plain = match self.header(header::CONTENT_TYPE).starts_with("multipart/") {
            true => Vec::new(),
            false => url::form_urlencoded::parse(&self.body).into_owned().collect(),
        };
        with_files.chain(plain).collect()
    }

    fn field(&self, name: &str) -> Option<String> {
        self.fields().into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    fn file(&self, name: &str) -> Option<Bytes> {
        self.parts().into_iter().find(|(key, _)| key == name).map(|(_, content)| content)
    }
}

impl Pastell {
    /// A platform with the sample people and their documents, dated from `clock`'s present.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let mut world = World::default();
        sample::fill(&mut world, clock.now());
        Self { clock, world: Arc::new(Mutex::new(world)) }
    }

    /// A token of this person.
    #[must_use]
    pub fn token(login: &str) -> String {
        format!("pastell-token-of-{login}")
    }

    /// A CAS proxy ticket of this person, as CAS would give for the platform: no two are the same.
    #[must_use]
    pub fn ticket(login: &str) -> String {
        static TICKETS: AtomicU64 = AtomicU64::new(1);
        format!("PT-{}-{login}", TICKETS.fetch_add(1, Ordering::Relaxed))
    }

    /// The password of this person.
    #[must_use]
    pub fn password(login: &str) -> String {
        format!("pastell-password-of-{login}")
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Disables a person's account, or enables it again.
    pub fn set_disabled(&self, login: &str, disabled: bool) {
        if let Some(account) = self.world().accounts.get_mut(login) {
            account.disabled = disabled;
        }
    }

    /// Ends a token.
    pub fn revoke(&self, token: &str) {
        self.world().revoked.insert(token.to_owned());
    }

    /// Plays a version before 4.1.16 and 5.0.2, in which whoever may only read sees no document whole.
    pub fn set_details_hidden(&self, hidden: bool) {
        self.world().details_hidden = hidden;
    }

    /// Plays a version whose counts write flags as the database does: `"1"` and `"0"`.
    pub fn set_old_flags(&self, old: bool) {
        self.world().old_flags = old;
    }

    /// The answer to the next call of this kind gets lost.
    pub fn lose(&self, write: Write, loss: Loss) {
        self.world().lost.push((write, loss));
    }

    /// Lets a person read and write the documents of a flow in an entity and below.
    pub fn allow(&self, login: &str, entity: u64, flow: &str) {
        let mut world = self.world();
        sample::grant(&mut world, login, entity, &[flow]);
        sample::allow(&mut world, login, entity, &[flow]);
    }

    /// Somebody makes a document of a flow in an entity, without a title yet.
    pub fn add_draft(&self, entity: u64, flow: &str) {
        sample::add(&mut self.world(), entity, (flow, "creation", "Créé"), "", self.clock.now());
    }

    /// Somebody makes such a draft while the next document is made.
    pub fn add_draft_at_next_creation(&self, entity: u64, flow: &str) {
        self.world()
            .meanwhile
            .push((Write::Creation, Meanwhile::Draft(entity, flow.to_owned(), String::new())));
    }

    /// Somebody makes a document of the same title while the next action is taken.
    pub fn add_twin_at_next_action(&self, entity: u64, flow: &str, title: &str) {
        self.world()
            .meanwhile
            .push((Write::Action, Meanwhile::Draft(entity, flow.to_owned(), title.to_owned())));
    }

    /// A token ends once the next document is made.
    pub fn revoke_after_next_creation(&self, token: &str) {
        self.world().meanwhile.push((Write::Creation, Meanwhile::Revocation(token.to_owned())));
    }

    /// The documents of a flow in an entity, the oldest first.
    #[must_use]
    pub fn documents(&self, entity: u64, flow: &str) -> Vec<StoredDocument> {
        let world = self.world();
        let of_flow = world.documents.iter().filter(|one| one.entity == entity && one.flow == flow);
        let stored = |document: &world::Document| StoredDocument {
            title: document.title.clone(),
            state: document.state.clone(),
            file: document.file.as_ref().map(|file| (file.name.clone(), file.content.clone())),
        };
        of_flow.map(stored).collect()
    }

    /// The number of documents that calls have made, ever.
    #[must_use]
    pub fn made(&self) -> usize {
        self.world().made
    }

    /// The person makes one more token.
    pub fn add_token(&self, login: &str) {
        let mut world = self.world();
        let id = world.next_number();
        if let Some(account) = world.accounts.get_mut(login) {
            account.tokens.push(id);
        }
    }

    /// The number of the person's tokens.
    #[must_use]
    pub fn tokens(&self, login: &str) -> usize {
        self.world().accounts.get(login).map_or(0, |account| account.tokens.len())
    }

    /// The number of refused credentials, ever.
    #[must_use]
    pub fn failures(&self) -> usize {
        self.world().failures.len()
    }

    fn answer(&self, call: &Call) -> Response {
        let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
        let ["api", "v2", resource @ ..] = path.as_slice() else {
            return answers::plain(200, "text/html; charset=UTF-8", include_str!("page.html").to_owned());
        };
        match self.enter(call) {
            Ok(login) => answers::answer(&mut self.world(), &login, call, resource),
            Err(refusal) => *refusal,
        }
    }

    /// The login of the user who calls, or the refusal.
    fn enter(&self, call: &Call) -> Result<String, Box<Response>> {
        let mut world = self.world();
        let login = match call.query("auth") {
            Some("cas") => by_cas(&mut world, call)?,
            _ => self.by_token(&mut world, call)?,
        };
        match world.accounts.get(&login) {
            None => {
                let message = format!("Votre login CAS est inconnu sur Pastell ({login})");
                Err(Box::new(unauthorized(&message)))
            }
            Some(account) if account.disabled => Err(Box::new(unauthorized("Votre compte a été désactivé"))),
            Some(_) => Ok(login),
        }
    }

    fn by_token(&self, world: &mut World, call: &Call) -> Result<String, Box<Response>> {
        let sent = call.header(header::AUTHORIZATION);
        let Some((scheme @ ("Bearer" | "Basic"), secret)) = sent.split_once(' ') else {
            return Err(Box::new(unauthorized("Accès interdit")));
        };
        let now = self.clock.now();
        let since = now - TimeDelta::minutes(1);
        let recent = world.failures.iter().skip(world.forgiven).filter(|at| **at > since).count();
        if recent >= MAX_FAILURES {
            let mut answer = answers::error(429, "Rate limit exceeded");
            answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
            return Err(Box::new(answer));
        }
        let owner = if scheme == "Bearer" { world.token_owner(secret) } else { password_owner(secret) };
        match owner {
            Some(login) => {
                world.forgiven = world.failures.len();
                Ok(login)
            }
            None => {
                world.failures.push(now);
                Err(Box::new(unauthorized("Accès interdit")))
            }
        }
    }
}

/// The login of a pair of login and password, in base64.
fn password_owner(pair: &str) -> Option<String> {
    let pair = String::from_utf8(BASE64_STANDARD.decode(pair).ok()?).ok()?;
    let (login, password) = pair.split_once(':')?;
    (password == Pastell::password(login)).then(|| login.to_owned())
}

/// The login that CAS names: by the session that is open, or by a ticket, which leads back to the same address with a session.
fn by_cas(world: &mut World, call: &Call) -> Result<String, Box<Response>> {
    if let Some(ticket) = call.query("ticket") {
        let login = ticket.strip_prefix("PT-").and_then(|rest| rest.split_once('-')).map(|(_, login)| login);
        let Some(login) = login.filter(|_| !world.spent.contains(ticket)) else {
            let page = "<html><body><h1>CAS Authentication failed!</h1></body></html>";
            return Err(Box::new(answers::plain(200, "text/html; charset=UTF-8", page.to_owned())));
        };
        world.spent.insert(ticket.to_owned());
        let session = format!("session{}of{login}", world.next_number());
        world.sessions.insert(session.clone(), login.to_owned());
        let back = call.target.split("&ticket=").next().unwrap_or_default();
        let mut answer = redirect(back);
        for cookie in ["SERVERID=web2; path=/".to_owned(), format!("PHPSESSID={session}; path=/; HttpOnly")] {
            if let Ok(cookie) = HeaderValue::from_str(&cookie) {
                answer.headers_mut().append(header::SET_COOKIE, cookie);
            }
        }
        return Err(Box::new(answer));
    }
    let cookie = |name: &str| {
        let cookies = call.header(header::COOKIE).split("; ");
        cookies.filter_map(|cookie| cookie.split_once('=')).find(|(known, _)| *known == name)
    };
    // The balancer sends whoever has lost its cookie to another machine, which knows no session.
    let session = cookie("PHPSESSID").filter(|_| cookie("SERVERID").is_some());
    let login = session.and_then(|(_, session)| world.sessions.get(session).cloned());
    login.ok_or_else(|| Box::new(redirect(CAS)))
}

fn redirect(target: &str) -> Response {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::FOUND;
    if let Ok(target) = HeaderValue::from_str(target) {
        answer.headers_mut().insert(header::LOCATION, target);
    }
    answer
}

fn unauthorized(message: &str) -> Response {
    let mut answer = answers::error(401, message);
    let realm = HeaderValue::from_static("Basic realm=\"API Pastell\"");
    answer.headers_mut().insert(header::WWW_AUTHENTICATE, realm);
    answer
}

impl Simulator for Pastell {
    fn router(&self) -> Router {
        let answer = |State(server): State<Self>, request: Request| async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
            let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
            let query = url::form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes());
            server.answer(&Call {
                path: head.uri.path().trim_start_matches('/').split('/').map(decode).collect(),
                query: query.into_owned().collect(),
                target: head.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
                method: head.method,
                headers: head.headers,
                body,
                now: server.clock.now(),
            })
        };
        Router::new().fallback(answer).with_state(self.clone())
    }

    fn people(&self) -> Vec<String> {
        // The two first serve different collectivités.
        ["cdurand", "sobrien", "blefevre", "administrateur"].map(str::to_owned).into()
    }

    fn empty_account(&self, login: &str) {
        sample::empty(&mut self.world(), login);
    }

    fn state(&self) -> String {
        let world = self.world();
        format!("{:?} {:?} {:?}", world.entities, world.documents, world.accounts)
    }

    fn seed_many(&self, login: &str, count: usize) {
        sample::many(&mut self.world(), login, count, self.clock.now());
    }

    fn seed_hostile_text(&self, login: &str) {
        sample::hostile(&mut self.world(), login, self.clock.now());
    }

    fn happen(&self, number: usize, at: DateTime<Utc>) {
        sample::happen(&mut self.world(), number, at);
    }

    fn forget_sessions(&self) {
        self.world().sessions.clear();
    }

    fn is_sign_in(&self, request: &http::Request<Bytes>) -> bool {
        request.uri().query().is_some_and(|query| query.contains("ticket="))
    }

    fn fault_answer(&self, fault: &Fault) -> Option<Response> {
        match fault {
            Fault::Unauthorized => Some(unauthorized("Accès interdit")),
            Fault::Forbidden => {
                Some(answers::error(403, &format!("Acces interdit id_e=1, droit={BODY_SENTINEL},id_u=3")))
            }
            Fault::NotFound => Some(answers::error(404, &format!("L'entité {BODY_SENTINEL} n'existe pas"))),
            Fault::ServerError => Some(answers::error(500, BODY_SENTINEL)),
            _ => None,
        }
    }
}

fn error_body(message: &str) -> Value {
    json!({ "status": "error", "error-message": message })
}
