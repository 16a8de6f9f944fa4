//! What the connectors of the contract are tried with: the rows of a simulator as files or as a SQLite file, and the checks of the
//! conformance suite that need no network.

use pleiade_core::{Clock, Connector, Credential};
use pleiade_testkit::{
    Simulator,
    conformance::{CHECKS, Subject},
    exchange::Exchange,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
};

/// The checks that break no answer on its way.
const LOCAL: [&str; 11] = [
    "descriptor_is_coherent",
    "messages_in_both_languages",
    "busy_account",
    "empty_account",
    "many_pages",
    "reading_changes_nothing",
    "not_linked",
    "hostile_text",
    "people_never_mixed",
    "whoever_stands_in_sees_tasks_alone",
    "unknown_action",
];

/// A simulator whose rows stand in files or in a SQLite file.
#[derive(Debug)]
pub(crate) struct Store {
    world: Exchange,
    folder: tempfile::TempDir,
    /// When files say that they were made; none for SQLite.
    made_at: Option<String>,
}

impl Store {
    pub(crate) fn files(world: Exchange, clock: &dyn Clock) -> Self {
        let made_at = Some(clock.now().to_rfc3339());
        Self { world, folder: tempfile::tempdir().unwrap(), made_at }.written()
    }

    pub(crate) fn sqlite(world: Exchange) -> Self {
        Self { world, folder: tempfile::tempdir().unwrap(), made_at: None }.written()
    }

    fn written(self) -> Self {
        self.write();
        self
    }

    fn database(&self) -> PathBuf {
        self.folder.path().join("exchange.sqlite")
    }

    fn write(&self) {
        let Some(made_at) = &self.made_at else {
            let database = rusqlite::Connection::open(self.database()).unwrap();
            return database.execute_batch(&format!("BEGIN; {} COMMIT;", self.world.sql())).unwrap();
        };
        let mut listed = Vec::new();
        for (name, text) in self.world.files() {
            std::fs::write(self.folder.path().join(&name), &text).unwrap();
            let digest: String = Sha256::digest(&text).iter().map(|byte| format!("{byte:02x}")).collect();
            let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text.as_bytes());
            let lines = reader.records().count();
            listed.push(json!({ "nom": name, "lignes": lines, "sha256": digest }));
        }
        let manifest = json!({ "schema": "pleiade.depot/1", "produit_le": made_at, "fichiers": listed });
        std::fs::write(self.folder.path().join("manifest.json"), manifest.to_string()).unwrap();
    }

    /// The setting `source`.
    pub(crate) fn source(&self) -> Value {
        match self.made_at {
            Some(_) => json!({ "files": { "folder": self.folder.path(), "may_be_empty": true } }),
            None => json!({ "sqlite": { "file": self.database(), "clockings": "pleiade_pointage" } }),
        }
    }
}

impl Simulator for Store {
    fn router(&self) -> axum::Router {
        axum::Router::new()
    }

    fn people(&self) -> Vec<String> {
        self.world.people()
    }

    fn empty_account(&self, login: &str) {
        self.world.empty_account(login);
        self.write();
    }

    fn seed_many(&self, login: &str, count: usize) {
        self.world.seed_many(login, count);
        self.write();
    }

    fn seed_hostile_text(&self, login: &str) {
        self.world.seed_hostile_text(login);
        self.write();
    }

    fn state(&self) -> String {
        self.world.state()
    }
}

/// Runs the checks on both kinds of store.
pub(crate) fn conforms(
    kind: &str,
    make: fn(&dyn Clock) -> Exchange,
    settings: fn(&Value) -> Value,
    build: fn(Value) -> Arc<dyn Connector>,
) {
    for is_files in [true, false] {
        // The suite makes the simulator, then its connector.
        let source = Arc::new(Mutex::new(Value::Null));
        let made = Arc::clone(&source);
        let simulator = move |clock: Arc<dyn Clock>| {
            let world = make(clock.as_ref());
            let store = if is_files { Store::files(world, clock.as_ref()) } else { Store::sqlite(world) };
            *made.lock().unwrap() = store.source();
            Arc::new(store) as Arc<dyn Simulator>
        };
        let connector = move |_| Ok(build(settings(&source.lock().unwrap())));
        let subject = Subject::new(kind, simulator, connector)
            .credential(|login, _| Credential::Technical { key: Some(login.to_owned()) });
        for name in LOCAL {
            let check = CHECKS.iter().find(|check| check.name == name).unwrap();
            check.run(&subject).unwrap_or_else(|problem| panic!("{name}, files: {is_files}: {problem}"));
        }
    }
}
