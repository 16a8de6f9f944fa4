//! SQLite files, real ones: whose rows are whose, and what a file may do to who reads it.

use super::support::{ORDERS, built, cx, ids, load, notices, without_network};
use pleiade_connectors::exchange::profile::ExchangeConnector;
use pleiade_core::{Amount, Connector as _, ErrorKind};
use pleiade_testkit::TestClock;
use rusqlite::Connection;
use serde_json::{Value, json};
use std::sync::Arc;

const TABLES: &str = "CREATE TABLE pleiade_element (AGENT, LISTE, ID, TITRE, STATUT, DATE, ECHEANCE, MONTANT, DEVISE, COLLECTIVITE);
    CREATE TABLE pleiade_indicateur (agent, code, libelle, valeur, unite, maj);";

struct File {
    path: std::path::PathBuf,
    clock: Arc<TestClock>,
    _folder: tempfile::TempDir,
}

impl File {
    fn new(sql: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("exchange.sqlite");
        Connection::open(&path).unwrap().execute_batch(&format!("{TABLES}{sql}")).unwrap();
        Self { path, clock: Arc::new(TestClock::default()), _folder: folder }
    }

    fn with(&self, settings: Value, filter: Value) -> ExchangeConnector {
        let mut source = json!({ "file": self.path });
        source.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
        built(json!({ "sqlite": source }), filter, without_network()).unwrap()
    }

    fn connector(&self) -> ExchangeConnector {
        self.with(json!({}), json!({}))
    }

    async fn fault(&self, settings: Value) -> ErrorKind {
        let connector = self.with(settings, json!({}));
        let error = load(&connector, 0, &cx("ville", Some("dupont"), &self.clock)).await.unwrap_err();
        let text = format!("{error:?}");
        assert!(!text.contains("dupont") && !text.contains("Garage"), "nothing of anybody: {text}");
        error.kind()
    }
}

fn row(agent: &str, id: &str) -> String {
    let agent = agent.replace('\'', "''");
    format!(
        "INSERT INTO pleiade_element VALUES ('{agent}', 'bc', '{id}', 'Garage', 'A_VISER', '2026-11-20', NULL, 12.5, 'EUR', NULL);"
    )
}

#[tokio::test]
async fn a_person_reads_the_rows_of_their_own_key_and_no_others() {
    let keys = [
        "dupont",
        "dupont-m",
        "dup",
        "DUPONT",
        "00123",
        "123",
        "d'; DROP TABLE pleiade_element; --",
        "%",
        "_",
        "*",
    ];
    let file =
        File::new(&keys.iter().enumerate().map(|(n, key)| row(key, &n.to_string())).collect::<String>());
    let connector = file.connector();
    for (n, key) in keys.iter().enumerate() {
        let own = ids(&connector, &cx("ville", Some(key), &file.clock)).await;
        assert_eq!(own, [format!("bc/{n}")], "{key}");
    }
    for nobody in [
        "dupon",
        "0123",
        "d' OR '1'='1",
        "\" OR 1=1 --",
        "dupont\0",
        "' UNION SELECT * FROM pleiade_element --",
    ] {
        assert!(ids(&connector, &cx("ville", Some(nobody), &file.clock)).await.is_empty(), "{nobody}");
    }
    for none in [None, Some(""), Some(" \t")] {
        let error = load(&connector, 0, &cx("ville", none, &file.clock)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotLinked, "{none:?}");
    }
    // Two people who are given one key read one person's rows: the source of keys vouches for them.
    let twice = cx("bourg", Some("dupont"), &file.clock);
    assert_eq!(ids(&connector, &twice).await, ["bc/0"]);
    let folding = file.with(json!({}), json!({ "fold_case": true }));
    assert_eq!(ids(&folding, &cx("ville", Some("Dupont"), &file.clock)).await, ["bc/0", "bc/3"]);
}

