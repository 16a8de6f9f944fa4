//! The views of the exchange contract in a real PostgreSQL (`PLEIADE_TEST_POSTGRES`), with TLS by the tests' authority
//! (`PLEIADE_TEST_CA`): whose rows are whose, what a view may do, and how a database is reached.
//!
//! Each test makes a schema and a role of its own.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use async_trait::async_trait;
use pleiade_connectors::{
    exchange::{
        profile::{ACCEPTS, Card, Exchange, ExchangeConnector, Figure, List},
        source::ExchangeSource,
    },
    http::{HardenedBuilder, HardenedTransport, Resolver},
    kind::Network,
};
use pleiade_core::{
    Amount, CallContext, Connector as _, ConnectorDescriptor, ConnectorError, ConnectorId, Credential,
    Deadline, ErrorKind, FixedCredential, IndicatorKey, Message, TaskKind, TenantId, WidgetContent, WidgetId,
    connector::Messages,
};
use serde_json::{Value, json};
use std::{
    io,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Instant,
};
use tokio::net::TcpStream;
use tokio_postgres::{Client, Config, NoTls};

const PASSWORD: &str = "mot-de-passe-du-lecteur";

fn variable(name: &str) -> String {
    std::env::var(name)
        .unwrap_or_else(|_| panic!("{name} is not set: `cargo xtask test` starts PostgreSQL and sets it"))
}

/// A schema, and a role that reads it.
struct Database {
    name: String,
    port: u16,
    database: String,
    owner: Client,
}

impl Database {
    async fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let url: url::Url = variable("PLEIADE_TEST_POSTGRES").parse().unwrap();
        let (port, database) = (url.port().unwrap(), url.path().trim_start_matches('/').to_owned());
        let mut config = Config::new();
        config.user(url.username()).password(url.password().unwrap()).dbname(&database);
        let stream = TcpStream::connect((url.host_str().unwrap(), port)).await.unwrap();
        let (owner, connection) = config.connect_raw(stream, NoTls).await.unwrap();
        tokio::spawn(connection);
        let name = format!("exchange_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let made = Self { name, port, database, owner };
        made.run(&format!(
            "CREATE SCHEMA {0}; SET search_path = {0};
            CREATE ROLE {0} LOGIN PASSWORD '{PASSWORD}'; GRANT USAGE ON SCHEMA {0} TO {0};
            ALTER DEFAULT PRIVILEGES IN SCHEMA {0} GRANT SELECT ON TABLES TO {0};
            CREATE TABLE pleiade_element (agent VARCHAR(128), liste VARCHAR(64), id VARCHAR(128), titre VARCHAR(300),
                sous_titre VARCHAR(300), statut VARCHAR(40), date_debut TIMESTAMP, echeance TIMESTAMP, montant NUMERIC(18,2),
                devise CHAR(3), url VARCHAR(1000), maj TIMESTAMP, collectivite TEXT);
            CREATE TABLE pleiade_indicateur (agent VARCHAR(128), code VARCHAR(64), libelle VARCHAR(200), valeur NUMERIC(18,3),
                unite VARCHAR(16), url VARCHAR(1000), maj TIMESTAMPTZ, collectivite TEXT);",
            made.name
        ))
        .await;
        made
    }

    async fn run(&self, sql: &str) {
        self.owner.batch_execute(sql).await.unwrap();
    }

    async fn row(&self, agent: &str, id: &str, tenant: Option<&str>) {
        let sql = "INSERT INTO pleiade_element (agent, liste, id, titre, statut, collectivite) VALUES ($1, 'bc', $2, 'Garage', 'A_VISER', $3)";
        self.owner.execute(sql, &[&agent, &id, &tenant]).await.unwrap();
    }

    fn source(&self, settings: Value) -> Value {
        let mut source = json!({
            "host": "localhost", "port": self.port, "database": self.database, "user": self.name, "password": PASSWORD,
            "elements": format!("{}.pleiade_element", self.name), "indicators": format!("{}.pleiade_indicateur", self.name),
        });
        source.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
        source
    }

    /// The usual way: the host declared internal, and the authority of the tests.
    fn way(&self) -> HardenedBuilder {
        let ca = std::fs::read(variable("PLEIADE_TEST_CA")).unwrap();
        HardenedTransport::builder()
            .without_system_roots()
            .root_certificates_pem(&ca)
            .database("localhost", self.port)
            .internal_host("localhost")
    }

