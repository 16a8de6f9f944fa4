//! Authentication methods, and what happens when one is refused.

use crate::support::{Credentials, Desk, Network, answer, ocs, recorded};
use bytes::Bytes;
use futures_util::future::join_all;
use http::Response;
use pleiade_connectors::nextcloud::NextcloudAuthMethod;
use pleiade_core::{Connector as _, Credential, ErrorKind, LinkedAccount};
use std::{sync::Arc, time::Duration};

const CARDS: [&str; 6] = ["notifications", "conversations", "agenda", "tasks", "files", "shares"];

fn refused() -> Response<Bytes> {
    recorded("nextcloud-31/error-no-credentials.http")
}

fn user() -> Response<Bytes> {
    recorded("nextcloud-31/user.http")
}

/// A server that answers who somebody is in these ways, and has nothing else to say; capabilities are told to anybody.
fn server(answers: Vec<Response<Bytes>>) -> Arc<Network> {
    Network::new()
        .on_answers("GET /ocs/v2.php/cloud/user", answers)
        .on("GET /ocs/v2.php/cloud/capabilities", "nextcloud-31/capabilities.http")
        .on("PROPFIND /remote.php/dav/calendars", "nextcloud-31/caldav-homes.http")
        .on("REPORT /remote.php/dav/calendars", "nextcloud-31/caldav-report-expanded.http")
        .on("SEARCH /remote.php/dav", "nextcloud-31/webdav-search-recent.http")
        .on("REPORT /remote.php/dav/files", "nextcloud-31/webdav-favorites.http")
        .on_answers("GET /ocs/v2.php/apps", [ocs("[]")])
}

fn sent_with(network: &Network) -> Vec<String> {
    let asks_who = |sent: &crate::support::Sent| sent.target.contains("cloud/user");
    network
        .sent()
        .iter()
        .filter(|sent| asks_who(sent))
        .map(|sent| sent.header("authorization").to_owned())
        .collect()
}

#[tokio::test]
async fn each_mode_signs_its_own_way() {
    let token = Credential::PersonToken { token: "jwt".into(), expires_at: None };
    for (mode, credentials, expected) in [
        (NextcloudAuthMethod::AppPassword, Credentials::app_passwords(&["pw"]), "Bearer pw"),
        (
            NextcloudAuthMethod::AppPasswordBasic,
            Credentials::app_passwords(&["pw"]),
            "Basic Y2FtaWxsZTpwdw==",
        ),
        (NextcloudAuthMethod::OidcToken, Credentials::new(vec![token]), "Bearer jwt"),
    ] {
        let network = server(vec![user()]);
        Desk::with(&network, mode, credentials).load("shares").await.unwrap();
        assert!(network.sent().iter().all(|sent| sent.header("authorization") == expected));
    }
}

#[tokio::test]
async fn a_refused_credential_is_renewed_once() {
    let network = server(vec![refused(), user()]);
    let desk =
        Desk::with(&network, NextcloudAuthMethod::AppPassword, Credentials::app_passwords(&["old", "new"]));
    desk.load("shares").await.unwrap();
    assert_eq!(sent_with(&network), ["Bearer old", "Bearer new"]);
    assert_eq!(*desk.credentials.renewals.lock().unwrap(), 1);
}

#[tokio::test]
async fn a_renewed_credential_that_is_refused_too_is_the_end() {
    let network = server(vec![refused()]);
    let desk = Desk::with(
        &network,
        NextcloudAuthMethod::AppPassword,
        Credentials::app_passwords(&["old", "new", "third"]),
    );
    assert_eq!(desk.load("shares").await.unwrap_err().kind(), ErrorKind::Unauthenticated);
    assert_eq!(sent_with(&network), ["Bearer old", "Bearer new"]);
}

/// Ten wrong passwords within half an hour close the server to the whole portal.
#[tokio::test]
async fn a_revoked_password_is_sent_once_for_all_cards_and_left_alone_for_an_hour() {
    let network = server(vec![refused()]);
    let desk =
        Desk::with(&network, NextcloudAuthMethod::AppPasswordBasic, Credentials::app_passwords(&["revoked"]));
    for _ in 0..3 {
        for card in join_all(CARDS.map(|card| desk.load(card))).await {
            let error = card.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unauthenticated);
            assert!(error.refuses_credential());
        }
    }
    assert_eq!(network.sent().len(), 1, "each wrong password slows the whole portal down");
    desk.clock.advance(Duration::from_secs(3601));
    desk.load("shares").await.unwrap_err();
    assert_eq!(network.sent().len(), 2);
    // An administrator who mended something need not wait.
    desk.connector.retry();
    desk.load("shares").await.unwrap_err();
    assert_eq!(network.sent().len(), 3);
}

