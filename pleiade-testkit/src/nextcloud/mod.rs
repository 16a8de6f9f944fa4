//! For tests and demonstrations only: a simulated Nextcloud 31.
//!
//! It answers as the recorded server does: envelopes, `[]` for empty objects, XML for errors raised before the controller even when
//! JSON is asked for, the delays and the block that wrong passwords cost, maintenance, Login Flow v2 with its silent 404. Apps:
//! notifications, Talk, calendar and tasks, files and shares, Deck, user status, recommendations, activity.
//!
//! A person's app password is [`Nextcloud::app_password`]; a final `-1`, `-2`… makes a renewed one. Their OpenID Connect token is
//! the same with `token` in the place of `app-password`.

mod dav;
mod login;
mod model;
mod ocs;
mod sample;
mod simulated;

pub(crate) use simulated::simulated;

use crate::{Fault, Simulator};
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    response::Response,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use http_body_util::BodyExt as _;
use model::World;
use percent_encoding::percent_decode_str;
use pleiade_core::Clock;
use sample::Seeder;
use serde_json::{Value, json};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// A simulated Nextcloud server. Cloning shares it.
#[derive(Debug, Clone)]
pub struct Nextcloud {
    clock: Arc<dyn Clock>,
    world: Arc<Mutex<World>>,
}

/// One call, taken apart.
struct Call {
    method: Method,
    path: Vec<String>,
    query: Vec<(String, String)>,
    headers: HeaderMap,
    body: String,
    /// `http://` and the host that was asked: a server behind a proxy that was not told its public scheme.
    base: String,
    now: DateTime<Utc>,
}

impl Call {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The authentication of a call.
enum Entry {
    Person(String),
    /// The seconds that the refusal takes.
    Refused {
        basic: bool,
        delay: Duration,
    },
    Blocked,
}

impl Nextcloud {
    /// A server with the sample people and their data, dated from `clock`'s present.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let mut world = World::default();
        sample::fill(&mut world, clock.now());
        Self { clock, world: Arc::new(Mutex::new(world)) }
    }

    /// The app password that opens this person's account.
    #[must_use]
    pub fn app_password(login: &str) -> String {
        format!("{login}-app-password")
    }

    /// The OpenID Connect access token that opens this person's account.
    #[must_use]
    pub fn token(login: &str) -> String {
        format!("{login}-token")
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Closes the server for maintenance, or opens it again.
    pub fn set_maintenance(&self, on: bool) {
        self.world().maintenance = on;
    }

    /// Removes an app (`spreed`, `notifications`, `deck`…) from the server, or brings it back.
    pub fn set_app(&self, app: &str, present: bool) {
        let mut world = self.world();
        if present {
            world.absent_apps.remove(app);
            world.forbidden_apps.remove(app);
        } else {
            world.absent_apps.insert(app.to_owned());
        }
    }

    /// Keeps an app for groups in which nobody is.
    pub fn forbid_app(&self, app: &str) {
        self.world().forbidden_apps.insert(app.to_owned());
    }

    /// Disables a person's account, or enables it again.
    pub fn set_disabled(&self, login: &str, disabled: bool) {
        if let Some(account) = self.world().accounts.get_mut(login) {
            account.disabled = disabled;
        }
    }

    /// Sends a person a notification and gives its number.
    pub fn notify(&self, login: &str, subject: &str, message: &str) -> u64 {
        let now = self.clock.now();
        Seeder::new(&mut self.world(), login, now).notify(0, "admin_notifications", subject, message, "")
    }

    /// The number of wrong passwords.
    #[must_use]
    pub fn failures(&self) -> usize {
        self.world().failures
    }

    /// Consents in a person's name to the flow whose page has this address; whether there is such a flow.
    pub fn consent(&self, page: &str, login: &str) -> bool {
        login::consent(&mut self.world(), page.rsplit('/').next().unwrap_or_default(), login)
    }

    async fn answer(&self, request: Request) -> Response {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
        let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let host = head.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
        let call = Call {
            path: head.uri.path().trim_start_matches('/').split('/').map(decode).collect(),
            query: url::form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes())
                .into_owned()
                .collect(),
            base: format!("http://{host}"),
            method: head.method,
            headers: head.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
            now: self.clock.now(),
        };
        let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
        match path.as_slice() {
            ["status.php"] => status(&self.world()),
            _ if self.world().maintenance => maintenance(&path),
            ["ocs", "v2.php", rest @ ..] => match self.enter(&call).await {
                Ok(login) => ocs::answer(&mut self.world(), &login, &call, rest),
                Err(refusal) => refusal,
            },
            ["ocs", "v1.php", rest @ ..] => match self.enter(&call).await {
                Ok(login) => {
                    let answer = ocs::answer(&mut self.world(), &login, &call, rest);
                    ocs::as_version_1(answer).await
                }
                Err(refusal) => refusal,
            },
            ["remote.php", "dav", rest @ ..] => match self.enter(&call).await {
                Ok(login) => dav::answer(&mut self.world(), &login, &call, rest),
                Err(refusal) => refusal,
            },
            ["index.php", rest @ ..] => login::answer(&mut self.world(), &call, rest),
            [""] => login::answer(&mut self.world(), &call, &[]),
            _ => plain(404, "text/html; charset=UTF-8", login::PAGE.to_owned()),
        }
    }

