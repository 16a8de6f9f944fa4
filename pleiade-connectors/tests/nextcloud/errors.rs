//! Each row of the table of errors.

use crate::support::{Network, answer, bearer, client, recorded};
use bytes::Bytes;
use http::Response;
use pleiade_core::{ConnectorError, ErrorKind, Locale, Retry};
use std::time::Duration;

async fn ocs_error(answer: Response<Bytes>) -> ConnectorError {
    let network = Network::new().on_answers("GET /ocs/v2.php/cloud/user", [answer]);
    let (client, access) = (client(&network), bearer());
    client.session(&access, Locale::Fr).user().await.unwrap_err()
}

async fn dav_error(answer: Response<Bytes>) -> ConnectorError {
    let network = Network::new().on_answers("PROPFIND /remote.php/dav", [answer]);
    let (client, access) = (client(&network), bearer());
    client.session(&access, Locale::Fr).calendars("camille").await.unwrap_err()
}

fn json(status: u16, code: u16, message: &str) -> Response<Bytes> {
    let body = format!(
        r#"{{"ocs":{{"meta":{{"status":"failure","statuscode":{code},"message":"{message}"}},"data":[]}}}}"#
    );
    answer(status, &[("content-type", "application/json; charset=utf-8")], &body)
}

#[tokio::test]
async fn recorded_errors() {
    for (file, kind) in [
        ("error-no-credentials", ErrorKind::Unauthenticated),
        ("error-bad-password", ErrorKind::Unauthenticated),
        ("error-csrf-no-ocs-header", ErrorKind::BadConfiguration),
        ("error-404-app", ErrorKind::Unsupported),
        ("error-forbidden-admin", ErrorKind::Forbidden),
        ("error-maintenance", ErrorKind::Maintenance),
    ] {
        let error = ocs_error(recorded(&format!("nextcloud-31/{file}.http"))).await;
        assert_eq!(error.kind(), kind, "{file}");
    }
}