    fn connector(&self, settings: Value, filter: Value, way: HardenedBuilder) -> ExchangeConnector {
        let source: ExchangeSource =
            serde_json::from_value(json!({ "postgresql": self.source(settings) })).unwrap();
        let exchange = Exchange::new(source, serde_json::from_value(filter).unwrap());
        let descriptor = ConnectorDescriptor::new(
            "x",
            ConnectorId::new("x").unwrap(),
            "X",
            "https://metier.ville.example/".parse().unwrap(),
            ACCEPTS,
            Messages::new("", ""),
        );
        let card = Card::new(WidgetId::from_static("orders"), "x-orders", "x-none")
            .with_lists([
                List::tasks("bc", TaskKind::Approve).counted(IndicatorKey::from_static("orders"), "x-count")
            ])
            .with_figures([
                Figure::amount("budget_consomme", IndicatorKey::from_static("budget"), "x-budget"),
                Figure::labelled("solde_ca", IndicatorKey::from_static("solde_ca")),
            ]);
        let network =
            Network::new(Arc::new(pleiade_testkit::NeverAnswers)).with_databases(way.build_dialer().unwrap());
        ExchangeConnector::new(descriptor, exchange, [card], network).unwrap()
    }

    fn usual(&self, settings: Value, filter: Value) -> ExchangeConnector {
        self.connector(settings, filter, self.way())
    }

    async fn fault(&self, settings: Value, way: HardenedBuilder) -> ErrorKind {
        let connector = self.connector(settings, json!({}), way);
        let error = load(&connector, "ville", "dupont").await.unwrap_err();
        let text = format!("{error} {error:?} {connector:?}");
        for hidden in ["dupont", "Garage", PASSWORD] {
            assert!(!text.contains(hidden), "{hidden} stands in {text}");
        }
        assert_eq!(
            connector.probe().await.map_err(|error| error.kind()),
            Err(error.kind()),
            "the probe meets it too"
        );
        error.kind()
    }
}

async fn load(
    connector: &ExchangeConnector,
    tenant: &str,
    key: &str,
) -> Result<WidgetContent, ConnectorError> {
    let mut cx = CallContext::for_login("x", Credential::Technical { key: Some(key.to_owned()) });
    cx.credentials = Arc::new(FixedCredential::new(Credential::Technical { key: Some(key.to_owned()) }));
    let mut tenant_of = (*cx.tenant).clone();
    tenant_of.id = TenantId::new(tenant).unwrap();
    cx.tenant = Arc::new(tenant_of);
    connector.widgets().first().unwrap().load(&cx).await
}

async fn ids(connector: &ExchangeConnector, tenant: &str, key: &str) -> Vec<String> {
    load(connector, tenant, key).await.unwrap().items.into_iter().map(|item| item.id).collect()
}

#[tokio::test]
async fn a_person_reads_the_rows_of_their_own_key_and_no_others() {
    let database = Database::new().await;
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
    ];
    for (n, key) in keys.iter().enumerate() {
        database.row(key, &n.to_string(), None).await;
    }
    let connector = database.usual(json!({}), json!({}));
    for (n, key) in keys.iter().enumerate() {
        assert_eq!(ids(&connector, "ville", key).await, [format!("bc/{n}")], "{key}");
    }
    for nobody in ["dupon", "0123", "d' OR '1'='1", "$1", "' UNION SELECT * FROM pleiade_element --"] {
        assert!(ids(&connector, "ville", nobody).await.is_empty(), "{nobody}");
    }
    let error = load(&connector, "ville", "  ").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotLinked);
    let folding = database.usual(json!({}), json!({ "fold_case": true }));
    assert_eq!(ids(&folding, "ville", "Dupont").await, ["bc/0", "bc/3"]);
    // A collation to which case means nothing gives nobody another's rows.
    database
        .run(
            "CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
            CREATE VIEW of_any_case AS SELECT agent COLLATE nocase AS agent, liste, id, titre FROM pleiade_element",
        )
        .await;
    let any_case = database.usual(json!({ "elements": format!("{}.of_any_case", database.name) }), json!({}));
    assert_eq!(ids(&any_case, "ville", "dupont").await, ["bc/0"]);
}

#[tokio::test]
async fn a_collectivite_that_shares_the_database_is_told_apart() {
    let database = Database::new().await;
    for (id, tenant) in
        [("ville", Some("V1")), ("bourg", Some("V10")), ("small", Some("v1")), ("nobody", None)]
    {
        database.row("7", id, tenant).await;
    }
    let shared = database.usual(json!({}), json!({ "tenants": { "ville": "V1", "bourg": "V10" } }));
    assert_eq!(ids(&shared, "ville", "7").await, ["bc/ville"]);
    assert_eq!(ids(&shared, "bourg", "7").await, ["bc/bourg"]);
    assert_eq!(load(&shared, "hameau", "7").await.unwrap_err().kind(), ErrorKind::BadConfiguration);
}

