//! The production configuration, read as the server reads it.

#![expect(clippy::unwrap_used, reason = "clippy does not see that helpers of tests are tests")]

use pleiade_core::{
    Affiliation, Clock, ConnectorId, Credential, CredentialKind, CredentialRequest, ErrorKind,
    ExposeSecret as _, PersonKind, SourceId, Subject, SystemClock, TenantId,
};
use pleiade_server::{
    app::App,
    session::NewSession,
    storage::{Names, NewIdentity},
};
use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, sync::Arc};

const SECRETS: &[(&str, &str)] = &[
    ("database-url", "postgres://pleiade:password@sql.opsn.example/pleiade?sslmode=verify-full"),
    ("seal-key", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
    ("metrics-token", "0123456789abcdef"),
    ("oidc-client-secret", "a-client-secret"),
    ("saint-aubin-bind-password", "a-password"),
    ("saint-aubin-ca.pem", include_str!("data/ca.pem")),
    ("zimbra-preauth-la-roche", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
    ("zimbra-preauth-saint-aubin", "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"),
    ("matrix-as-token", "an-application-service-token"),
    ("idelibre-la-roche", "a-key-of-the-town"),
    ("idelibre-saint-aubin", "a-key-of-the-commune"),
];

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// The configuration with secrets beside it.
fn with_secrets() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("production"), folder.path());
    let secrets = folder.path().join("secrets");
    fs::create_dir(&secrets).unwrap();
    let certificate = pleiade_testkit::tls::Authority::new("an authority").client("portail");
    let issued = [
        ("s2low-la-roche.pem", certificate.certificate.as_str()),
        ("s2low-la-roche.key", certificate.key.as_str()),
    ];
    for (name, text) in SECRETS.iter().copied().chain(issued) {
        let path = secrets.join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    }
    folder
}

#[test]
fn the_production_configuration_has_no_known_mistake() {
    let folder = with_secrets();
    let loaded = pleiade_server::config::load(&folder.path().join("pleiade.toml"))
        .unwrap_or_else(|error| panic!("{error}"));
    let transport =
        pleiade_server::assemble::transport(&loaded).unwrap_or_else(|problem| panic!("{problem}"));
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    let (connectors, _) = pleiade_server::assemble::connectors(&loaded, &transport, &clock)
        .unwrap_or_else(|problem| panic!("{problem}"));
    for board in &loaded.config.boards {
        for card in &board.cards {
            let connector = connectors.iter().find(|known| known.descriptor().id == card.connector).unwrap();
            assert!(
                connector.widget(&card.widget).is_some(),
                "no widget {} in {}",
                card.widget,
                card.connector
            );
        }
    }
}

/// The login that Zimbra would open for somebody at Saint-Aubin, whom a source names with this address.
async fn mailbox(app: &App, source: &str, owner: Option<&str>, mail: &str) -> Result<String, ErrorKind> {
    let aubin = TenantId::new("saint-aubin-des-bois").unwrap();
    let new = NewIdentity {
        source: SourceId::new(source).unwrap(),
        subject: Subject::new("https://auth.opsn.example/", mail).unwrap(),
        owner: owner.map(|id| TenantId::new(id).unwrap()),
        names: Names { display_name: "Jeanne".into(), mail: mail.parse().ok(), ..Names::default() },
        created_at: app.clock.now(),
    };
    let (identity, link) = app.storage.create_identity(&new).await.unwrap();
    let affiliation = Affiliation::new(aubin.clone(), PersonKind::Agent);
    app.storage.replace_affiliations(link, &[affiliation]).await.unwrap();
    let session = NewSession {
        site: Some(aubin.clone()),
        identity,
        link,
        acting: aubin.clone(),
        source: new.source,
        subject: new.subject,
        acr: None,
        provider_session: None,
        tokens: None,
    };
    let value = app.sessions.open(session).await.unwrap();
    let session = app.sessions.find_session(value.expose_secret(), Some(&aubin)).await.unwrap().unwrap();
    let zimbra = ConnectorId::new("zimbra").unwrap();
    let request = CredentialRequest::new(&session.actor, &zimbra, &[CredentialKind::ActingLogin]);
    match app.credentials_of(&session).credential(request).await {
        Ok(Credential::ActingLogin { login }) => Ok(login),
        Ok(_) => Err(ErrorKind::Internal),
        Err(error) => Err(error.kind()),
    }
}

#[tokio::test]
async fn the_mailbox_opens_through_both_sources_of_the_production_configuration() {
    let folder = with_secrets();
    let path = folder.path().join("pleiade.toml");
    // The same, on a database that is here.
    let written = fs::read_to_string(&path).unwrap();
    let here = written.replace("url_file = \"secrets/database-url\"", "path = \"pleiade.db\"");
    assert_ne!(written, here);
    fs::write(&path, here).unwrap();
    let mut loaded = pleiade_server::config::load(&path).unwrap_or_else(|error| panic!("{error}"));
    loaded.config.database.path = Some(folder.path().join("pleiade.db"));
    let clock = Arc::new(SystemClock::default());
    let app = pleiade_server::assemble::assemble(&loaded, clock, None).await.unwrap();
    let (lemonldap, directory) = ("lemonldap", "annuaire-saint-aubin");
    let aubin = Some("saint-aubin-des-bois");
    let mine = "jeanne@saint-aubin-des-bois.example";
    assert_eq!(mailbox(&app, lemonldap, None, mine).await, Ok(mine.to_owned()));
    let theirs = "marie@saint-aubin-des-bois.example";
    assert_eq!(mailbox(&app, directory, aubin, theirs).await, Ok(theirs.to_owned()));
    // Neither opens a mailbox of the other town, nor does an address that somebody typed open any.
    for (source, owner) in [(lemonldap, None), (directory, aubin)] {
        let foreign = format!("{source}@la-roche-aux-fees.example");
        assert_eq!(
            mailbox(&app, source, owner, &foreign).await,
            Err(ErrorKind::BadConfiguration),
            "{source}"
        );
    }
    let typed = mailbox(&app, "local", None, "maire@saint-aubin-des-bois.example").await;
    assert_eq!(typed, Err(ErrorKind::BadConfiguration));
}

#[tokio::test]
async fn a_town_s_own_source_opens_no_mailbox_of_a_domain_that_two_towns_bear() {
    let folder = with_secrets();
    let (path, tenants) = (folder.path().join("pleiade.toml"), folder.path().join("conf.d/10-tenants.toml"));
    let shared = fs::read_to_string(&tenants).unwrap();
    let shared = shared.replace("[\"la-roche-aux-fees.example\"]", "[\"saint-aubin-des-bois.example\"]");
    fs::write(&tenants, shared).unwrap();
    let written = fs::read_to_string(&path).unwrap();
    fs::write(&path, written.replace("url_file = \"secrets/database-url\"", "path = \"pleiade.db\""))
        .unwrap();
    let mut loaded = pleiade_server::config::load(&path).unwrap_or_else(|error| panic!("{error}"));
    loaded.config.database.path = Some(folder.path().join("pleiade.db"));
    let clock = Arc::new(SystemClock::default());
    let app = pleiade_server::assemble::assemble(&loaded, clock, None).await.unwrap();
    let mail = "maire-de-la-roche@saint-aubin-des-bois.example";
    let own = mailbox(&app, "annuaire-saint-aubin", Some("saint-aubin-des-bois"), mail).await;
    assert_eq!(own, Err(ErrorKind::BadConfiguration));
    assert_eq!(
        mailbox(&app, "lemonldap", None, mail).await,
        Ok(mail.to_owned()),
        "the operator's knows both"
    );
}
