//! The application itself, simulated: its whole interface, some orders, nothing else.

use axum::{
    Json, Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    routing::get,
};
use pleiade_testkit::{
    Simulator,
    simulator::{HOSTILE_TEXTS, very_long_text},
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The token of its technical account.
pub(crate) const TOKEN: &str = "token-of-the-orders";
const PAGE: usize = 50;

/// The application, in which the orders of every approver lie.
#[derive(Debug, Clone, Default)]
pub(crate) struct OrdersSimulator(Arc<Mutex<Vec<Value>>>);

#[derive(Debug, Deserialize)]
struct Asked {
    company: Option<String>,
    cursor: Option<usize>,
}

impl OrdersSimulator {
    /// With sample orders.
    pub(crate) fn sample() -> Self {
        let simulator = Self::default();
        simulator.add("sobrien", "Papeterie du Port");
        simulator.add("cdurand", "Garage Martin");
        simulator.add("sobrien", "Sel de déneigement");
        simulator
    }

    fn orders(&self) -> MutexGuard<'_, Vec<Value>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One more order, in the company where its approver works.
    fn add(&self, approver: &str, supplier: &str) {
        let company = if approver == "cdurand" { "VALLEE" } else { "VILLE" };
        let mut orders = self.orders();
        let number = format!("BC-{}", orders.len() + 1);
        orders.push(json!({
            "number": number, "company": company, "approver": approver, "supplier": supplier, "due": "2026-12-01",
        }));
    }

    fn list(&self, headers: &HeaderMap, asked: &Asked) -> Result<Json<Value>, StatusCode> {
        let expected = format!("Bearer {TOKEN}");
        if headers.get(header::AUTHORIZATION).is_none_or(|value| value.as_bytes() != expected.as_bytes()) {
            return Err(StatusCode::UNAUTHORIZED);
        }
        let orders = self.orders();
        let of_company = |order: &&Value| {
            asked.company.as_ref().is_none_or(|company| order["company"] == company.as_str())
        };
        let asked_for: Vec<_> = orders.iter().filter(of_company).collect();
        let start = asked.cursor.unwrap_or(0);
        let end = start.saturating_add(PAGE);
        let page: Vec<_> = asked_for.iter().skip(start).take(PAGE).collect();
        let next = (end < asked_for.len()).then(|| end.to_string());
        Ok(Json(json!({ "orders": page, "next": next })))
    }
}

impl Simulator for OrdersSimulator {
    fn router(&self) -> Router {
        type App = State<OrdersSimulator>;
        let list = |State(app): App, headers: HeaderMap, Query(asked): Query<Asked>| async move {
            app.list(&headers, &asked)
        };
        Router::new()
            .route("/api/status", get(|| async { Json(json!({ "version": "2.1" })) }))
            .route("/api/orders", get(list))
            .with_state(self.clone())
    }

    fn people(&self) -> Vec<String> {
        vec!["sobrien".to_owned(), "cdurand".to_owned()]
    }

    fn empty_account(&self, login: &str) {
        self.orders().retain(|order| order["approver"] != login);
    }

    fn state(&self) -> String {
        format!("{:?}", self.orders())
    }

    fn seed_many(&self, login: &str, count: usize) {
        (0..count).for_each(|_| self.add(login, "Papeterie du Port"));
    }

    fn seed_hostile_text(&self, login: &str) {
        HOSTILE_TEXTS.iter().for_each(|text| self.add(login, text));
        self.add(login, &very_long_text(5000));
    }
}
