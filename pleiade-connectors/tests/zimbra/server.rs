//! The simulator keeps to what is known of Zimbra where the connector does not go.

use chrono::Duration;
use http::Request;
use pleiade_core::{Limits, Transport as _};
use pleiade_testkit::{RouterTransport, Simulator as _, TestClock, Zimbra};
use serde_json::{Value, json};
use std::sync::Arc;

async fn post(server: &Zimbra, body: impl Into<bytes::Bytes>) -> (u16, String, String) {
    let request = Request::post("https://mail.ville.example/service/soap").body(body.into()).unwrap();
    let answer = RouterTransport::new(server.router()).send(request, Limits::default()).await.unwrap();
    let kind = answer.headers()[http::header::CONTENT_TYPE].to_str().unwrap().to_owned();
    (answer.status().as_u16(), kind, String::from_utf8(answer.body().to_vec()).unwrap())
}

fn server() -> Zimbra {
    Zimbra::new(Arc::new(TestClock::default()))
}

fn by_password(account: &str, password: &str) -> String {
    json!({"Header": {"context": {"_jsns": "urn:zimbra"}}, "Body": {"AuthRequest": {"_jsns": "urn:zimbraAccount",
        "account": {"by": "name", "_content": account}, "password": {"_content": password}}}})
    .to_string()
}

#[tokio::test(start_paused = true)]
async fn answers_in_the_form_of_the_request() {
    let server = server();
    let (status, kind, body) =
        post(&server, r#"{"Header":{},"Body":{"NoOpRequest":{"_jsns":"urn:zimbraMail"}}}"#).await;
    assert_eq!((status, kind.as_str()), (500, "text/javascript; charset=utf-8"));
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(body["Body"]["Fault"]["Detail"]["Error"]["Code"], "service.AUTH_REQUIRED");
    let xml = r#"<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"><soap:Body><NoOpRequest xmlns="urn:zimbraMail"/></soap:Body></soap:Envelope>"#;
    let (status, kind, body) = post(&server, xml).await;
    assert_eq!((status, kind.as_str()), (500, "application/soap+xml; charset=utf-8"));
    assert!(body.contains("<Code>service.AUTH_REQUIRED</Code>"), "{body}");
    // Arrays hold objects only, and what cannot be read is refused in XML.
    let (_, kind, body) = post(&server, r#"{"Body":{"NoOpRequest":{"list":["a"]}}}"#).await;
    assert!(kind.starts_with("application/soap+xml") && body.contains("service.PARSE_ERROR"));
}

#[tokio::test(start_paused = true)]
async fn ten_refused_sign_ins_shut_the_address_out_for_a_quarter_of_an_hour() {
    let server = server();
    let right = by_password(
        "cdurand@la-roche-aux-fees.example",
        &Zimbra::password("cdurand@la-roche-aux-fees.example"),
    );
    assert_eq!(post(&server, right.clone()).await.0, 200);
    for _ in 0..10 {
        assert_eq!(post(&server, by_password("cdurand@la-roche-aux-fees.example", "wrong")).await.0, 500);
    }
    assert_eq!(post(&server, right.clone()).await.0, 503);
    tokio::time::advance(Duration::minutes(16).to_std().unwrap()).await;
    assert_eq!(post(&server, right).await.0, 200);
}