#[tokio::test]
async fn the_other_errors() {
    let html = [("content-type", "text/html; charset=UTF-8")];
    for (answer, kind) in [
        (json(404, 998, "Invalid query, please check the syntax"), ErrorKind::Unsupported),
        (json(404, 404, ""), ErrorKind::NotFound),
        (json(400, 400, "bad"), ErrorKind::Internal),
        (json(500, 996, "Internal Server Error"), ErrorKind::Unreachable),
        (json(429, 429, "Reached maximum delay"), ErrorKind::RateLimited),
        // Version 1 of the interface, or a proxy, says it in the envelope only.
        (json(200, 997, "Current user is not logged in"), ErrorKind::Unauthenticated),
        (json(200, 998, "Invalid query"), ErrorKind::Unsupported),
        (json(200, 404, ""), ErrorKind::NotFound),
        (answer(412, &[], r#"{"message":"App is not enabled"}"#), ErrorKind::Unsupported),
        (
            answer(400, &html, "<!DOCTYPE html><p>Access through untrusted domain"),
            ErrorKind::BadConfiguration,
        ),
        (answer(503, &html, "<!DOCTYPE html><p>Maintenance"), ErrorKind::Unreachable),
        (answer(502, &html, "<html>Bad Gateway"), ErrorKind::Unreachable),
        (answer(504, &html, "<html>Gateway Timeout"), ErrorKind::Timeout),
        (answer(200, &html, "<!DOCTYPE html><form>Connexion"), ErrorKind::Unauthenticated),
        (answer(302, &[("location", "https://sso.example/")], ""), ErrorKind::Unauthenticated),
        (answer(200, &[], "{}"), ErrorKind::BadAnswer),
        (answer(200, &[], ""), ErrorKind::BadAnswer),
        (answer(200, &[], "\u{1}\u{2}"), ErrorKind::BadAnswer),
    ] {
        let told = format!("{answer:?}");
        assert_eq!(ocs_error(answer).await.kind(), kind, "{told}");
    }
}

#[tokio::test]
async fn dav_errors() {
    let exception = |name: &str| {
        format!(
            r#"<?xml version="1.0" encoding="utf-8"?><d:error xmlns:d="DAV:" xmlns:s="http://sabredav.org/ns"><s:exception>{name}</s:exception><s:message>m</s:message></d:error>"#
        )
    };
    for (status, name, kind) in [
        (401, "Sabre\\DAV\\Exception\\NotAuthenticated", ErrorKind::Unauthenticated),
        (403, "Sabre\\DAV\\Exception\\Forbidden", ErrorKind::Forbidden),
        (404, "Sabre\\DAV\\Exception\\NotFound", ErrorKind::NotFound),
        (423, "OCA\\DAV\\Connector\\Sabre\\Exception\\FileLocked", ErrorKind::Unreachable),
        (503, "OCA\\DAV\\Exception\\ServerMaintenanceMode", ErrorKind::Maintenance),
        (500, "TypeError", ErrorKind::Unreachable),
        (200, "none", ErrorKind::BadAnswer),
    ] {
        let error = dav_error(answer(status, &[], &exception(name))).await;
        assert_eq!(error.kind(), kind, "{name}");
    }
    for body in [
        "",
        "not xml",
        "<a/>",
        "<!DOCTYPE x [<!ENTITY a 'a'>]><d:multistatus xmlns:d='DAV:'>&a;</d:multistatus>",
    ] {
        assert_eq!(dav_error(answer(207, &[], body)).await.kind(), ErrorKind::BadAnswer, "{body}");
    }
}

#[tokio::test]
async fn waits_are_named_where_nextcloud_names_none() {
    let minutes = |n: u64| Retry::After(Duration::from_secs(60 * n));
    assert_eq!(ocs_error(json(429, 429, "Reached maximum delay")).await.retry(), minutes(5));
    assert_eq!(ocs_error(json(429, 429, "")).await.retry(), minutes(1));
    assert_eq!(
        ocs_error(answer(429, &[("retry-after", "7")], "")).await.retry(),
        Retry::After(Duration::from_secs(7))
    );
    assert_eq!(ocs_error(recorded("nextcloud-31/error-maintenance.http")).await.retry(), minutes(2));
    let page = [("content-type", "text/html"), ("retry-after", "120")];
    assert_eq!(ocs_error(answer(503, &page, "<!DOCTYPE html>")).await.retry(), minutes(2));
}

/// A server whose PHP writes its warnings into the answer, which is then said to be a page.
#[tokio::test]
async fn a_good_answer_after_noise_of_php_is_no_sign_in_page() {
    let good = r#"{"ocs":{"meta":{"status":"ok","statuscode":200},"data":{"id":"camille","quota":[]}}}"#;
    let noise = format!("<br />\n<b>Warning</b>:  Undefined array key in <b>/var/www</b><br />\n{good}");
    let error = ocs_error(answer(200, &[("content-type", "text/html; charset=UTF-8")], &noise)).await;
    assert_eq!(error.kind(), ErrorKind::BadAnswer);
    assert!(error.hint().unwrap().contains("display_errors") && !error.refuses_credential());
    // A byte order mark is no noise.
    let marked = answer(200, &[("content-type", "application/json")], &format!("\u{feff}{good}"));
    let network = Network::new().on_answers("GET /ocs/v2.php/cloud/user", [marked]);
    let user = client(&network).session(&bearer(), Locale::Fr).user().await.unwrap();
    assert_eq!((user.id.as_str(), user.quota), ("camille", None));
}

#[tokio::test]
async fn no_error_repeats_what_the_server_said() {
    for answer in [
        json(500, 996, "sentinel"),
        json(403, 403, "sentinel"),
        answer(200, &[], r#"{"ocs":{"meta":{"status":"ok","statuscode":200},"data":"sentinel"}}"#),
        answer(412, &[], r#"{"message":"sentinel"}"#),
    ] {
        let error = ocs_error(answer).await;
        assert!(!format!("{error} {error:?}").contains("sentinel"), "{error:?}");
    }
}

#[tokio::test]
async fn the_probe() {
    let good = r#"{"installed":true,"maintenance":false,"needsDbUpgrade":false,"version":"31.0.8.1","versionstring":"31.0.8","edition":"","productname":"Nextcloud","extendedSupport":false}"#;
    for (body, expected) in [
        (good.to_owned(), Ok("31.0.8")),
        (good.replace("\"maintenance\":false", "\"maintenance\":true"), Err(ErrorKind::Maintenance)),
        (good.replace("\"needsDbUpgrade\":false", "\"needsDbUpgrade\":true"), Err(ErrorKind::Maintenance)),
        (good.replace("\"installed\":true", "\"installed\":false"), Err(ErrorKind::BadConfiguration)),
        ("{}".to_owned(), Err(ErrorKind::BadAnswer)),
        ("<!DOCTYPE html>".to_owned(), Err(ErrorKind::Unauthenticated)),
    ] {
        let network = Network::new().on_answers("GET /status.php", [answer(200, &[], &body)]);
        let status = client(&network).status().await;
        let found = status.as_ref().map(|status| status.version.as_str()).map_err(ConnectorError::kind);
        assert_eq!(found, expected, "{body}");
        assert!(!network.last().headers.contains_key("authorization"));
    }
}
