//! The whole connector over TLS, against a server that asks for certificates, with the simulated platform behind it.

use crate::support::{TENANT, TOWN, connector, count, settings, somebody};
use pleiade_connectors::{
    http::{HardenedBuilder, HardenedTransport, IDENTITY_CHECK_INTERVAL, IdentityFiles, RenewingTransport},
    s2low::{S2lowConfig, S2lowConnector},
};
use pleiade_core::{Connector as _, ConnectorError, ErrorKind, Retry, Transport, WidgetContent, WidgetId};
use pleiade_testkit::{
    ManualClock, S2low, Simulator as _, TestClock,
    s2low::COMMUNE,
    tls::{Authority, CertificateServer, IssuedCertificate},
};
use serde_json::json;
use std::{path::Path, sync::Arc};

struct Platform {
    simulator: S2low,
    authority: Authority,
    server: CertificateServer,
    clock: Arc<TestClock>,
}

impl Platform {
    async fn new(
        revoked: impl FnOnce(&Authority) -> Vec<IssuedCertificate>,
    ) -> (Self, Vec<IssuedCertificate>) {
        let clock = Arc::new(TestClock::default());
        let simulator = S2low::new(Arc::<TestClock>::clone(&clock));
        let authority = Authority::new("clients");
        let revoked = revoked(&authority);
        let refused: Vec<_> = revoked.iter().collect();
        let server = CertificateServer::start(simulator.router(), &authority, &refused).await;
        (Self { simulator, authority, server, clock }, revoked)
    }

    fn builder(&self) -> HardenedBuilder {
        HardenedTransport::builder()
            .without_system_roots()
            .internal_host(&self.server.address().to_string())
            .root_certificates_pem(self.server.roots().as_bytes())
    }

    /// A connector of an authority with this certificate, as a host makes it.
    fn connector(&self, authority: u64, issued: &IssuedCertificate) -> S2lowConnector {
        let config: S2lowConfig = serde_json::from_value(self.settings(authority, issued)).unwrap();
        let certificate = pleiade_connectors::kind::ConnectorSettings::client_certificate(&config).unwrap();
        let transport = self.builder().client_identity(certificate.identity().unwrap()).build().unwrap();
        connector(self.settings(authority, issued), Arc::new(transport)).unwrap()
    }

    fn settings(&self, authority: u64, issued: &IssuedCertificate) -> serde_json::Value {
        let mut settings = settings("");
        settings["url"] = json!(format!("https://{}", self.server.address()));
        settings["authority_id"] = json!(authority);
        settings["filter"]["tenants"] = json!({ TENANT: authority.to_string() });
        (settings["certificate"], settings["key"]) = (json!(issued.certificate), json!(issued.key));
        settings
    }

    async fn load(
        &self,
        connector: &S2lowConnector,
        widget: &'static str,
    ) -> Result<WidgetContent, ConnectorError> {
        let cx = somebody(&["actes"], TENANT, &self.clock);
        connector.widget(&WidgetId::from_static(widget)).unwrap().load(&cx).await
    }
}

#[tokio::test]
async fn the_cards_are_read_with_the_certificate_of_the_authority() {
    let (platform, _) = Platform::new(|_| Vec::new()).await;
    let town = platform.connector(TOWN, &platform.authority.client("archivist"));
    let commune = platform.connector(COMMUNE, &platform.authority.client("commune"));
    for _ in 0..2 {
        let card = platform.load(&town, "actes").await.unwrap();
        assert_eq!(count(&card, "courriers_prefecture"), Some((3, false)));
        let card = platform.load(&commune, "actes").await.unwrap();
        assert_eq!(count(&card, "courriers_prefecture"), Some((1, false)));
    }
    assert_eq!(count(&platform.load(&town, "helios").await.unwrap(), "pes_erreur"), Some((1, false)));
    town.probe().await.unwrap();
    for connection in platform.server.visits() {
        assert!(
            connection.iter().all(|name| *name == connection[0]),
            "a connection is one authority's: {connection:?}"
        );
    }
    assert_eq!(platform.simulator.most_calls_at_once(), 1);
}

#[tokio::test]
async fn a_refused_certificate_is_told_to_the_administrator_and_not_sent_again_and_again() {
    let (platform, revoked) = Platform::new(|authority| vec![authority.client("archivist")]).await;
    let expired = platform.authority.client_until("archivist", "2021-01-01T00:00:00Z".parse().unwrap());
    let stranger = Authority::new("others").client("archivist");
    for issued in [&revoked[0], &expired, &stranger] {
        let town = platform.connector(TOWN, issued);
        let error = platform.load(&town, "actes").await.unwrap_err();
        assert_eq!((error.kind(), error.retry()), (ErrorKind::BadConfiguration, Retry::Never), "{error}");
        assert!(error.hint().unwrap().contains("client certificate"), "{error}");
        assert_eq!(town.probe().await.unwrap_err().kind(), ErrorKind::BadConfiguration);
    }
    assert!(platform.server.visits().is_empty());
}

#[tokio::test]
async fn the_certificate_of_another_authority_reads_nothing() {
    let (platform, _) = Platform::new(|_| Vec::new()).await;
    let mixed_up = platform.connector(TOWN, &platform.authority.client("commune"));
    for widget in ["actes", "helios", "mails"] {
        let error = platform.load(&mixed_up, widget).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadConfiguration, "{error}");
    }
}

fn write(folder: &Path, issued: &IssuedCertificate) {
    std::fs::write(folder.join("certificate.pem"), &issued.certificate).unwrap();
    std::fs::write(folder.join("key.pem"), &issued.key).unwrap();
}

/// Although the authority was proved within the hour, a certificate that turns out to be another's brings nothing of it.
#[tokio::test]
async fn a_replacement_by_the_certificate_of_another_authority_reads_nothing() {
    let (platform, _) = Platform::new(|_| Vec::new()).await;
    let folder = tempfile::tempdir().unwrap();
    let own = platform.authority.client("archivist");
    write(folder.path(), &own);
    let files = IdentityFiles::new(folder.path().join("certificate.pem"), folder.path().join("key.pem"));
    let time = Arc::new(ManualClock::starting_at("2026-11-23T08:00:00Z".parse().unwrap()));
    let transport =
        RenewingTransport::new(platform.builder(), files, Arc::<ManualClock>::clone(&time)).unwrap();
    let transport: Arc<dyn Transport> = Arc::new(transport);
    let town = connector(platform.settings(TOWN, &own), transport).unwrap();
    let mut cx = somebody(&["actes"], TENANT, &platform.clock);
    cx.clock = Arc::<ManualClock>::clone(&time);
    let load = |widget: &'static str| {
        let (cx, widget) = (cx.clone(), town.widget(&WidgetId::from_static(widget)).unwrap().clone());
        async move { widget.load(&cx).await }
    };
    assert_eq!(count(&load("actes").await.unwrap(), "courriers_prefecture"), Some((3, false)));
    write(folder.path(), &platform.authority.client("commune"));
    time.advance(IDENTITY_CHECK_INTERVAL * 6);
    for widget in ["actes", "helios", "mails"] {
        assert_eq!(load(widget).await.unwrap_err().kind(), ErrorKind::BadConfiguration, "{widget}");
    }
    write(folder.path(), &platform.authority.client("archivist"));
    time.advance(IDENTITY_CHECK_INTERVAL);
    assert_eq!(count(&load("actes").await.unwrap(), "courriers_prefecture"), Some((3, false)));
}