#[tokio::test]
async fn values_of_every_type_are_what_they_are() {
    let database = Database::new().await;
    database
        .run(
            "INSERT INTO pleiade_element VALUES ('d', 'bc', '1', 'Garage', 'Révision', 'A_VISER', '2026-11-20', '2026-12-04', 1870.40, 'EUR');
            INSERT INTO pleiade_element VALUES ('d', 'bc', '2', 'Papeterie', NULL, 'A_VISER', '2026-11-20 08:30', '2026-12-05 12:00', 1234567.00, 'EUR');
            INSERT INTO pleiade_indicateur VALUES ('d', 'budget_consomme', 'Budget', 112.345, 'pourcent', NULL, now());
            INSERT INTO pleiade_indicateur VALUES ('d', 'solde_ca', 'Congés', 3.000, 'jours', NULL, now())",
        )
        .await;
    let content = load(&database.usual(json!({}), json!({})), "ville", "d").await.unwrap();
    let amounts: Vec<Amount> = content.indicators.iter().map(|indicator| indicator.amount).collect();
    assert_eq!(amounts, [Amount::count(2), Amount::Percent(112.345), Amount::Days { hundredths: 300 }]);
    let deadlines: Vec<_> = content.items.iter().map(|item| item.deadline).collect();
    let noon = Deadline::At("2026-12-05T11:00:00Z".parse().unwrap());
    assert_eq!(deadlines, [Some(Deadline::Day("2026-12-04".parse().unwrap())), Some(noon)]);
    assert!(content.notices.is_empty(), "{:?}", content.notices);
}

#[tokio::test]
async fn a_million_rows_and_a_huge_cell_are_bounded() {
    let database = Database::new().await;
    database
        .run(
            "CREATE VIEW many AS SELECT 'd' AS agent, 'bc' AS liste, n AS id, 'x' AS titre FROM generate_series(1, 1000000) AS n;
            CREATE VIEW huge AS SELECT 'd' AS agent, 'bc' AS liste, 1 AS id, repeat('x', 200000000) AS titre
                UNION ALL SELECT 'd', 'bc', 2, 'Garage'",
        )
        .await;
    let view =
        |name: &str| database.usual(json!({ "elements": format!("{}.{name}", database.name) }), json!({}));
    let content = load(&view("many"), "ville", "d").await.unwrap();
    assert_eq!((content.items.len(), content.more), (100, true));
    assert_eq!(content.indicators.first().unwrap().amount, Amount::Count { value: 1000, at_least: true });
    let content = load(&view("huge"), "ville", "d").await.unwrap();
    assert_eq!(content.items.len(), 1, "a long cell hides no other row");
    assert!(content.notices.iter().any(|notice: &Message| notice.key() == "kit-unreadable"));
}

#[tokio::test]
async fn a_view_writes_nothing_and_waits_for_nobody() {
    let database = Database::new().await;
    let (role, view) =
        (&database.name, |name: &str| json!({ "elements": format!("{}.{name}", database.name) }));
    database
        .run(&format!(
            "CREATE TABLE seen (n INT); GRANT INSERT ON seen TO {role};
            CREATE FUNCTION noted() RETURNS TEXT LANGUAGE plpgsql VOLATILE AS
                $$BEGIN INSERT INTO seen VALUES (1); RETURN 'x'; END$$;
            CREATE FUNCTION opened() RETURNS TEXT LANGUAGE plpgsql VOLATILE AS
                $$BEGIN SET TRANSACTION READ WRITE; INSERT INTO seen VALUES (1); RETURN 'x'; END$$;
            CREATE VIEW writing AS SELECT 'dupont' AS agent, 'bc' AS liste, '1' AS id, noted() AS titre;
            CREATE VIEW opening AS SELECT 'dupont' AS agent, 'bc' AS liste, '1' AS id, opened() AS titre;
            CREATE VIEW failing AS SELECT 'dupont' AS agent, 'bc' AS liste, '1' AS id, (1 / 0)::text AS titre;
            CREATE VIEW waiting AS SELECT 'dupont' AS agent, 'bc' AS liste, '1' AS id, pg_sleep(60)::text AS titre;"
        ))
        .await;
    let kind = async |name: &str| {
        let connector = database.usual(view(name), json!({}));
        load(&connector, "ville", "dupont").await.map(|_| ()).map_err(|error| error.kind())
    };
    assert_eq!(kind("writing").await, Err(ErrorKind::BadConfiguration));
    assert_ne!(kind("opening").await, Ok(()));
    assert_eq!(kind("failing").await, Err(ErrorKind::BadAnswer));
    let began = Instant::now();
    assert_eq!(kind("waiting").await, Err(ErrorKind::Timeout));
    assert!(began.elapsed().as_secs() < 12);
    let seen = database.owner.query("SELECT n FROM seen", &[]).await.unwrap();
    assert!(seen.is_empty(), "nothing was written");
}

