//! SOAP in its JSON form: what goes around a request, and how an answer is opened.

use super::{fault::Fault, requests::Request};
use crate::{
    http::Answer,
    kit::{json, xml},
};
use pleiade_core::{ConnectorError, ErrorKind, ExposeSecret, SecretString};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value, json, value::RawValue};

/// Puts a request in its envelope. No session is asked for: the server would keep notifications for a poller that wants none.
pub(super) fn wrap<R: Request>(request: &R, token: Option<&SecretString>) -> Value {
    let mut context = json!({"_jsns": "urn:zimbra", "userAgent": {"name": "pleiade", "version": env!("CARGO_PKG_VERSION")}});
    if let (Some(token), Some(context)) = (token, context.as_object_mut()) {
        context.insert("authToken".into(), json!({"_content": token.expose_secret()}));
    }
    let mut body = Map::new();
    body.insert(format!("{}Request", R::NAME), namespaced(request));
    json!({"Header": {"context": context}, "Body": body})
}

/// The request with its name space, as it stands in an envelope or in a batch.
pub(super) fn namespaced<R: Request>(request: &R) -> Value {
    let mut arguments = request.arguments();
    if let Some(arguments) = arguments.as_object_mut() {
        arguments.insert("_jsns".into(), R::NAMESPACE.into());
    }
    arguments
}

/// An answer, of which nothing is read but what was asked for.
#[derive(Deserialize)]
struct Envelope {
    #[serde(rename = "Body", default)]
    body: json::Map<Box<RawValue>>,
}

/// Opens an answer.
///
/// Zimbra sends faults with status 500, and in XML when it fails outside of its own request handling, so the body is read before the
/// status is believed.
pub(super) fn unwrap<R: Request>(answer: Answer) -> Result<R::Answer, ConnectorError> {
    match answer.text().trim_ascii_start().first() {
        Some(b'{') => {
            // What starts as an envelope and does not end as one was cut on its way, whatever its status.
            let body = answer.json::<Envelope>()?.body.items;
            if let Some(fault) = body.get("Fault") {
                return Err(Fault::from_json(&parse_response(fault, R::OPERATION)?).into_error(R::OPERATION));
            }
            if let Some(found) = body.get(&format!("{}Response", R::NAME)) {
                return parse_response(found, R::OPERATION);
            }
        }
        Some(b'<') => {
            if let Some(fault) = xml::text(answer.body()).and_then(|text| Fault::from_xml(&text)) {
                return Err(fault.into_error(R::OPERATION));
            }
        }
        _ => {}
    }
    let (status, html) = (answer.status().as_u16(), answer.is_html());
    let error = answer.failure();
    Err(match status {
        200..=399 if html => {
            error.with_hint("a page for people came instead of an answer: `url` must be the address below which /service/soap answers")
        }
        404 => error.with_hint("nothing answers at /service/soap: check `url`"),
        429 | 503 => error.with_hint(
            "if Zimbra refuses the portal alone, add the portal's address to zimbraHttpThrottleSafeIPs and look for refused sign-ins",
        ),
        _ => error,
    })
}

/// Reads one response; the parser's own words are dropped because they may quote it.
pub(super) fn parse_response<T: DeserializeOwned>(
    raw: &RawValue,
    operation: &'static str,
) -> Result<T, ConnectorError> {
    serde_json::from_str(raw.get()).map_err(|_| ConnectorError::new(ErrorKind::BadAnswer, operation))
}
