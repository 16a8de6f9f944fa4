//! Ways in, and what happens when one is refused.

use crate::support::{Desk, Network, World, config, refused};
use futures_util::future::join_all;
use pleiade_connectors::{kind::ConnectorSettings as _, pastell::PastellAuthMethod};
use pleiade_core::{Connector as _, Credential, CredentialKind, ErrorKind, Retry};
use pleiade_testkit::{FixedCredentials, Pastell, Simulator as _};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

const CARDS: [&str; 2] = ["flows", "creation"];

#[test]
fn no_account_that_may_do_everything_is_taken() {
    let mut config = config();
    assert_eq!(config.accepts(), [CredentialKind::LinkedAccount]);
    config.access = PastellAuthMethod::ProxyTicket;
    assert_eq!(config.accepts(), [CredentialKind::ProxyTicket]);
}

/// Five refused tokens within a minute close Pastell to the whole portal.
#[tokio::test]
async fn a_token_that_has_ended_is_sent_once_for_all_cards_and_left_alone_for_an_hour() {
    let world = World::by_token();
    world.pastell.revoke(&Pastell::token("cdurand"));
    for _ in 0..3 {
        for card in join_all(CARDS.map(|card| world.desk.load(card))).await {
            assert_eq!(card.unwrap_err().kind(), ErrorKind::Unauthenticated);
        }
        world.desk.clock.advance(Duration::from_secs(700));
    }
    assert_eq!(world.pastell.failures(), 1);
    world.desk.connector.retry();
    world.desk.load("flows").await.unwrap_err();
    assert_eq!(world.pastell.failures(), 2, "an administrator had it sent again");
}

