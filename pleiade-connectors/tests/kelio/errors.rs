//! When Kelio refuses, breaks or shows something else.

use crate::support::{Assembly, connector, settings};
use pleiade_core::{Connector as _, ErrorKind, Limits, Retry, Transport, TransportError};
use pleiade_testkit::Fault;
use serde_json::json;
use std::{sync::Arc, time::Duration};

#[tokio::test]
async fn faults_are_told_apart_by_code_and_by_the_words_of_the_settings() {
    let kelio = Assembly::new();
    let kind =
        async |kelio: &Assembly| kelio.load("clockings", &kelio.person("000970")).await.unwrap_err().kind();
    kelio.server.fail("Client", "Matricule inconnu");
    let unknown = kelio.load("clockings", &kelio.person("000970")).await.unwrap();
    assert_eq!(unknown.notices.len(), 1, "the person is looked for first, and is nobody's");
    assert_eq!(unknown.notices[0].key(), "kelio-unknown-person");
    assert!(unknown.items.is_empty() && unknown.indicators.is_empty());
    // Entered since: they are not taken for unknown any longer.
    let entered = Assembly::new();
    assert_eq!(entered.load("requests", &entered.person("000999")).await.unwrap().notices.len(), 1);
    entered.server.empty_account_of("000999");
    assert!(entered.load("requests", &entered.person("000999")).await.unwrap().notices.is_empty());
    kelio.server.fail("Server", "Droit insuffisant sur la catégorie Absences");
    assert_eq!(kind(&kelio).await, ErrorKind::Unreachable);
    let mut worded = settings();
    worded["missing_right_words"] = json!(["DROIT insuffisant"]);
    let kelio = Assembly::with(worded);
    kelio.server.fail("Server", "Droit insuffisant sur la catégorie Absences");
    assert_eq!(kind(&kelio).await, ErrorKind::Forbidden);
    let kelio = Assembly::new();
    kelio.read("clockings", "000970").await;
    kelio.server.fail("Client", "Filtre");
    let error = kelio.load("clockings", &kelio.person("000970")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadConfiguration, "the person is known, so that the call is wrong");
    assert!(!format!("{error:?}").contains("Filtre"));
}

#[tokio::test]
async fn a_page_with_500_is_a_wrong_address() {
    let mut wrong = settings();
    wrong["url"] = json!("https://ville.kelio.example/portail");
    let kelio = Assembly::with(wrong);
    let error = kelio.load("clockings", &kelio.person("000970")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let page = "<!DOCTYPE html><html><body>Erreur</body></html>";
    let answer =
        http::Response::builder().status(500).header("content-type", "text/html").body(page.into()).unwrap();
    let connector = connector(settings(), Arc::new(Page(answer))).unwrap();
    let error = connector.widgets()[0].load(&kelio.person("000970")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadAnswer);
    assert!(error.hint().unwrap().contains("SOAPAction"), "{error}");
}

#[derive(Debug)]
struct Page(http::Response<bytes::Bytes>);

#[async_trait::async_trait]
impl Transport for Page {
    async fn send(
        &self,
        _: http::Request<bytes::Bytes>,
        _: Limits,
    ) -> Result<http::Response<bytes::Bytes>, TransportError> {
        Ok(self.0.clone())
    }
}

#[tokio::test]
async fn calls_are_signed_and_have_their_action() {
    let kelio = Assembly::new();
    kelio.read("clockings", "000970").await;
    for request in kelio.transport.take() {
        assert!(request.headers["soapaction"].to_str().unwrap().starts_with("\"urn:export"));
        assert_eq!(request.headers["content-type"], "text/xml; charset=utf-8");
        assert!(request.headers["authorization"].to_str().unwrap().starts_with("Basic "));
        assert!(request.uri.path().starts_with("/open/services/"));
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_asked_in_quiet_hours() {
    // It is 9:30 in Paris.
    for (from, to, wait) in [
        ("09:00", "10:15", Some(45)),
        ("22:00", "09:31", Some(1)),
        ("09:30", "09:00", Some(23 * 60 + 30)),
        ("09:31", "12:00", None),
        ("22:00", "09:30", None),
    ] {
        let mut quiet = settings();
        quiet["quiet_hours"] = json!([{ "from": from, "to": to }]);
        let kelio = Assembly::with(quiet);
        let loaded = kelio.load("clockings", &kelio.person("000970")).await;
        match wait {
            Some(minutes) => {
                let error = loaded.unwrap_err();
                assert_eq!(
                    (error.kind(), error.retry()),
                    (ErrorKind::RateLimited, Retry::After(Duration::from_secs(minutes * 60))),
                    "{from} {to}"
                );
                assert!(kelio.asked().is_empty());
            }
            None => drop(loaded.unwrap()),
        }
    }
}

#[tokio::test]
async fn a_refused_account_is_not_tried_again_and_others_go_on() {
    let mut wrong = settings();
    wrong["password"] = json!("un-autre-secret");
    let kelio = Assembly::with(wrong);
    for _ in 0..3 {
        let error = kelio.load("clockings", &kelio.person("000970")).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Unauthenticated && error.refuses_credential());
    }
    assert_eq!(kelio.asked().len(), 1);
}

#[tokio::test]
async fn a_counter_that_is_not_there_hides_no_other_and_the_names_found_are_told() {
    let mut wrong = settings();
    wrong["leave"][1]["counter"] = json!("rtt");
    let kelio = Assembly::with(wrong.clone());
    let content = kelio.read("balances", "000970").await;
    assert_eq!(content.indicators.len(), 2);
    assert_eq!(content.notices[0].key(), "kit-missing");
    (wrong["leave"], wrong["hours"]) =
        (json!([{ "counter": "rtt", "key": "rtt", "name": "RTT" }]), json!([]));
    let kelio = Assembly::with(wrong);
    let error = kelio.load("balances", &kelio.person("000970")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadConfiguration);
    assert!(error.hint().unwrap().ends_with("CA, RTT, CET"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_does_not_answer_is_not_asked_for_every_counter() {
    let kelio = Assembly::new();
    kelio.read("balances", "000970").await;
    kelio.asked();
    kelio.switch.set(Fault::Slow(Duration::from_secs(3600)));
    let error = kelio.load("balances", &kelio.person("000970")).await.unwrap_err();
    assert_eq!((error.kind(), kelio.asked().len()), (ErrorKind::Timeout, 1));
}
