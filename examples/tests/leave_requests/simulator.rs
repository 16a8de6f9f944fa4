//! The application itself, simulated: its whole interface, some people, nothing else.

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    routing::{get, post},
};
use pleiade_testkit::{
    Simulator,
    simulator::{HOSTILE_TEXTS, very_long_text},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

type Requests = Vec<Value>;

/// The requests of one person: their own, and those that they decide.
#[derive(Debug, Default)]
struct Account {
    own: Requests,
    team: Requests,
}

/// The application. Its tokens are written `leave-token.LOGIN.NUMBER`.
#[derive(Debug, Clone, Default)]
pub(crate) struct LeaveSimulator(Arc<Mutex<BTreeMap<String, Account>>>);

impl LeaveSimulator {
    /// With sample people.
    pub(crate) fn sample() -> Self {
        let simulator = Self::default();
        simulator.add("cdurand", "Camille Durand", "Vacances de printemps");
        simulator.add("sobrien", "Sinéad O’Brien", "Pont de l’Ascension");
        simulator.add("sobrien", "Sinéad O’Brien", "");
        simulator
    }

    fn accounts(&self) -> MutexGuard<'_, BTreeMap<String, Account>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, login: &str, who: &str, comment: &str) {
        let mut accounts = self.accounts();
        let account = accounts.entry(login.to_owned()).or_default();
        let request = |list: &str, number: usize| {
            json!({
                "id": format!("{list}-{login}-{number}"), "who": who, "kind": "paid", "state": "pending",
                "from": "2026-04-20", "to": "2026-04-24", "comment": comment,
            })
        };
        account.own.push(request("own", account.own.len()));
        account.team.push(request("team", account.team.len()));
    }

    fn list(&self, headers: &HeaderMap, of: fn(&Account) -> &Requests) -> Result<Json<Value>, StatusCode> {
        let login = login(headers)?;
        let accounts = self.accounts();
        let requests = accounts.get(login).map(of).ok_or(StatusCode::FORBIDDEN)?;
        let first: Vec<_> = requests.iter().take(20).collect();
        Ok(Json(json!({ "total": requests.len(), "requests": first })))
    }

    fn accept(&self, headers: &HeaderMap, id: &str) -> Result<Json<Value>, StatusCode> {
        let login = login(headers)?;
        let mut accounts = self.accounts();
        let team = &mut accounts.get_mut(login).ok_or(StatusCode::FORBIDDEN)?.team;
        let place = team.iter().position(|request| request["id"] == id).ok_or(StatusCode::NOT_FOUND)?;
        team.remove(place);
        Ok(Json(json!({ "state": "accepted" })))
    }
}

fn login(headers: &HeaderMap) -> Result<&str, StatusCode> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    value
        .and_then(|value| value.strip_prefix("Bearer leave-token."))
        .and_then(|token| token.split('.').next())
        .ok_or(StatusCode::UNAUTHORIZED)
}

impl Simulator for LeaveSimulator {
    fn router(&self) -> Router {
        type App = State<LeaveSimulator>;
        Router::new()
            .route("/api/status", get(|| async { Json(json!({ "version": "4.2" })) }))
            .route(
                "/api/me/requests",
                get(|State(app): App, headers: HeaderMap| async move { app.list(&headers, |a| &a.own) }),
            )
            .route(
                "/api/me/decisions",
                get(|State(app): App, headers: HeaderMap| async move { app.list(&headers, |a| &a.team) }),
            )
            .route(
                "/api/requests/{id}/accept",
                post(|State(app): App, Path(id): Path<String>, headers: HeaderMap| async move {
                    app.accept(&headers, &id)
                }),
            )
            .with_state(self.clone())
    }

    fn people(&self) -> Vec<String> {
        vec!["sobrien".to_owned(), "cdurand".to_owned()]
    }

    fn empty_account(&self, login: &str) {
        self.accounts().insert(login.to_owned(), Account::default());
    }

    fn state(&self) -> String {
        format!("{:?}", self.accounts())
    }

    fn seed_many(&self, login: &str, count: usize) {
        (0..count).for_each(|_| self.add(login, "Bernard Lefèvre", ""));
    }

    fn seed_hostile_text(&self, login: &str) {
        self.empty_account(login);
        HOSTILE_TEXTS.iter().for_each(|text| self.add(login, text, text));
        self.add(login, &very_long_text(5000), &very_long_text(5000));
    }
}
