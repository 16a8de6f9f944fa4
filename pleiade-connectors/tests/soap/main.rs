//! The kit's SOAP 1.1: envelopes as calls have them, and answers as servers write them.
#![cfg(feature = "soap")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests panic like tests")]

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use pleiade_connectors::{
    http::HttpClient,
    kit::soap::{FaultCode, Outcome, Part, ReadError, document_literal, listed, outcome, read, rpc_encoded},
};
use pleiade_core::{ErrorKind, Limits, Transport, TransportError};
use std::sync::Arc;

fn envelope(body: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><s:Header/><s:Body>{body}</s:Body></s:Envelope>"
    )
}

fn response(body: &str) -> pleiade_connectors::kit::soap::Element {
    match read(envelope(body).as_bytes(), None) {
        Ok(Outcome::Response(element)) => element,
        other => panic!("{other:?}"),
    }
}

#[test]
fn rpc_encoded_qualifies_the_operation_alone_and_types_its_parts() {
    let sent = rpc_encoded(
        "Ciril:Ciril:PanierTache",
        "setActionTaches",
        &[Part::Text("acces", "/x?a=1&b=<2>\u{1}"), Part::Int("numTache", -7)],
    );
    assert_eq!(
        String::from_utf8(sent.unwrap()).unwrap(),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"><soapenv:Body>\
         <op:setActionTaches xmlns:op=\"Ciril:Ciril:PanierTache\" soapenv:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\">\
         <acces xsi:type=\"xsd:string\">/x?a=1&amp;b=&lt;2&gt;</acces><numTache xsi:type=\"xsd:int\">-7</numTache></op:setActionTaches>\
         </soapenv:Body></soapenv:Envelope>"
    );
}

#[test]
fn document_literal_has_everything_in_one_name_space() {
    let filter =
        vec![Part::Bool("archivedEmployee", false), Part::Date("startDate", "2024-03-01".parse().unwrap())];
    let sent = document_literal(
        "urn:n",
        "list",
        &[Part::Group("exportFilter", vec![Part::Group("Filter", filter)])],
    )
    .unwrap();
    assert!(String::from_utf8(sent).unwrap().contains(
        "<soapenv:Body><list xmlns=\"urn:n\"><exportFilter><Filter><archivedEmployee>false</archivedEmployee>\
         <startDate>2024-03-01</startDate></Filter></exportFilter></list></soapenv:Body>"
    ));
}

#[test]
fn names_are_read_without_their_prefixes_and_nil_is_nothing() {
    let read = response(
        "<a:r xmlns:a=\"urn:a\"><a:x> 1 </a:x><x>2</x><y xsi:nil=\"true\">3</y><z/><w xsi:nil=\"false\">4</w></a:r>",
    );
    assert_eq!((read.name(), read.value("x"), read.child("x").unwrap().text()), ("r", Some("1"), " 1 "));
    assert_eq!(
        (read.value("y"), read.value("z"), read.value("w"), read.value("v")),
        (None, None, Some("4"), None)
    );
    assert!(read.child("y").unwrap().is_nil());
}

#[test]
fn references_bring_what_stands_elsewhere() {
    let read = response(
        "<m id=\"b\"><n>2</n></m><r><list href=\"#a\"/></r><m id=\"a\"><item href=\"#b\"/><item><n>3</n></item></m>",
    );
    let list = read.child("list").unwrap();
    assert_eq!(read.name(), "r", "the answer is what nothing refers to");
    assert_eq!(list.children().iter().map(|item| item.value("n").unwrap()).collect::<Vec<_>>(), ["2", "3"]);
}

#[test]
fn references_lead_nowhere_in_circles_or_to_too_much() {
    let error = |body: &str| read(envelope(body).as_bytes(), None).unwrap_err();
    assert_eq!(error("<r><a href=\"#x\"/></r>"), ReadError::Reference);
    assert_eq!(error("<r><a href=\"cid:part\"/></r><m id=\"x\"/>"), ReadError::Reference);
    assert_eq!(error("<r><a href=\"#x\"/></r><m id=\"x\">1</m><m id=\"x\">2</m>"), ReadError::Reference);
    assert_eq!(error("<r><a id=\"x\" href=\"#x\"/></r>"), ReadError::TooLarge);
    assert_eq!(error("<r><a href=\"#x\"/></r><m id=\"x\"><b href=\"#x\"/></m>"), ReadError::TooLarge);
    // Some hundred bytes that would be 10⁸ elements, and some kibibytes that would be 10 GB of text.
    let level = |n: usize, width: usize| {
        format!("<m id=\"i{n}\">{}</m>", format!("<a href=\"#i{}\"/>", n - 1).repeat(width))
    };
    let many: String = (1..9).map(|n| level(n, 10)).collect();
    assert_eq!(error(&format!("<r><a href=\"#i8\"/></r><m id=\"i0\"/>{many}")), ReadError::TooLarge);
    let long = "x".repeat(100_000);
    assert_eq!(
        error(&format!("<r><a href=\"#i2\"/></r><m id=\"i0\">{long}</m>{}{}", level(1, 300), level(2, 300))),
        ReadError::TooLarge
    );
}

