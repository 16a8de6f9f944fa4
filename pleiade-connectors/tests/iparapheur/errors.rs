//! What each refusal of the application means.

use crate::support::{Network, Rig, card, config, connector, credentials, notices, request};
use pleiade_connectors::iparapheur::IparapheurVersion::{V4, V5_1};
use pleiade_core::{Clock, Connector as _, ErrorKind, Retry, Transport};
use pleiade_testkit::{Fault, TestClock, people::CAMILLE};
use std::{sync::Arc, time::Duration};

const TITLE: &str = "Permis de construire n° 26 P 0042";

#[tokio::test(start_paused = true)]
async fn refusals_of_a_reading() {
    for version in [V4, V5_1] {
        for (fault, kind) in [
            (Fault::Unauthorized, ErrorKind::Unauthenticated),
            (Fault::LoginPage, ErrorKind::Unauthenticated),
            (Fault::RedirectElsewhere, ErrorKind::Unauthenticated),
            (Fault::Forbidden, ErrorKind::Forbidden),
            (Fault::NotFound, ErrorKind::NotFound),
            (Fault::TooManyRequests { retry_after: 30 }, ErrorKind::RateLimited),
            (Fault::ServerError, ErrorKind::Unreachable),
            (Fault::Slow(Duration::from_secs(3600)), ErrorKind::Timeout),
            (Fault::OtherShape, ErrorKind::BadAnswer),
            (Fault::EmptyBody, ErrorKind::BadAnswer),
        ] {
            let rig = Rig::new(version, CAMILLE);
            rig.load().await.unwrap();
            rig.switch.set(fault.clone());
            let error = rig.load().await.unwrap_err();
            assert_eq!(error.kind(), kind, "{version:?} {fault:?}: {error}");
            if let Fault::TooManyRequests { .. } = fault {
                assert_eq!(error.retry(), Retry::After(Duration::from_secs(30)));
            }
        }
    }
}

/// Answers every call with this status and body.
async fn reciting(status: u16, body: &str) -> pleiade_core::ConnectorError {
    let network: Arc<dyn Transport> = Network::new().on("", status, body);
    let connector = connector(config(V5_1), network);
    let clock: Arc<dyn Clock> = Arc::new(TestClock::default());
    card(&connector).load(&CAMILLE.context_with(credentials(V5_1), clock)).await.unwrap_err()
}

#[tokio::test]
async fn statuses_of_a_reading() {
    for (status, kind) in [
        (502, ErrorKind::Unreachable),
        (503, ErrorKind::Unreachable),
        (504, ErrorKind::Timeout),
        (406, ErrorKind::BadAnswer),
        (200, ErrorKind::BadAnswer),
    ] {
        let error = reciting(status, r#"{"status":1,"message":"des mots de l’application"}"#).await;
        assert_eq!(error.kind(), kind, "{status}");
        assert!(!format!("{error:?}").contains("des mots"), "the application's words stay with it");
    }
}

/// What the application answers to the very act, after it showed that it was possible.
#[tokio::test(start_paused = true)]
async fn refusals_of_an_action() {
    for version in [V4, V5_1] {
        for (fault, kind) in [
            (Fault::Forbidden, ErrorKind::Forbidden),
            (Fault::NotFound, ErrorKind::NotFound),
            (Fault::ServerError, ErrorKind::Unreachable),
            (Fault::LoginPage, ErrorKind::Unauthenticated),
        ] {
            let rig = Rig::new(version, CAMILLE);
            let line = rig.line(TITLE).await;
            rig.switch.set_for(fault.clone(), 1..2);
            let error = rig.perform(request(&line, "visa")).await;
            if fault == Fault::LoginPage {
                // The session had ended: another opens, and the act is done once.
                assert!(error.is_ok(), "{version:?}");
                assert_eq!(rig.simulator.folder_state(&line.id).unwrap().0, "DONE");
                continue;
            }
            assert_eq!(error.unwrap_err().kind(), kind, "{version:?} {fault:?}");
            assert_eq!(rig.simulator.folder_state(&line.id).unwrap().0, "PENDING");
        }
    }
}

#[tokio::test]
async fn an_action_refused_by_the_state_of_the_folder() {
    let premis = crate::support::sample("premis.xml");
    for status in [400, 405, 406, 407, 409] {
        let network: Arc<dyn Transport> = Network::new().on("GET ", 200, &premis).on(
            "PUT ",
            status,
            r#"{"message":"des mots de l’application"}"#,
        );
        let connector = connector(config(V5_1), network);
        let clock: Arc<dyn Clock> = Arc::new(TestClock::default());
        let visa = pleiade_core::ActionRequest::new(
            pleiade_core::ActionId::new("visa").unwrap(),
            "t1/d1/f1/95e1818c-71d2-11f0-878d-426b451987f4",
        );
        let cx = CAMILLE.context_with(credentials(V5_1), clock);
        let error = connector.perform(&cx, &visa).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{status}");
        assert!(error.hint().unwrap().contains("no longer in the state"));
        assert!(!format!("{error:?}").contains("des mots"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_document_that_fails_leaves_the_folder_to_process() {
    let rig = Rig::new(V5_1, CAMILLE);
    rig.load().await.unwrap();
    let all = rig.asked();
    let first = all.iter().position(|path| path.ends_with("/premis")).unwrap();
    rig.switch.set_for(Fault::ServerError, first..first + 1);
    let content = rig.load().await.unwrap();
    assert_eq!(notices(&content), ["kit-missing"]);
    assert_eq!(crate::support::lines(&content)[0], format!("{TITLE} | asks-other | open"));
    // It has moved on since it was listed.
    rig.switch.set_for(Fault::NotFound, first..first + 1);
    let content = rig.load().await.unwrap();
    assert!(content.notices.is_empty() && content.items.len() == 2);
}

#[tokio::test(start_paused = true)]
async fn the_probe_asks_the_application_without_anybody() {
    for (version, path) in [
        (V4, "GET /alfresco/wcs/parapheur/api/getApiLevel"),
        (V5_1, "GET /auth/realms/api/.well-known/openid-configuration"),
    ] {
        let rig = Rig::new(version, CAMILLE);
        rig.connector.probe().await.unwrap();
        assert_eq!(rig.asked(), [path]);
    }
}
