//! Nextcloud, let in by an app password.
#![expect(clippy::expect_used, reason = "constants of a test")]

use pleiade_connectors::nextcloud::{NextcloudConfig, NextcloudConnector};
use pleiade_core::{Connector, ConnectorId, Credential};
use pleiade_testkit::{Nextcloud, Simulator, conformance::Subject};
use std::sync::Arc;

pub(crate) fn subject() -> Subject {
    Subject::new(
        "nextcloud",
        |clock| Arc::new(Nextcloud::new(clock)) as Arc<dyn Simulator>,
        |transport| {
            let url = "https://cloud.ville.example".parse().expect("an address");
            let id = ConnectorId::new("cloud").expect("a slug");
            let connector = NextcloudConnector::new(id, NextcloudConfig::new(url), transport)?;
            Ok(Arc::new(connector) as Arc<dyn Connector>)
        },
    )
    .credential(|login, renewals| {
        let secret = match renewals {
            0 => Nextcloud::app_password(login),
            renewed => format!("{}-{renewed}", Nextcloud::app_password(login)),
        };
        Credential::LinkedAccount { login: login.to_owned(), secret: secret.into() }
    })
}