/// Between the counts and the lists, of which four are asked for together.
#[tokio::test]
async fn a_token_that_ends_while_a_card_is_read_is_refused_once() {
    let flux = (1..=9).map(|id| format!(r#""{id}":{{"flux":{{"mailsec":{{"tdt-error":1}}}}}}"#));
    let entities = (1..=9).map(|id| format!(r#"{{"id_e":"{id}"}}"#));
    let network = Network::new()
        .on("GET document/count", &format!("{{{}}}", flux.collect::<Vec<_>>().join(",")))
        .on("GET flux", "[]")
        .on_answers("GET entite/", [refused(401, "Accès interdit")])
        .on("GET entite", &format!("[{}]", entities.collect::<Vec<_>>().join(",")));
    let error = Desk::on(config(), &network).load("flows").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    assert_eq!(network.sent_to("GET entite/"), 1);
}

#[tokio::test]
async fn a_disabled_account_is_left_alone_for_ten_minutes() {
    let world = World::by_token();
    world.desk.load("flows").await.unwrap();
    world.pastell.set_disabled("cdurand", true);
    world.desk.clock.advance(Duration::from_secs(120));
    world.asked();
    assert_eq!(world.desk.load("flows").await.unwrap_err().kind(), ErrorKind::Forbidden);
    assert_eq!(world.asked().len(), 1);
    world.desk.clock.advance(Duration::from_secs(599));
    for card in CARDS {
        let error = world.desk.load(card).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.retry()),
            (ErrorKind::Forbidden, Retry::After(Duration::from_secs(1)))
        );
    }
    assert_eq!(world.asked().len(), 0);
    world.pastell.set_disabled("cdurand", false);
    world.desk.clock.advance(Duration::from_secs(1));
    world.desk.load("flows").await.unwrap();
}

#[tokio::test]
async fn an_administrator_lifts_the_pause() {
    let world = World::by_token();
    world.pastell.set_disabled("cdurand", true);
    assert_eq!(world.desk.load("flows").await.unwrap_err().kind(), ErrorKind::Forbidden);
    world.pastell.set_disabled("cdurand", false);
    assert_eq!(world.desk.load("flows").await.unwrap_err().kind(), ErrorKind::Forbidden);
    world.desk.connector.retry();
    world.desk.load("flows").await.unwrap();
}

fn sign_ins(asked: &[String]) -> usize {
    asked.iter().filter(|path| path.contains("ticket=")).count()
}

#[tokio::test]
async fn a_ticket_opens_one_session_for_all_cards_and_later_ones() {
    let world = World::by_ticket("cdurand");
    join_all(CARDS.map(|card| world.desk.load(card))).await.into_iter().for_each(|card| drop(card.unwrap()));
    let asked = world.asked();
    assert_eq!(sign_ins(&asked), 1);
    assert!(asked[0].starts_with("entite?auth=cas&ticket=PT-"), "{}", asked[0]);
    assert!(asked.iter().all(|path| path.contains("auth=cas")), "{asked:?}");
    // The parameter of the way in comes after the others, and nothing is glued to the path.
    assert!(asked.iter().any(|path| path.ends_with("&sens_tri=DESC&auth=cas")));
    world.desk.clock.advance(Duration::from_secs(120));
    world.desk.load("flows").await.unwrap();
    assert_eq!(sign_ins(&world.asked()), 0);
    world.desk.clock.advance(Duration::from_secs(20 * 60));
    world.desk.load("flows").await.unwrap();
    assert_eq!(sign_ins(&world.asked()), 1, "a session is used for twenty minutes");
}

#[tokio::test]
async fn a_session_that_has_ended_is_opened_again_with_the_ticket_in_hand() {
    let world = World::by_ticket("cdurand");
    world.desk.load("flows").await.unwrap();
    world.pastell.forget_sessions();
    world.asked();
    world.desk.clock.advance(Duration::from_secs(120));
    world.desk.load("flows").await.unwrap();
    assert_eq!(sign_ins(&world.asked()), 1);
}

#[tokio::test]
async fn a_ticket_is_asked_for_the_address_that_is_called() {
    #[derive(Debug)]
    struct Asked(Arc<Mutex<Vec<String>>>);
    #[async_trait::async_trait]
    impl pleiade_core::CredentialSource for Asked {
        async fn credential(
            &self,
            request: pleiade_core::CredentialRequest<'_>,
        ) -> Result<Credential, pleiade_core::ConnectorError> {
            self.0.lock().unwrap().push(request.service.unwrap_or_default().to_owned());
            Ok(Credential::ProxyTicket { ticket: Pastell::ticket("cdurand").into() })
        }
    }
    let services = Arc::new(Mutex::new(Vec::new()));
    let mut config = config();
    config.access = PastellAuthMethod::ProxyTicket;
    let world = World::new(config, Arc::new(Asked(Arc::clone(&services))));
    world.desk.load("flows").await.unwrap();
    assert_eq!(*services.lock().unwrap(), ["https://pastell.example/api/v2/entite?auth=cas"]);
    let called = world.transport.requests()[0].uri.to_string();
    assert!(called.starts_with("https://pastell.example/api/v2/entite?auth=cas&ticket=PT-"), "{called}");
}

#[tokio::test]
async fn tickets_that_open_nothing() {
    // CAS knows the person and Pastell does not.
    let world = World::by_ticket("inconnue");
    assert_eq!(world.desk.load("flows").await.unwrap_err().kind(), ErrorKind::Forbidden);
    // Spent already: phpCAS shows a page. Another is asked for once.
    let mut config = config();
    config.access = PastellAuthMethod::ProxyTicket;
    let ticket = Pastell::ticket("cdurand");
    let spent = FixedCredentials::always(Credential::ProxyTicket { ticket: ticket.clone().into() });
    let world = World::new(config.clone(), Arc::new(spent));
    world.desk.load("flows").await.unwrap();
    world.pastell.forget_sessions();
    world.desk.clock.advance(Duration::from_secs(120));
    assert_eq!(world.desk.load("flows").await.unwrap_err().kind(), ErrorKind::Unauthenticated);
    // What is no ticket is not sent.
    let word = FixedCredentials::always(Credential::ProxyTicket { ticket: "a-password".to_owned().into() });
    let world = World::new(config, Arc::new(word));
    assert_eq!(world.desk.load("flows").await.unwrap_err().kind(), ErrorKind::BadConfiguration);
    assert!(world.asked().is_empty());
}

/// Back to CAS, or no session at all.
#[tokio::test]
async fn answers_to_a_ticket() {
    let mut config = config();
    config.access = PastellAuthMethod::ProxyTicket;
    let answer = |status: u16, location: &str, cookie: &str, body: &'static str| {
        let answer = http::Response::builder().status(status).header("location", location);
        answer.header("set-cookie", cookie).body(bytes::Bytes::from(body)).unwrap()
    };
    let service = "https://pastell.example/api/v2/entite?auth=cas";
    for (answer, kind) in [
        (answer(302, "https://cas.example/login", "PHPSESSID=a", ""), ErrorKind::Unauthenticated),
        (answer(302, &format!("{service}&ticket=PT-9"), "PHPSESSID=a", ""), ErrorKind::Unauthenticated),
        (answer(302, service, "", ""), ErrorKind::BadAnswer),
        (answer(302, service, "PHPSESSID=deleted", ""), ErrorKind::BadAnswer),
        (answer(200, "", "", "[]"), ErrorKind::BadAnswer),
        (answer(200, "", "PHPSESSID=a", "<html>CAS Authentication failed!"), ErrorKind::Unauthenticated),
        (answer(500, "", "PHPSESSID=a", ""), ErrorKind::Unreachable),
    ] {
        let told = format!("{answer:?}");
        let network = Network::new().on_answers("GET entite?auth=cas&ticket=", [answer]);
        let credentials = FixedCredentials::from_fn(|_, _| {
            Some(Credential::ProxyTicket { ticket: Pastell::ticket("a").into() })
        });
        let desk = Desk::with(config.clone(), network, Arc::new(credentials), Arc::default());
        assert_eq!(desk.load("flows").await.unwrap_err().kind(), kind, "{told}");
    }
}
