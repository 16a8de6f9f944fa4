//! What is sent, and odd answers.

use crate::support::{Town, config, connector, count, keys};
use pleiade_connectors::zimbra::{
    Fault, ItemId, ZimbraClient,
    preauth::Preauth,
    requests::{NoOp, SearchAppointments},
};
use pleiade_core::{Connector as _, ErrorKind, WidgetId};
use pleiade_testkit::{FixedCredentials, ScriptedTransport, TestClock, Zimbra, people::CAMILLE};
use serde_json::{Value, json};
use std::sync::Arc;

#[tokio::test(start_paused = true)]
async fn a_refresh_of_the_mail_is_a_sign_in_and_one_batch() {
    let town = Town::new();
    town.load("mail", &CAMILLE).await.unwrap();
    let sent = town.transport.take();
    let [sign_in, batch] = sent.as_slice() else { panic!("{sent:?}") };
    assert_eq!(sign_in.uri.path(), "/service/soap/AuthRequest");
    let now = TestClock::sample_now();
    let preauth = Preauth::new("cdurand@la-roche-aux-fees.example", sent_at(&sign_in.body));
    let signature = preauth.sign(&Zimbra::preauth_key("la-roche-aux-fees.example").into()).unwrap();
    let context = json!({"_jsns": "urn:zimbra", "userAgent": {"name": "pleiade", "version": env!("CARGO_PKG_VERSION")}});
    assert!((sent_at(&sign_in.body) - now).num_seconds() < 1);
    assert_eq!(
        serde_json::from_slice::<Value>(&sign_in.body).unwrap(),
        json!({"Header": {"context": context}, "Body": {"AuthRequest": {"_jsns": "urn:zimbraAccount",
            "account": {"by": "name", "_content": "cdurand@la-roche-aux-fees.example"},
            "preauth": {"timestamp": preauth.timestamp.timestamp_millis(), "expires": 0, "_content": signature}}}})
    );
    assert_eq!(batch.uri.path(), "/service/soap/BatchRequest");
    assert_eq!(batch.headers[http::header::COOKIE], "***", "the token travels as a cookie too");
    let mut body: Value = serde_json::from_slice(&batch.body).unwrap();
    assert!(body["Header"]["context"]["authToken"]["_content"].take().as_str().unwrap().starts_with("0_"));
    assert_eq!(
        body["Body"],
        json!({"BatchRequest": {"_jsns": "urn:zimbra", "onerror": "continue",
            "GetFolderRequest": [{"_jsns": "urn:zimbraMail", "requestId": "folders", "needGranteeName": "0"}],
            "SearchRequest": [{"_jsns": "urn:zimbraMail", "requestId": "mail", "types": "message", "sortBy": "dateDesc",
                "limit": "10", "offset": "0", "query": "in:inbox is:unread"}],
            "GetInfoRequest": [{"_jsns": "urn:zimbraAccount", "requestId": "info", "sections": "mbox,attrs"}]}})
    );
}

fn sent_at(body: &[u8]) -> chrono::DateTime<chrono::Utc> {
    let body: Value = serde_json::from_slice(body).unwrap();
    let millis = body["Body"]["AuthRequest"]["preauth"]["timestamp"].as_i64().unwrap();
    chrono::DateTime::from_timestamp_millis(millis).unwrap()
}

const JSON: &str = "text/javascript; charset=utf-8";
const XML: &str = "application/soap+xml; charset=utf-8";

fn signed_in() -> String {
    json!({"Body": {"AuthResponse": {"authToken": [{"_content": "0_abc"}], "lifetime": 172_799_998}}})
        .to_string()
}

fn fault(code: &str) -> String {
    json!({"Body": {"Fault": {"Code": {"Value": "soap:Sender"}, "Reason": {"Text": "no"}, "Detail": {"Error": {"Code": code}}}}})
        .to_string()
}

async fn mail(
    script: ScriptedTransport,
) -> Result<pleiade_core::WidgetContent, pleiade_core::ConnectorError> {
    let connector = connector(config(keys()), Arc::new(script));
    let mail = Arc::new(FixedCredentials::acting_mail());
    let cx = CAMILLE.context_with(mail, Arc::new(TestClock::default()));
    connector.widget(&WidgetId::new("mail").unwrap()).unwrap().load(&cx).await
}