    /// The user who calls; or the refusal, after the delay that it costs.
    async fn enter(&self, call: &Call) -> Result<String, Response> {
        let is_dav = call.path.first().is_some_and(|first| first == "remote.php");
        let entry = identify(&mut self.world(), call.header("authorization"));
        match entry {
            Entry::Person(login) => {
                let basic = call.header("authorization").starts_with("Basic ");
                if basic && !is_dav && call.header("ocs-apirequest") != "true" {
                    return Err(json_answer(412, &json!({ "message": "CSRF check failed" })));
                }
                Ok(login)
            }
            Entry::Blocked => Err(ocs::failure(429, 429, "Reached maximum delay")),
            Entry::Refused { basic, delay } => {
                tokio::time::sleep(delay).await;
                Err(match (is_dav, basic) {
                    (true, _) => dav::not_authenticated(),
                    (false, true) => basic_refused(),
                    (false, false) => ocs::failure(401, 997, "Current user is not logged in"),
                })
            }
        }
    }
}

/// Seconds that each wrong password costs, measured on a real server.
const DELAYS: [f64; 11] = [0.8, 0.8, 1.5, 1.8, 2.3, 4.0, 7.7, 13.4, 25.7, 25.9, 25.8];

fn identify(world: &mut World, authorization: &str) -> Entry {
    let refused = Entry::Refused { basic: false, delay: Duration::ZERO };
    if let Some(token) = authorization.strip_prefix("Bearer ") {
        return owner(world, token).map_or(refused, Entry::Person);
    }
    let Some(pair) = authorization.strip_prefix("Basic ") else { return refused };
    // The block comes before any look at the password.
    let Some(delay) = DELAYS.get(world.failures) else { return Entry::Blocked };
    let pair =
        BASE64_STANDARD.decode(pair).ok().and_then(|pair| String::from_utf8(pair).ok()).unwrap_or_default();
    let (login, password) = pair.split_once(':').unwrap_or_default();
    match owner(world, password).filter(|owner| owner == login) {
        Some(login) => Entry::Person(login),
        None => {
            world.failures += 1;
            Entry::Refused { basic: true, delay: Duration::from_secs_f64(*delay) }
        }
    }
}

/// The user of an app password or token.
fn owner(world: &World, secret: &str) -> Option<String> {
    if world.revoked.contains(secret) {
        return None;
    }
    let of = |login: &String| {
        ["-app-password", "-token"].iter().any(|kind| {
            secret.strip_prefix(login.as_str()).and_then(|rest| rest.strip_prefix(kind)).is_some_and(|rest| {
                rest.is_empty() || rest.strip_prefix('-').is_some_and(|n| n.parse::<u32>().is_ok())
            })
        })
    };
    let login = world.issued.get(secret).or_else(|| world.accounts.keys().find(|login| of(login)))?;
    world.accounts.get(login).filter(|account| !account.disabled).map(|_| login.clone())
}

