//! For tests and demonstrations only: what a business application hands over by the exchange contract.
//!
//! Made from the contract (`docs/exchange.md`), which is ours, and checked against no product: those that it stands for have no interface
//! to be read. It plays an address that gives what is of one person (`GET /agents/<key>/synthese`, with a bearer token), and writes the same
//! rows as the files of a folder and as the statements that make tables in a database.

use crate::{
    Simulator,
    simulator::{HOSTILE_TEXTS, very_long_text},
};
use axum::{
    Json, Router,
    extract::{Path, State},
    response::{IntoResponse as _, Response},
    routing::get,
};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Europe::Paris;
use http::{HeaderMap, StatusCode, header};
use pleiade_core::Clock;
use serde_json::{Map, Value, json};
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The token of the address.
pub const TOKEN: &str = "exchange-token-of-the-portal";

/// A key for which the address answers with empty lists.
pub const PROBE_KEY: &str = "pleiade-sonde";

/// The columns of the three tables, as files and databases have them.
const COLUMNS: [(&str, &[&str]); 3] = [
    (
        "elements",
        &[
            "agent",
            "liste",
            "id",
            "titre",
            "sous_titre",
            "statut",
            "date",
            "debut_matin",
            "date_fin",
            "fin_apres_midi",
            "duree",
            "unite",
            "echeance",
            "montant",
            "devise",
            "url",
        ],
    ),
    ("indicateurs", &["agent", "code", "libelle", "valeur", "unite", "maj"]),
    ("pointages", &["agent", "date", "heure", "sens"]),
];

