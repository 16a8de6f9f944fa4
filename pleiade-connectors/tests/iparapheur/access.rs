//! How the application is opened, and what is sent nowhere.

use crate::support::{Cas, Network, Rig, URL, card, config, connector, v4_reciting};
use pleiade_connectors::iparapheur::{
    IparapheurAuthMethod, IparapheurConfig, IparapheurConnector,
    IparapheurVersion::{V4, V5_1},
};
use pleiade_core::{
    Connector as _, ConnectorError, ConnectorId, Credential, ErrorKind, FixedCredential, Transport,
};
use pleiade_testkit::{
    Fault, Simulator as _,
    people::{BERNARD, CAMILLE},
};
use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

fn sign_ins(rig: &Rig) -> usize {
    rig.asked().iter().filter(|path| path.ends_with("/api/logincas")).count()
}

#[tokio::test(start_paused = true)]
async fn one_proxy_ticket_opens_a_session_for_many_readings() {
    let cas = Arc::new(Cas::default());
    let rig = Rig::with_source(config(V4), BERNARD, cas.clone());
    rig.simulator.compare_logins();
    for _ in 0..3 {
        rig.load().await.unwrap();
    }
    assert_eq!(sign_ins(&rig), 1, "every reading comes with another ticket, and one is spent");
    assert_eq!(cas.services.lock().unwrap()[0], format!("{URL}/alfresco"), "the exact service");
    tokio::time::advance(Duration::from_secs(26 * 60)).await;
    rig.load().await.unwrap();
    assert_eq!(sign_ins(&rig), 1, "25 minutes later another");
}

#[tokio::test(start_paused = true)]
async fn a_session_that_ended_is_opened_again_with_another_ticket() {
    let cas = Arc::new(Cas::default());
    let rig = Rig::with_source(config(V4), BERNARD, cas.clone());
    rig.load().await.unwrap();
    rig.simulator.forget_sessions();
    let spent = cas.given.load(Ordering::SeqCst);
    rig.load().await.unwrap();
    assert_eq!(cas.given.load(Ordering::SeqCst), spent + 2, "the one of the call, and one more");
    assert_eq!(sign_ins(&rig), 2);
}

#[tokio::test(start_paused = true)]
async fn a_refused_proxy_ticket_is_followed_by_one_other_and_no_more() {
    let spent = Credential::ProxyTicket { ticket: "PT-parapheur.nobody.1".into() };
    let rig = Rig::with_source(config(V4), BERNARD, Arc::new(FixedCredential::new(spent)));
    assert_eq!(rig.load().await.unwrap_err().kind(), ErrorKind::Unauthenticated);
    let asked = rig.asked().len();
    assert!(asked <= 2, "{asked}");
}

#[tokio::test(start_paused = true)]
async fn the_login_of_another_does_not_open_the_session() {
    let cas = Credential::ProxyTicket { ticket: "PT-parapheur.cdurand.7".into() };
    let rig = Rig::with_source(config(V4), BERNARD, Arc::new(FixedCredential::new(cas)));
    rig.simulator.compare_logins();
    assert_eq!(rig.load().await.unwrap_err().kind(), ErrorKind::Unauthenticated);
}

#[tokio::test(start_paused = true)]
async fn the_login_follows_the_pattern_of_a_shared_instance() {
    let network = v4_reciting("[]", "[]");
    let mut shared = config(V4);
    shared.login = "{login}@ville".to_owned();
    let connector = connector(shared, Arc::<Network>::clone(&network));
    let clock = Arc::new(pleiade_testkit::TestClock::default());
    card(&connector).load(&BERNARD.context_with(Arc::new(Cas::default()), clock)).await.unwrap();
    let sent = network.sent.lock().unwrap();
    assert_eq!(sent[0], "GET /alfresco/wcs/api/logincas?u=blefevre%40ville&t=PT-parapheur.blefevre.0");
    assert_eq!(sent[1], "GET /alfresco/wcs/parapheur/bureaux?ticket=TICKET_3f0ce1");
}