#[tokio::test]
async fn a_password_that_is_revoked_while_cards_are_open_is_found_out_by_one_of_them() {
    let network = server(vec![user(), refused()]);
    let desk = Desk::with(
        &network,
        NextcloudAuthMethod::AppPasswordBasic,
        Credentials::app_passwords(&["password"]),
    );
    join_all(CARDS.map(|card| desk.load(card))).await.into_iter().for_each(|card| drop(card.unwrap()));
    let before = network.sent().len();
    desk.clock.advance(Duration::from_secs(60));
    join_all(CARDS.map(|card| desk.load(card))).await.into_iter().for_each(|card| drop(card.unwrap_err()));
    assert_eq!(network.sent().len(), before + 1);
}

/// Capabilities are told to anybody, so they prove nothing.
#[tokio::test]
async fn a_refused_token_is_said_by_every_card() {
    let network = server(vec![refused()]);
    let token = Credential::PersonToken { token: "for-another-audience".into(), expires_at: None };
    let desk = Desk::with(&network, NextcloudAuthMethod::OidcToken, Credentials::new(vec![token]));
    for card in CARDS {
        assert_eq!(desk.load(card).await.unwrap_err().kind(), ErrorKind::Unauthenticated, "{card}");
    }
    // Tokens end by themselves: each reading asks for another, and none is held against the person.
    assert_eq!(*desk.credentials.renewals.lock().unwrap(), CARDS.len());
}

#[tokio::test]
async fn a_person_who_connects_again_is_let_in_at_once() {
    let network = server(vec![refused(), user()]);
    let desk = Desk::with(
        &network,
        NextcloudAuthMethod::AppPasswordBasic,
        Credentials::app_passwords(&["password"]),
    );
    desk.load("shares").await.unwrap_err();
    let linking = desk.connector.linking().unwrap();
    linking.check(&LinkedAccount::new("camille", "password".into())).await.unwrap();
    desk.load("shares").await.unwrap();
}

#[tokio::test]
async fn a_sign_in_page_in_between_does_not_condemn_the_credential() {
    let page = answer(200, &[("content-type", "text/html")], "<!DOCTYPE html>");
    let network = server(vec![page, user()]);
    let desk = Desk::new(&network);
    assert_eq!(desk.load("shares").await.unwrap_err().kind(), ErrorKind::Unauthenticated);
    desk.load("shares").await.unwrap();
}

#[tokio::test]
async fn what_cards_share_is_asked_once() {
    let network = server(vec![user()]);
    let desk = Desk::new(&network);
    join_all(CARDS.map(|card| desk.load(card))).await.into_iter().for_each(|card| drop(card.unwrap()));
    for shared in ["cloud/user", "cloud/capabilities", "core/navigation"] {
        let asked = network.sent().iter().filter(|sent| sent.target.contains(shared)).count();
        assert_eq!(asked, 1, "{shared}");
    }
    assert_eq!(network.sent().iter().filter(|sent| sent.method == "PROPFIND").count(), 1);
}

#[tokio::test]
async fn what_is_remembered_belongs_to_one_account() {
    let network = server(vec![user()]);
    let linked = |login: &str| Credential::LinkedAccount { login: login.into(), secret: "secret".into() };
    let credentials = Credentials::new(vec![linked("camille"), linked("marie")]);
    let desk = Desk::with(&network, NextcloudAuthMethod::AppPassword, credentials);
    let asked = || network.sent().iter().filter(|sent| sent.target.contains("capabilities")).count();
    desk.load("conversations").await.unwrap();
    desk.load("conversations").await.unwrap();
    assert_eq!(asked(), 1);
    *desk.credentials.renewals.lock().unwrap() = 1;
    desk.load("conversations").await.unwrap();
    assert_eq!(asked(), 2, "another account was connected");
    desk.clock.advance(Duration::from_secs(3601));
    desk.load("conversations").await.unwrap();
    assert_eq!(asked(), 3, "an hour later");
    let last = network.sent().into_iter().rfind(|sent| sent.target.contains("capabilities")).unwrap();
    assert_eq!(last.header("if-none-match"), "\"d9b009c2e8578b0abc065dd83073af8f\"");
}

#[tokio::test]
async fn an_app_installed_meanwhile_is_found_at_once() {
    let bare = ocs(r#"{"version":{"string":"31.0.8"},"capabilities":{"core":{}}}"#);
    let network = Network::new()
        .on_answers("GET /ocs/v2.php/cloud/capabilities", [bare, recorded("nextcloud-31/capabilities.http")])
        .on_answers("GET /ocs/v2.php/apps/spreed", [ocs("[]")]);
    let desk = Desk::new(&network);
    assert_eq!(desk.load("conversations").await.unwrap_err().kind(), ErrorKind::Unsupported);
    desk.load("conversations").await.unwrap();
}