#[tokio::test]
async fn a_column_that_folds_case_or_drops_zeros_gives_nobody_the_rows_of_another() {
    let file = File::new(
        "DROP TABLE pleiade_element;
        CREATE TABLE pleiade_element (agent TEXT COLLATE NOCASE, liste, id, titre);
        INSERT INTO pleiade_element VALUES ('DUPONT', 'bc', '1', 'x');
        CREATE TABLE of_numbers (agent INTEGER, liste, id, titre);
        INSERT INTO of_numbers VALUES (123, 'bc', '1', 'x');",
    );
    assert!(ids(&file.connector(), &cx("ville", Some("dupont"), &file.clock)).await.is_empty());
    let numbers = file.with(json!({ "elements": "of_numbers" }), json!({}));
    assert!(ids(&numbers, &cx("ville", Some("00123"), &file.clock)).await.is_empty());
    assert_eq!(ids(&numbers, &cx("ville", Some("123"), &file.clock)).await, ["bc/1"]);
}

#[tokio::test]
async fn a_collectivite_that_shares_the_file_is_told_apart() {
    let row = |id: &str, tenant: &str| {
        format!(
            "INSERT INTO pleiade_element VALUES ('7', 'bc', '{id}', 'x', NULL, NULL, NULL, NULL, NULL, {tenant});"
        )
    };
    let rows =
        [row("ville", "'V1'"), row("bourg", "'V10'"), row("nobody", "NULL"), row("small", "'v1'")].concat();
    let file = File::new(&format!("DROP TABLE pleiade_indicateur; {rows}"));
    let shared =
        file.with(json!({ "indicators": "" }), json!({ "tenants": { "ville": "V1", "bourg": "V10" } }));
    assert_eq!(ids(&shared, &cx("ville", Some("7"), &file.clock)).await, ["bc/ville"]);
    assert_eq!(ids(&shared, &cx("bourg", Some("7"), &file.clock)).await, ["bc/bourg"]);
    let error = load(&shared, 0, &cx("hameau", Some("7"), &file.clock)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadConfiguration);
}

#[tokio::test]
async fn values_are_what_they_are_and_what_is_none_is_told() {
    let file = File::new(
        "INSERT INTO pleiade_element VALUES ('d', 'bc', 'a', 'Garage', 'A_VISER', '2026-11-20 00:00:00', NULL, 1870.4, 'EUR', NULL);
        INSERT INTO pleiade_element VALUES ('d', 'bc', 'b', 'Papeterie', 'A_VISER', '2026-11-21', NULL, 'beaucoup', 'EUR', NULL);
        INSERT INTO pleiade_element VALUES ('d', 'bc', 'c', x'00ff', 'A_VISER', '2026-11-21', NULL, 1, 'EUR', NULL);
        INSERT INTO pleiade_indicateur VALUES ('d', 'budget_consomme', 'Budget', 112.345, 'pourcent', '2026-03-12 05:02');
        INSERT INTO pleiade_indicateur VALUES ('d', 'autre', 'Autre', 1, NULL, '2026-03-12 06:00');",
    );
    let content = load(&file.connector(), 0, &cx("ville", Some("d"), &file.clock)).await.unwrap();
    assert_eq!(content.items.len(), 1);
    assert_eq!(notices(&content), ["kit-unreadable"]);
    let amounts: Vec<Amount> = content.indicators.iter().map(|indicator| indicator.amount).collect();
    assert_eq!(amounts[0], Amount::Count { value: 1, at_least: true });
    assert_eq!(amounts[2], Amount::Percent(112.345), "a point of a number is no mark of thousands");
    assert_eq!(content.as_of, Some("2026-03-12T04:02:00Z".parse().unwrap()), "the oldest figure");
    let detail = serde_json::to_string(&content.items[0].detail).unwrap();
    assert!(detail.contains("1870") && detail.contains("\"40\""), "{detail}");
}