/// The name of a table, its columns and its rows.
type FilledTable = (&'static str, &'static [&'static str], Vec<Vec<String>>);

/// What is of one person: rows of the three tables, as JSON has them.
#[derive(Debug, Clone, Default)]
pub struct Handed {
    /// Rows of `elements`, `indicateurs` and `pointages`.
    pub tables: [Vec<Value>; 3],
}

/// An application that hands over what is of each person. Clones share their state.
#[derive(Debug, Clone)]
pub struct Exchange {
    application: &'static str,
    made_at: DateTime<Utc>,
    people: Arc<Mutex<BTreeMap<String, Handed>>>,
    busiest: &'static [&'static str],
    /// What one more of each thing is.
    more: fn(usize, NaiveDate) -> Handed,
}

impl Exchange {
    /// An application of this code. `busiest` are two people, the one with the most first, and `more` makes one more of each thing.
    #[must_use]
    pub fn new(
        application: &'static str,
        clock: &dyn Clock,
        people: BTreeMap<String, Handed>,
        busiest: &'static [&'static str],
        more: fn(usize, NaiveDate) -> Handed,
    ) -> Self {
        let (made_at, people) = (clock.now(), Arc::new(Mutex::new(people)));
        Self { application, made_at, people, busiest, more }
    }

    fn world(&self) -> MutexGuard<'_, BTreeMap<String, Handed>> {
        self.people.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn today(&self) -> NaiveDate {
        self.made_at.with_timezone(&Paris).date_naive()
    }

    /// Every row of the three tables, with the key of the person whose it is.
    fn rows(&self) -> Vec<FilledTable> {
        let world = self.world();
        let table = |(at, (name, columns)): (usize, (&'static str, &'static [&'static str]))| {
            let mut rows = Vec::new();
            for (agent, handed) in world.iter() {
                for row in handed.tables.get(at).into_iter().flatten() {
                    let cell = |column: &&str| match (*column, row.get(*column)) {
                        ("agent", _) => agent.clone(),
                        (_, None | Some(Value::Null)) => String::new(),
                        (_, Some(Value::String(text))) => text.clone(),
                        (_, Some(Value::Bool(flag))) => u8::from(*flag).to_string(),
                        (_, Some(other)) => other.to_string().replace('.', ","),
                    };
                    rows.push(columns.iter().map(cell).collect());
                }
            }
            (name, columns, rows)
        };
        COLUMNS.into_iter().enumerate().map(table).collect()
    }

    /// The same rows as CSV files, by their names.
    #[must_use]
    pub fn files(&self) -> Vec<(String, String)> {
        let file = |(name, columns, rows): (&str, &[&str], Vec<Vec<String>>)| {
            let mut text = columns.join(";") + "\n";
            for row in rows {
                let cells: Vec<String> =
                    row.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
                let _ = writeln!(text, "{}", cells.join(";"));
            }
            (format!("{name}.csv"), text)
        };
        self.rows().into_iter().map(file).collect()
    }

    /// Statements that make tables of the same rows: `pleiade_element`, `pleiade_indicateur` and `pleiade_pointage`, all of text.
    #[must_use]
    pub fn sql(&self) -> String {
        let mut sql = String::new();
        for ((name, columns, rows), table) in
            self.rows().into_iter().zip(["pleiade_element", "pleiade_indicateur", "pleiade_pointage"])
        {
            let typed: Vec<String> = columns.iter().map(|column| format!("{column} TEXT")).collect();
            let _ = writeln!(
                sql,
                "-- {name}\nDROP TABLE IF EXISTS {table};\nCREATE TABLE {table} ({});",
                typed.join(", ")
            );
            for row in rows {
                let cells: Vec<String> =
                    row.iter().map(|cell| format!("'{}'", cell.replace('\'', "''"))).collect();
                let _ = writeln!(sql, "INSERT INTO {table} VALUES ({});", cells.join(", "));
            }
        }
        sql
    }
}

async fn synthesis(State(own): State<Exchange>, Path(agent): Path<String>, headers: HeaderMap) -> Response {
    let sent = headers.get(header::AUTHORIZATION).and_then(|sent| sent.to_str().ok());
    if sent != Some(&format!("Bearer {TOKEN}")) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let world = own.world();
    let nothing = Handed::default();
    let Some(handed) = world.get(&agent).or((agent == PROBE_KEY).then_some(&nothing)) else {
        return (StatusCode::NOT_FOUND, Json(json!({ "erreur": "agent inconnu" }))).into_response();
    };
    let [elements, indicators, clockings] = &handed.tables;
    Json(json!({
        "schema": "pleiade.synthese/1",
        "application": own.application,
        "agent": agent,
        "maj": own.made_at.with_timezone(&Paris).to_rfc3339(),
        "indicateurs": indicators,
        "elements": elements,
        "pointages": clockings,
    }))
    .into_response()
}

impl Simulator for Exchange {
    fn router(&self) -> Router {
        Router::new().route("/agents/{agent}/synthese", get(synthesis)).with_state(self.clone())
    }

    fn people(&self) -> Vec<String> {
        self.busiest.iter().map(|login| (*login).to_owned()).collect()
    }

    fn empty_account(&self, login: &str) {
        self.world().insert(login.to_owned(), Handed::default());
    }

    fn seed_many(&self, login: &str, count: usize) {
        let today = self.today();
        let mut world = self.world();
        let own = world.entry(login.to_owned()).or_default();
        for n in 0..count {
            for (table, more) in own.tables.iter_mut().zip((self.more)(n, today).tables) {
                table.extend(more);
            }
        }
    }

    fn seed_hostile_text(&self, login: &str) {
        let (mut handed, long) = (Handed::default(), very_long_text(2000));
        for (n, text) in HOSTILE_TEXTS.iter().copied().chain([long.as_str()]).enumerate() {
            for (table, more) in handed.tables.iter_mut().zip((self.more)(n, self.today()).tables) {
                let fill = |row: Value| {
                    let mut row = row.as_object().cloned().unwrap_or_default();
                    for name in ["id", "titre", "sous_titre", "statut", "url", "libelle"] {
                        row.entry(name).and_modify(|value| *value = json!(text));
                    }
                    Value::Object(row)
                };
                table.extend(more.into_iter().map(fill));
            }
        }
        let mut world = self.world();
        let own = world.entry(login.to_owned()).or_default();
        for (table, more) in own.tables.iter_mut().zip(handed.tables) {
            table.extend(more);
        }
    }

    fn state(&self) -> String {
        format!("{:?}", self.world())
    }
}

/// A row of `elements`.
#[must_use]
pub fn element(
    list: &str,
    id: &str,
    title: &str,
    subtitle: &str,
    status: &str,
    date: NaiveDate,
) -> Map<String, Value> {
    let row = json!({
        "liste": list, "id": id, "titre": title, "sous_titre": subtitle, "statut": status, "date": date.to_string(),
        "url": null,
    });
    row.as_object().cloned().unwrap_or_default()
}

/// A row of `indicateurs`.
#[must_use]
pub fn figure(code: &str, label: &str, value: impl Into<Value>, unit: &str) -> Value {
    json!({ "code": code, "libelle": label, "valeur": value.into(), "unite": unit })
}