#[test]
fn what_is_no_envelope_is_refused() {
    assert_eq!(read(b"hello", None), Err(ReadError::Xml));
    assert_eq!(
        read(b"<!DOCTYPE Envelope [<!ENTITY a \"b\">]><Envelope><Body><r>&a;</r></Body></Envelope>", None),
        Err(ReadError::Xml)
    );
    assert_eq!(read(b"<html><body/></html>", None), Err(ReadError::Envelope));
    assert_eq!(read(b"<Envelope><Body/></Envelope>", None), Err(ReadError::Envelope));
    assert_eq!(
        read(envelope(&format!("{}{}", "<a>".repeat(200), "</a>".repeat(200))).as_bytes(), None),
        Err(ReadError::Xml)
    );
}

#[test]
fn faults_are_told_apart_by_their_codes() {
    let fault = |code: &str| match read(
        envelope(&format!("<s:Fault><faultcode>{code}</faultcode><faultstring>Non</faultstring></s:Fault>"))
            .as_bytes(),
        None,
    ) {
        Ok(Outcome::Fault(fault)) => (fault.code, fault.text),
        other => panic!("{other:?}"),
    };
    assert_eq!(fault("s:Client"), (FaultCode::Client, "Non".to_owned()));
    assert_eq!(fault("Client.Authentication").0, FaultCode::Client);
    assert_eq!(
        (fault("s:Server").0, fault("ClientError").0, fault("").0),
        (FaultCode::Server, FaultCode::Server, FaultCode::Server)
    );
}

#[derive(Debug)]
struct Answers(StatusCode, &'static str, &'static str);

#[async_trait::async_trait]
impl Transport for Answers {
    async fn send(&self, _: http::Request<Bytes>, _: Limits) -> Result<Response<Bytes>, TransportError> {
        let mut answer = Response::new(Bytes::from_static(self.2.as_bytes()));
        *answer.status_mut() = self.0;
        answer.headers_mut().insert(http::header::CONTENT_TYPE, self.1.parse().unwrap());
        Ok(answer)
    }
}

async fn kind(status: u16, media_type: &'static str, body: &'static str) -> Option<ErrorKind> {
    let transport = Arc::new(Answers(StatusCode::from_u16(status).unwrap(), media_type, body));
    let client = HttpClient::new(&"https://a.example/".parse().unwrap(), transport).unwrap();
    let answer = client.call("ask", Method::POST, &[], &[]).send().await.unwrap();
    outcome(&answer).err().map(|error| error.kind())
}

#[tokio::test]
async fn a_fault_is_an_answer_whatever_its_status_and_a_page_is_none() {
    const FAULT: &str = "<Envelope><Body><Fault><faultcode>Server</faultcode></Fault></Body></Envelope>";
    assert_eq!(kind(500, "text/xml", FAULT).await, None);
    assert_eq!(kind(200, "text/xml", FAULT).await, None);
    assert_eq!(kind(500, "text/plain", "panne").await, Some(ErrorKind::Unreachable));
    assert_eq!(kind(500, "text/xml", "<Envelope><Bo").await, Some(ErrorKind::BadAnswer));
    assert_eq!(kind(200, "text/plain", "panne").await, Some(ErrorKind::BadAnswer));
    assert_eq!(kind(200, "text/html", "<html></html>").await, Some(ErrorKind::Unauthenticated));
    assert_eq!(kind(403, "text/xml", FAULT).await, Some(ErrorKind::Forbidden));
}

#[test]
fn names_that_could_be_anything_are_not_listed() {
    assert_eq!(listed(["Civil Net Finances", "CNF", "", "<b>", "x-y", "CNF"]), "Civil Net Finances, CNF");
    assert_eq!(listed(["mot de passe : secret"]), "none that can be shown");
}