#[tokio::test]
async fn what_the_database_refuses_is_told_by_its_kind() {
    let database = Database::new().await;
    database
        .run(&format!(
            "CREATE TABLE closed (agent TEXT, liste TEXT, id TEXT, titre TEXT); REVOKE ALL ON closed FROM {}",
            database.name
        ))
        .await;
    let named = |name: &str| json!({ "elements": format!("{}.{name}", database.name) });
    for (settings, kind) in [
        (json!({ "password": "un-autre" }), ErrorKind::Unauthenticated),
        (json!({ "user": "personne" }), ErrorKind::Unauthenticated),
        (json!({ "database": "nulle_part" }), ErrorKind::NotFound),
        (named("nulle_part"), ErrorKind::NotFound),
        (named("pleiade_indicateur"), ErrorKind::NotHandedOver),
    ] {
        assert_eq!(database.fault(settings.clone(), database.way()).await, kind, "{settings}");
    }
    let closed = database.usual(named("closed"), json!({}));
    assert_eq!(load(&closed, "ville", "dupont").await.unwrap_err().kind(), ErrorKind::Forbidden);
}

/// A resolver that gives every name these addresses.
#[derive(Debug)]
struct Leads(Vec<IpAddr>);

#[async_trait]
impl Resolver for Leads {
    async fn resolve(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        Ok(self.0.clone())
    }
}

#[tokio::test]
async fn a_database_is_reached_by_its_declared_name_and_address_alone() {
    let database = Database::new().await;
    database.row("dupont", "1", None).await;
    let here: IpAddr = "127.0.0.1".parse().unwrap();
    let leads = |to: &[IpAddr]| Arc::new(Leads(to.to_vec()));
    let ca = || std::fs::read(variable("PLEIADE_TEST_CA")).unwrap();
    let none = || HardenedTransport::builder().without_system_roots();
    let (port, db) = (database.port, "db.ville.example");
    let trusted = || none().root_certificates_pem(&ca());
    for (why, settings, way, kind) in [
        ("not declared", json!({}), trusted(), ErrorKind::BadConfiguration),
        (
            "declared, and not internal",
            json!({}),
            trusted().database("localhost", port),
            ErrorKind::BadConfiguration,
        ),
        (
            "another port",
            json!({}),
            trusted().database("localhost", 1).internal_host("localhost"),
            ErrorKind::BadConfiguration,
        ),
        (
            "a metadata service",
            json!({ "host": db }),
            trusted()
                .database(db, port)
                .internal_host(db)
                .resolver(leads(&["169.254.169.254".parse().unwrap()])),
            ErrorKind::BadConfiguration,
        ),
        (
            "inside and outside",
            json!({ "host": db }),
            trusted().database(db, port).resolver(leads(&[here, "1.1.1.1".parse().unwrap()])),
            ErrorKind::BadConfiguration,
        ),
        (
            "another name than the certificate's",
            json!({ "host": db }),
            trusted().database(db, port).internal_host(db).resolver(leads(&[here])),
            ErrorKind::Unreachable,
        ),
        (
            "an unknown authority",
            json!({}),
            none().database("localhost", port).internal_host("localhost"),
            ErrorKind::Unreachable,
        ),
        (
            "no TLS outside",
            json!({ "tls": false, "host": db }),
            trusted().database(db, port).resolver(leads(&["1.1.1.1".parse().unwrap()])),
            ErrorKind::BadConfiguration,
        ),
    ] {
        assert_eq!(database.fault(settings, way).await, kind, "{why}");
    }
    for (settings, way) in [
        (json!({}), database.way()),
        (json!({ "host": "127.0.0.1" }), trusted().database("127.0.0.1", port).internal_host("127.0.0.1")),
        (json!({ "tls": false }), none().database("localhost", port).internal_host("localhost")),
    ] {
        let connector = database.connector(settings, json!({}), way);
        assert_eq!(ids(&connector, "ville", "dupont").await, ["bc/1"]);
        connector.probe().await.unwrap();
    }
}
