//! Ways in, and what happens when one is refused.

use crate::support::{Credentials, Desk, Network, answer, ocs, recorded};
use bytes::Bytes;
use http::Response;
use pleiade_connectors::nextcloud::AccessMode;
use pleiade_core::{Credential, ErrorKind};
use std::{sync::Arc, time::Duration};

fn refused() -> Response<Bytes> {
    recorded("nextcloud-31/error-no-credentials.http")
}

fn shares(answers: Vec<Response<Bytes>>) -> Arc<Network> {
    Network::new()
        .on_answers("GET /ocs/v2.php/apps/files_sharing/api/v1/shares?", answers)
        .on_answers("GET /ocs/v2.php/apps/files_sharing", [ocs("[]")])
}

fn sent_with(network: &Network) -> Vec<String> {
    let received = |sent: &crate::support::Sent| sent.target.contains("shared_with_me");
    network
        .sent()
        .iter()
        .filter(|sent| received(sent))
        .map(|sent| sent.header("authorization").to_owned())
        .collect()
}

#[tokio::test]
async fn each_mode_signs_its_own_way() {
    let token = Credential::PersonToken { token: "jwt".into(), expires_at: None };
    for (mode, credentials, expected) in [
        (AccessMode::AppPassword, Credentials::app_passwords(&["pw"]), "Bearer pw"),
        (AccessMode::AppPasswordBasic, Credentials::app_passwords(&["pw"]), "Basic Y2FtaWxsZTpwdw=="),
        (AccessMode::OidcToken, Credentials::new(vec![token]), "Bearer jwt"),
    ] {
        let network = shares(vec![ocs("[]")]);
        Desk::with(&network, mode, credentials).load("shares").await.unwrap();
        assert_eq!(sent_with(&network), [expected]);
    }
}

#[tokio::test]
async fn a_refused_credential_is_renewed_once() {
    let network = shares(vec![refused(), ocs("[]")]);
    let desk = Desk::with(&network, AccessMode::AppPassword, Credentials::app_passwords(&["old", "new"]));
    desk.load("shares").await.unwrap();
    assert_eq!(sent_with(&network), ["Bearer old", "Bearer new"]);
    assert_eq!(*desk.credentials.renewals.lock().unwrap(), 1);
}

#[tokio::test]
async fn a_renewed_credential_that_is_refused_too_is_the_end() {
    let network = shares(vec![refused()]);
    let desk =
        Desk::with(&network, AccessMode::AppPassword, Credentials::app_passwords(&["old", "new", "third"]));
    assert_eq!(desk.load("shares").await.unwrap_err().kind(), ErrorKind::Unauthenticated);
    assert_eq!(sent_with(&network), ["Bearer old", "Bearer new"]);
}

#[tokio::test]
async fn the_same_credential_is_not_sent_again_for_an_hour() {
    let network = shares(vec![refused()]);
    let desk = Desk::with(&network, AccessMode::AppPasswordBasic, Credentials::app_passwords(&["revoked"]));
    for _ in 0..5 {
        assert_eq!(desk.load("shares").await.unwrap_err().kind(), ErrorKind::Unauthenticated);
    }
    assert_eq!(sent_with(&network).len(), 1, "each wrong password slows the whole portal down");
    *desk.clock.elapsed.lock().unwrap() += Duration::from_secs(3601);
    desk.load("shares").await.unwrap_err();
    assert_eq!(sent_with(&network).len(), 2);
}

#[tokio::test]
async fn a_sign_in_page_in_between_does_not_condemn_the_credential() {
    let page = answer(200, &[("content-type", "text/html")], "<!DOCTYPE html>");
    let network = shares(vec![page, ocs("[]")]);
    let desk = Desk::new(&network);
    assert_eq!(desk.load("shares").await.unwrap_err().kind(), ErrorKind::Unauthenticated);
    desk.load("shares").await.unwrap();
}

#[tokio::test]
async fn what_is_remembered_belongs_to_one_account() {
    let rooms = ocs("[]");
    let network = Network::new()
        .on("GET /ocs/v2.php/cloud/capabilities", "nextcloud-31/capabilities.http")
        .on_answers("GET /ocs/v2.php/apps/spreed", [rooms]);
    let desk = Desk::with(&network, AccessMode::AppPassword, Credentials::app_passwords(&["mine", "other"]));
    let asked = || network.sent().iter().filter(|sent| sent.target.contains("capabilities")).count();
    desk.load("conversations").await.unwrap();
    desk.load("conversations").await.unwrap();
    assert_eq!(asked(), 1);
    *desk.credentials.renewals.lock().unwrap() = 1;
    desk.load("conversations").await.unwrap();
    assert_eq!(asked(), 2, "another account was connected");
    *desk.clock.elapsed.lock().unwrap() += Duration::from_secs(3601);
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