fn status(world: &World) -> Response {
    json_answer(
        200,
        &json!({
            "installed": true, "maintenance": world.maintenance, "needsDbUpgrade": false, "version": "31.0.8.1",
            "versionstring": "31.0.8", "edition": "", "productname": "Nextcloud", "extendedSupport": false
        }),
    )
}

fn maintenance(path: &[&str]) -> Response {
    let mut answer = match path.first() {
        Some(&"ocs") => ocs::early_failure(503, 503, "Service unavailable"),
        Some(&"remote.php") => {
            dav::failure(503, "OCA\\DAV\\Exception\\ServerMaintenanceMode", "System is in maintenance mode.")
        }
        _ => plain(503, "text/html; charset=UTF-8", login::PAGE.to_owned()),
    };
    let headers = answer.headers_mut();
    if path.first() == Some(&"ocs") {
        headers.insert("x-nextcloud-maintenance-mode", HeaderValue::from_static("1"));
    } else {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("120"));
    }
    answer
}

fn basic_refused() -> Response {
    let mut answer = ocs::early_failure(401, 997, "Unauthorised");
    let realm = HeaderValue::from_static("Basic realm=\"Authorisation Required\"");
    answer.headers_mut().insert(header::WWW_AUTHENTICATE, realm);
    answer
}

fn plain(status: u16, media_type: &'static str, body: String) -> Response {
    let mut answer = Response::new(Body::from(body));
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    // A real server sets a session cookie with every answer; no client may send it back.
    answer
        .headers_mut()
        .insert(header::SET_COOKIE, HeaderValue::from_static("oc_session=simulated; HttpOnly"));
    answer
}

fn json_answer(status: u16, body: &Value) -> Response {
    plain(status, "application/json; charset=utf-8", body.to_string())
}

impl Simulator for Nextcloud {
    fn router(&self) -> Router {
        let answer =
            |State(server): State<Self>, request: Request| async move { server.answer(request).await };
        Router::new().fallback(answer).with_state(self.clone())
    }

    fn people(&self) -> Vec<String> {
        crate::people::PEOPLE.iter().map(|person| person.login.to_owned()).collect()
    }

    /// One more resource in a DAV answer, whose calendar object or number of a file is none.
    fn odd_item(&self, body: &str) -> Option<String> {
        const END: &str = "</d:response>";
        let start = body.rfind("<d:response>")?;
        let end = start + body.get(start..)?.find(END)? + END.len();
        let resource = body.get(start..end)?;
        let odd = ["cal:calendar-data", "oc:fileid"].into_iter().find_map(|element| {
            let (before, rest) = resource.split_once(&format!("<{element}>"))?;
            let (_, after) = rest.split_once(&format!("</{element}>"))?;
            Some(format!("{before}<{element}>odd</{element}>{after}"))
        })?;
        Some(format!("{}{odd}{}", body.get(..end)?, body.get(end..)?))
    }

    fn empty_account(&self, login: &str) {
        let mut world = self.world();
        world.accounts.remove(login);
        Seeder::new(&mut world, login, self.clock.now());
    }

    fn state(&self) -> String {
        format!("{:?}", self.world().accounts)
    }

    fn seed_many(&self, login: &str, count: usize) {
        Seeder::new(&mut self.world(), login, self.clock.now()).many(count);
    }

    fn seed_hostile_text(&self, login: &str) {
        Seeder::new(&mut self.world(), login, self.clock.now()).hostile();
    }

    fn is_sign_in(&self, request: &http::Request<Bytes>) -> bool {
        request.uri().path().starts_with("/index.php/login/")
    }

    fn fault_answer(&self, fault: &Fault) -> Option<Response> {
        match fault {
            Fault::Unauthorized => Some(ocs::failure(401, 997, "Current user is not logged in")),
            Fault::Forbidden => Some(ocs::failure(403, 403, crate::fault::BODY_SENTINEL)),
            Fault::ServerError => Some(ocs::early_failure(500, 996, crate::fault::BODY_SENTINEL)),
            _ => None,
        }
    }
}