#[tokio::test]
async fn a_million_rows_and_a_huge_cell_are_bounded() {
    let file = File::new(
        "DROP TABLE pleiade_indicateur;
        CREATE VIEW pleiade_indicateur AS SELECT 'nobody' AS agent, 'x' AS code, 'x' AS libelle, 1 AS valeur;
        CREATE VIEW many AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000000)
            SELECT 'd' AS agent, 'bc' AS liste, i AS id, 'x' AS titre FROM n;
        CREATE VIEW wide AS SELECT 'd' AS agent, 'bc' AS liste, 1 AS id, hex(zeroblob(9000)) AS titre
            UNION ALL SELECT 'd', 'bc', 2, 'x';
        CREATE VIEW huge AS SELECT 'd' AS agent, 'bc' AS liste, 1 AS id, hex(zeroblob(400000000)) AS titre;
        CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
            SELECT 'd' AS agent, 'bc' AS liste, i AS id, 'x' AS titre FROM n;",
    );
    let d = cx("ville", Some("d"), &file.clock);
    for view in ["many", "endless"] {
        let connector = file.with(json!({ "elements": view }), json!({}));
        let content = load(&connector, 0, &d).await.unwrap();
        assert_eq!(content.items.len(), 100);
        assert!(content.more);
        assert_eq!(content.indicators[0].amount, Amount::Count { value: 1000, at_least: true });
        assert_eq!(content.indicators[0].key, ORDERS);
    }
    let wide = file.with(json!({ "elements": "wide" }), json!({}));
    let content = load(&wide, 0, &d).await.unwrap();
    assert_eq!(
        (content.items.len(), notices(&content)),
        (1, vec!["kit-unreadable"]),
        "a long cell hides no other row"
    );
    let huge = file.with(json!({ "elements": "huge" }), json!({}));
    assert_eq!(load(&huge, 0, &d).await.unwrap_err().kind(), ErrorKind::NotHandedOver);
}

#[tokio::test]
async fn a_view_writes_nothing_and_a_name_is_no_sql() {
    let file = File::new(
        "CREATE TABLE seen (agent); CREATE VIEW writing AS SELECT * FROM pleiade_element;
        CREATE TRIGGER writes INSTEAD OF INSERT ON writing BEGIN INSERT INTO seen VALUES (1); END;",
    );
    for odd in ["pleiade_element; DROP TABLE seen", "(SELECT 1)", "a.b.c", "\"x\"", "x--"] {
        let refused =
            built(json!({ "sqlite": { "file": file.path, "elements": odd } }), json!({}), without_network());
        let error = refused.err().unwrap();
        assert_eq!(error.kind(), ErrorKind::BadConfiguration, "{odd}");
        assert!(error.hint().unwrap().contains("`source.sqlite.elements`"));
    }
    for (settings, kind) in [
        (json!({ "elements": "no_such_view" }), ErrorKind::BadConfiguration),
        (json!({ "elements": "seen" }), ErrorKind::NotHandedOver),
        (json!({ "file": "/nonexistent/exchange.sqlite" }), ErrorKind::NotHandedOver),
    ] {
        assert_eq!(file.fault(settings.clone()).await, kind, "{settings}");
    }
    let relative = built(json!({ "sqlite": { "file": "exchange.sqlite" } }), json!({}), without_network());
    assert!(relative.is_err(), "a relative path depends on where the server was started");
    std::fs::write(&file.path, "agent;liste;id;titre\n").unwrap();
    assert_eq!(file.fault(json!({})).await, ErrorKind::NotHandedOver, "no database");
}

#[tokio::test]
async fn reading_needs_no_right_to_write_and_leaves_nothing_beside_the_file() {
    let file = File::new(&row("dupont", "1"));
    let before = std::fs::read(&file.path).unwrap();
    let connector = file.connector();
    assert_eq!(ids(&connector, &cx("ville", Some("dupont"), &file.clock)).await, ["bc/1"]);
    connector.probe().await.unwrap();
    assert_eq!(std::fs::read(&file.path).unwrap(), before);
    let beside = std::fs::read_dir(file.path.parent().unwrap()).unwrap().count();
    assert_eq!(beside, 1, "no journal");
    std::fs::remove_file(&file.path).unwrap();
    assert_eq!(connector.probe().await.unwrap_err().kind(), ErrorKind::NotHandedOver);
    assert!(!file.path.exists(), "a file that is not there is not made");
}