#[tokio::test(start_paused = true)]
async fn an_unknown_tenant_is_the_operators_to_mend() {
    let mut forced = config(V4);
    forced.access = Some(IparapheurAuthMethod::ForceLogin);
    let login = Credential::ActingLogin { login: "blefevre".to_owned() };
    for (config, source) in [
        (config(V4), Arc::new(Cas::default()) as Arc<dyn pleiade_core::CredentialSource>),
        (forced, Arc::new(FixedCredential::new(login))),
    ] {
        let rig = Rig::with_source(config, BERNARD, source);
        rig.simulator.lose_tenants();
        let error = rig.load().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadConfiguration, "{error}");
        assert!(error.hint().unwrap().contains("`login`"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_login_that_force_login_refuses_is_not_sent_again_for_an_hour() {
    let mut forced = config(V4);
    forced.access = Some(IparapheurAuthMethod::ForceLogin);
    let login = Credential::ActingLogin { login: "inconnu".to_owned() };
    let rig = Rig::with_source(forced, BERNARD, Arc::new(FixedCredential::new(login)));
    for _ in 0..3 {
        assert_eq!(rig.load().await.unwrap_err().kind(), ErrorKind::Unauthenticated);
    }
    assert_eq!(rig.asked().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn tokens_are_renewed_once() {
    let rig = Rig::new(V5_1, CAMILLE);
    rig.load().await.unwrap();
    rig.simulator.forget_sessions();
    rig.load().await.unwrap();
    rig.switch.set(Fault::Unauthorized);
    rig.transport.take();
    assert_eq!(rig.load().await.unwrap_err().kind(), ErrorKind::Unauthenticated);
    assert_eq!(rig.asked().len(), 2);
}

#[test]
fn settings_that_cannot_work_are_refused() {
    let build = |change: fn(&mut IparapheurConfig), version| {
        let mut config = config(version);
        change(&mut config);
        let network: Arc<dyn Transport> = Network::new();
        IparapheurConnector::new(ConnectorId::new("parapheur").unwrap(), config, network).map(drop)
    };
    let hint = |result: Result<(), ConnectorError>| result.unwrap_err().hint().unwrap_or_default().to_owned();
    for (change, version, key) in [
        (
            (|config| config.url = "http://parapheur.example.test".parse().unwrap())
                as fn(&mut IparapheurConfig),
            V4,
            "`url`",
        ),
        (|config| config.folders = 0, V5_1, "`folders`"),
        (|config| config.folders = 41, V5_1, "`folders`"),
        (|config| config.requests = 61, V5_1, "`requests`"),
        (|config| config.requests = 9, V5_1, "`requests`"),
        (|config| config.ticket_minutes = 0, V4, "`ticket_minutes`"),
        (|config| config.login = "admin".to_owned(), V4, "`login`"),
        (|config| config.access = Some(IparapheurAuthMethod::PersonToken), V4, "`access`"),
        (|config| config.access = Some(IparapheurAuthMethod::Cas), V5_1, "`access`"),
    ] {
        assert!(hint(build(change, version)).contains(key), "{key}");
    }
    let loopback = |config: &mut IparapheurConfig| config.url = "http://127.0.0.1:8080".parse().unwrap();
    assert!(build(loopback, V4).is_ok(), "a demonstration on this machine");
}

#[test]
fn pages_of_version_5_are_what_the_operator_writes() {
    let mut config = config(V5_1);
    config.folder_page = "/bureau/{desk}/dossier/{folder}".to_owned();
    config.public_url = Some("https://signer.ville.example".parse().unwrap());
    let network: Arc<dyn Transport> = Network::new();
    let built = connector(config, network);
    assert_eq!(built.descriptor().home.as_str(), "https://signer.ville.example/");
    assert!(format!("{built:?}").contains("/bureau/{desk}/dossier/{folder}"));
}
