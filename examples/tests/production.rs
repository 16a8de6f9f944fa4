//! The production configuration, read as the server reads it.

#![expect(clippy::unwrap_used, reason = "clippy does not see that helpers of tests are tests")]

use std::{fs, path::Path};

const SECRETS: &[(&str, &str)] = &[
    ("database-url", "postgres://pleiade:password@sql.opsn.example/pleiade?sslmode=verify-full"),
    ("seal-key", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
    ("metrics-token", "0123456789abcdef"),
    ("oidc-client-secret", "a-client-secret"),
    ("saint-aubin-bind-password", "a-password"),
    ("saint-aubin-ca.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
    ("zimbra-preauth-la-roche", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
    ("zimbra-preauth-saint-aubin", "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"),
    ("matrix-as-token", "an-application-service-token"),
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

#[test]
fn the_production_configuration_has_no_known_mistake() {
    let folder = tempfile::tempdir().unwrap();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("production"), folder.path());
    let secrets = folder.path().join("secrets");
    fs::create_dir(&secrets).unwrap();
    for (name, text) in SECRETS {
        fs::write(secrets.join(name), text).unwrap();
    }
    let loaded = pleiade_server::config::load(&folder.path().join("pleiade.toml"))
        .unwrap_or_else(|error| panic!("{error}"));
    let transport =
        pleiade_server::assemble::transport(&loaded).unwrap_or_else(|problem| panic!("{problem}"));
    let connectors = pleiade_server::assemble::connectors(&loaded, &transport)
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
