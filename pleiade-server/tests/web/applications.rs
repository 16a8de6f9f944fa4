//! `/console/applications`: what an administrator reads of an application that does not answer, and who may have it tried again.

use crate::support::{ALPHA, Browser, Fake, Outcome, Setup, World, content, somebody, tenant_id};
use axum::http::StatusCode;
use pleiade_core::{Clock as _, ConnectorId, ErrorKind};
use pleiade_federation::vault::{LinkedAccountKey, LinkedAccountRecord, LinkingKind};
use pleiade_server::certificates::CertificateInUse;
use std::sync::{Arc, atomic::Ordering};

struct Town {
    world: World,
    /// Of alpha alone.
    own: Arc<Fake>,
    /// Of alpha and of beta.
    shared: Arc<Fake>,
}

async fn town() -> Town {
    let own = Fake::new("courriel", Outcome::Fails(ErrorKind::Unreachable));
    let shared = Fake::new("fichiers", Outcome::Fails(ErrorKind::Maintenance));
    let elsewhere = Fake::new("ailleurs", Outcome::Gives(content(1, &[])));
    let setup = Setup {
        alpha: vec![own.clone(), shared.clone()],
        beta: vec![shared.clone(), elsewhere],
        ..Setup::default()
    };
    Town { world: World::with(setup).await, own, shared }
}

async fn administrator(world: &World, group: &str) -> Browser {
    let mut claims = somebody(&format!("admin-{group}"), "Ada Min", &["alpha"]);
    claims.groups = vec![group.to_owned()];
    world.sso.knows("administrator", claims);
    let mut browser = world.browser(ALPHA);
    assert_eq!(browser.sign_in_at("sso", "administrator").await.location(), "/");
    browser
}

#[tokio::test]
async fn an_administrator_reads_what_happened_and_has_it_tried_again() {
    let Town { world, own, shared } = town().await;
    let mut ada = administrator(&world, "administrateurs").await;
    let before = ada.get("/console/applications").await;
    before.page().check_page("fr");
    assert_eq!(before.body.matches("Pas encore lue").count(), 2, "nothing was called for the page");
    world.read_cards(&ada).await;

    let page = ada.get("/console/applications").await;
    page.page().check_page("fr");
    assert!(
        page.body.contains(
            "Appli courriel, opération «\u{a0}read the fake\u{a0}»\u{a0}: l’application n’est pas joignable"
        ),
        "{}",
        page.body
    );
    assert!(page.body.contains("Référence dans le journal du serveur"));
    // What another collectivité uses too is the operator's: neither its reason nor another try.
    assert!(!page.body.contains("Appli fichiers, opération"), "{}", page.body);
    assert!(page.body.contains("l’opérateur en a la charge"));
    assert!(!page.body.contains("/console/applications/fichiers/retry"));
    assert!(!page.body.contains("ailleurs"), "beta's own is nothing here");

    own.card.will(Outcome::Gives(content(1, &[])));
    let asked = own.card.asked.load(Ordering::SeqCst);
    let tried = ada.post("/console/applications/courriel/retry", &[]).await;
    assert_eq!(tried.told(), "/console/applications console-application-retried");
    assert_eq!(own.retried.load(Ordering::SeqCst), 1);
    assert!(ada.get(tried.location()).await.body.contains("C’est noté"));
    let again = ada.post("/console/applications/courriel/retry", &[]).await;
    assert_eq!(
        again.told(),
        "/console/applications console-application-retried-lately",
        "secrets are not sent at every click"
    );
    assert_eq!(own.retried.load(Ordering::SeqCst), 1);
    world.read_cards(&ada).await;
    assert!(own.card.asked.load(Ordering::SeqCst) > asked, "asked again although its reading was recent");
    assert!(ada.get("/console/applications").await.body.contains("Répond. Dernière réponse"));

    assert_eq!(ada.post("/console/applications/fichiers/retry", &[]).await.status, StatusCode::FORBIDDEN);
    for nowhere in ["ailleurs", "inconnue"] {
        let path = format!("/console/applications/{nowhere}/retry");
        assert_eq!(ada.post(&path, &[]).await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(shared.retried.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn the_operator_decides_of_what_several_collectivites_use() {
    let Town { world, shared, .. } = town().await;
    let mut operator = administrator(&world, "opsn").await;
    world.read_cards(&operator).await;
    let page = operator.get("/console/applications").await;
    assert!(
        page.body.contains(
            "Appli fichiers, opération «\u{a0}read the fake\u{a0}»\u{a0}: application en maintenance"
        ),
        "{}",
        page.body
    );
    let tried = operator.post("/console/applications/fichiers/retry", &[]).await;
    assert_eq!(tried.told(), "/console/applications console-application-retried");
    assert_eq!(shared.retried.load(Ordering::SeqCst), 1);
}

/// The refusal noted of a linked account, for all replicas, is lifted too: otherwise nothing would be sent for the rest of the hour.
#[tokio::test]
async fn another_try_gives_the_accounts_that_people_connected_again() {
    let cloud = Fake::new("nuage", Outcome::Gives(content(1, &[])));
    let world = World::with(Setup { alpha: vec![cloud], ..Setup::default() }).await;
    let now = world.clock.now();
    let nuage = ConnectorId::new("nuage").unwrap();
    let key = LinkedAccountKey::new(tenant_id("alpha"), world.clerk_link, nuage);
    let record = LinkedAccountRecord::new(key.clone(), vec![1], LinkingKind::Pasted, now);
    world.storage.put_linked_account(&record).await.unwrap();
    world.storage.mark_linked_account_refused(&key, now, Some(now)).await.unwrap();
    let mut ada = administrator(&world, "administrateurs").await;
    ada.post("/console/applications/nuage/retry", &[]).await;
    assert_eq!(world.storage.linked_account(&key).await.unwrap().unwrap().refused_at, None);
}

/// Attack: a technical account that the application refuses is nobody's but the operator's to mend, and every person's card fails. The
/// console must not say that the application answers, or that it was not read.
#[tokio::test]
async fn a_refused_technical_account_is_told_on_the_console() {
    let Town { world, own, .. } = town().await;
    own.card.will(Outcome::Fails(ErrorKind::Unauthenticated));
    let mut ada = administrator(&world, "administrateurs").await;
    world.read_cards(&ada).await;
    let page = ada.get("/console/applications").await;
    assert!(page.body.contains("Appli courriel, opération"), "{}", page.body);
}

/// A certificate that ends closes an application to everybody, and its successor takes weeks.
#[tokio::test]
async fn the_end_of_a_certificate_is_told_sixty_days_before_and_after() {
    let day = |days: i64| pleiade_testkit::TestClock::sample_now() + chrono::TimeDelta::days(days);
    let ends = |id: &'static str, days| (ConnectorId::from_static(id), CertificateInUse::Fixed(day(days)));
    let fakes = ["bon", "bientot", "fini", "sans"].map(|id| Fake::new(id, Outcome::Gives(content(1, &[]))));
    let setup = Setup {
        alpha: fakes.to_vec(),
        certificates: [ends("bon", 61), ends("bientot", 59), ends("fini", -1)].into(),
        ..Setup::default()
    };
    let world = World::with(setup).await;
    let mut ada = administrator(&world, "administrateurs").await;
    let page = ada.get("/console/applications").await;
    page.page().check_page("fr");
    for told in ["Certificat du portail valable", "prend bientôt fin", "a pris fin"] {
        assert_eq!(page.body.matches(told).count(), 1, "{told}: {}", page.body);
    }
}