#[tokio::test(start_paused = true)]
async fn a_refused_part_is_told_and_hides_nothing_else() {
    let part_refused = |id: &str| json!({"Code": {"Value": "soap:Sender"}, "Detail": {"Error": {"Code": "service.PERM_DENIED"}}, "requestId": id});
    let folders =
        json!([{"folder": [{"id": "1", "folder": [{"id": "2", "u": 12}]}], "requestId": "folders"}]);
    let body = json!({"Body": {"BatchResponse": {"GetFolderResponse": folders, "Fault": [part_refused("mail"), part_refused("info")]}}});
    let script =
        ScriptedTransport::new().then_body(200, JSON, signed_in()).then_body(200, JSON, body.to_string());
    let content = mail(script).await.unwrap();
    assert_eq!(count(&content, "unread_mail"), 12);
    assert!(content.items.is_empty());
    assert_eq!(content.notices[0].key(), "kit-missing");

    let all = json!({"Body": {"BatchResponse": {"Fault": [part_refused("mail"), part_refused("folders")]}}});
    let script =
        ScriptedTransport::new().then_body(200, JSON, signed_in()).then_body(200, JSON, all.to_string());
    assert_eq!(mail(script).await.unwrap_err().kind(), ErrorKind::Forbidden);
}

#[tokio::test(start_paused = true)]
async fn a_fault_in_xml_is_read_though_json_was_asked() {
    let xml = r#"<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"><soap:Body><soap:Fault><soap:Code><soap:Value>soap:Receiver</soap:Value></soap:Code><soap:Detail><Error xmlns="urn:zimbra"><Code>service.FAILURE</Code></Error></soap:Detail></soap:Fault></soap:Body></soap:Envelope>"#;
    let script = ScriptedTransport::new().then_body(200, JSON, signed_in()).then_body(500, XML, xml);
    let error = mail(script).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    assert_eq!(Fault::behind(&error).unwrap().code(), "service.FAILURE");
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_never_seen_is_a_matter_of_configuration() {
    let script = ScriptedTransport::new()
        .then_body(200, JSON, signed_in())
        .then_body(500, JSON, fault("service.AUTH_REQUIRED"))
        .then_body(200, JSON, signed_in())
        .then_body(500, JSON, fault("service.AUTH_REQUIRED"));
    let error = mail(script.clone()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadConfiguration);
    assert!(error.hint().unwrap().contains("ZM_AUTH_TOKEN"));
    assert_eq!(script.requests().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_second_factor_makes_the_account_unusable_until_it_is_linked_otherwise() {
    let half = json!({"Body": {"AuthResponse": {"authToken": [{"_content": "0_half"}], "lifetime": 1000,
        "twoFactorAuthRequired": {"_content": true}}}});
    let script = ScriptedTransport::new().then_body(200, JSON, half.to_string());
    let error = mail(script.clone()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    assert!(error.hint().unwrap().contains("passcode"));
}

#[tokio::test(start_paused = true)]
async fn a_token_cannot_start_another_cookie() {
    let odd = json!({"Body": {"AuthResponse": {"authToken": [{"_content": "0_a; ZM_ADMIN=1\r\nX: y"}], "lifetime": 1000}}});
    let script = ScriptedTransport::new().then_body(200, JSON, odd.to_string());
    assert_eq!(mail(script.clone()).await.unwrap_err().kind(), ErrorKind::BadAnswer);
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_client_alone_reads_a_whole_desk_in_one_call_and_leaves() {
    let town = Town::new();
    let client =
        ZimbraClient::new(&"https://mail.ville.example".parse().unwrap(), Arc::new(town.transport.clone()))
            .unwrap();
    let account = CAMILLE.mail();
    let key = Zimbra::preauth_key("la-roche-aux-fees.example").into();
    let session =
        client.sign_in_by_preauth(Preauth::new(&account, TestClock::sample_now()), &key).await.unwrap();
    let (from, to) = pleiade_connectors::kit::days::bounds(
        &chrono_tz::Europe::Paris,
        TestClock::sample_now().date_naive(),
        1,
    );
    let day = SearchAppointments { calendars: vec![ItemId::calendar()], from, to };
    town.transport.take();
    let desk = client.overview(&session, &day).await.unwrap();
    assert_eq!(town.transport.take().len(), 1);
    assert_eq!(desk.folders.unwrap().inbox().unwrap().unread, 5);
    assert_eq!(desk.unread.unwrap().messages.len(), 5);
    assert_eq!(desk.appointments.unwrap().meetings(chrono_tz::Europe::Paris).len(), 4);
    assert_eq!(desk.tasks.unwrap().tasks.len(), 4);
    assert_eq!(desk.info.unwrap().quota_percent(), Some(82.0));

    let copy = session.clone();
    client.end(session).await.unwrap();
    assert_eq!(client.call(&copy, &NoOp).await.unwrap_err().kind(), ErrorKind::Unauthenticated);
    client.probe().await.unwrap();
}
