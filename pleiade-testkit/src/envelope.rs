//! SOAP 1.1 as simulated applications read and write it; it shares nothing with the connectors' own.

use axum::{body::Body, response::Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use roxmltree::{Document, Node};

/// A call: its operation with its name space, and the document that holds it.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) namespace: String,
    pub(crate) operation: String,
    /// Each element below the operation that holds no other, by its name, with its name space.
    pub(crate) leaves: Vec<(String, Option<String>, String)>,
}

impl Call {
    pub(crate) fn parse(body: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(body).ok()?;
        let document = Document::parse(text).ok()?;
        let root = document.root_element();
        let envelope = "http://schemas.xmlsoap.org/soap/envelope/";
        let body = root.children().find(|node| node.has_tag_name((envelope, "Body")))?;
        let operation = body.children().find(Node::is_element)?;
        let inside = operation.descendants().filter(|node| node.is_element() && *node != operation);
        let is_leaf = |node: &Node<'_, '_>| !node.children().any(|child| child.is_element());
        let leaf = |node: Node<'_, '_>| {
            let name = node.tag_name();
            (
                name.name().to_owned(),
                name.namespace().map(str::to_owned),
                node.text().unwrap_or_default().to_owned(),
            )
        };
        Some(Self {
            namespace: operation.tag_name().namespace().unwrap_or_default().to_owned(),
            operation: operation.tag_name().name().to_owned(),
            leaves: inside.filter(is_leaf).map(leaf).collect(),
        })
    }

    /// The text of a leaf.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.leaves.iter().find(|(known, ..)| known == name).map(|(.., text)| text.as_str())
    }

    /// True if every leaf is in this name space, or in none.
    pub(crate) fn leaves_are_in(&self, namespace: Option<&str>) -> bool {
        self.leaves.iter().all(|(_, own, _)| own.as_deref() == namespace)
    }
}

/// A text inside an element.
pub(crate) fn escaped(text: &str) -> String {
    let is_legal = |c: &char| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    let legal: String = text.chars().filter(is_legal).collect();
    legal.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// An element with a text.
pub(crate) fn element(name: &str, text: &str) -> String {
    format!("<{name}>{}</{name}>", escaped(text))
}

/// An answer with this in its body.
pub(crate) fn answer(status: StatusCode, body: &str) -> Response {
    let envelope = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:SOAP-ENC=\"http://schemas.xmlsoap.org/soap/encoding/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"><SOAP-ENV:Body>{body}</SOAP-ENV:Body></SOAP-ENV:Envelope>"
    );
    typed(status, "text/xml; charset=utf-8", envelope)
}

/// A fault.
pub(crate) fn fault(code: &str, words: &str) -> Response {
    let (code, words) = (element("faultcode", &format!("SOAP-ENV:{code}")), element("faultstring", words));
    answer(StatusCode::INTERNAL_SERVER_ERROR, &format!("<SOAP-ENV:Fault>{code}{words}</SOAP-ENV:Fault>"))
}

/// A page for people.
pub(crate) fn page(status: StatusCode, words: &str) -> Response {
    typed(
        status,
        "text/html; charset=utf-8",
        format!(
            "<!DOCTYPE html>\n<html lang=\"fr\"><head><title>{words}</title></head><body>{words}</body></html>\n"
        ),
    )
}

/// An answer of a media type.
pub(crate) fn typed(status: StatusCode, media_type: &'static str, body: impl Into<Body>) -> Response {
    let mut answer = Response::new(body.into());
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    answer
}

/// True if a call is signed with this login and this password.
pub(crate) fn is_signed(headers: &HeaderMap, login: &str, password: &str) -> bool {
    use base64::{Engine as _, prelude::BASE64_STANDARD};
    let expected = format!("Basic {}", BASE64_STANDARD.encode(format!("{login}:{password}")));
    headers.get(header::AUTHORIZATION).is_some_and(|sent| sent.as_bytes() == expected.as_bytes())
}

/// The SOAP action of a call, without its quotes.
pub(crate) fn action(headers: &HeaderMap) -> Option<&str> {
    Some(headers.get("soapaction")?.to_str().ok()?.trim_matches('"')).filter(|action| !action.is_empty())
}
