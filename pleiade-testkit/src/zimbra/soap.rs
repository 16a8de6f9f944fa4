//! For tests and demonstrations only: SOAP in the two forms that Zimbra speaks, over one tree of values.

use roxmltree::{Document, Node};
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// The form of a request, which is the form of its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Xml,
}

/// A request as it was sent.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) format: Format,
    pub(super) token: Option<String>,
    pub(super) name: String,
    pub(super) arguments: Value,
}

/// A refusal.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    pub(super) code: &'static str,
    pub(super) reason: String,
}

pub(super) fn refuse<T>(code: &'static str, reason: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal { code, reason: reason.into() })
}

/// Reads a request; the first byte decides, as in `SoapEngine.dispatch`.
pub(super) fn parse_call(body: &[u8]) -> Result<Call, Refusal> {
    let parse_error = || Refusal { code: "service.PARSE_ERROR", reason: "parse error".to_owned() };
    let text = std::str::from_utf8(body).map_err(|_| parse_error())?;
    if text.starts_with('<') {
        let document = Document::parse(text).map_err(|_| parse_error())?;
        let context = document.descendants().find(|node| node.tag_name().name() == "context").map(from_xml);
        let body = document.descendants().find(|node| node.tag_name().name() == "Body");
        let request = body.and_then(|body| body.first_element_child()).ok_or_else(parse_error)?;
        return Ok(Call {
            format: Format::Xml,
            token: context.as_ref().and_then(|context| scalar(context, "authToken")),
            name: request.tag_name().name().to_owned(),
            arguments: from_xml(request),
        });
    }
    let mut envelope: Value = serde_json::from_str(text).map_err(|_| parse_error())?;
    if has_array_of_scalars(&envelope) {
        return Err(parse_error());
    }
    let context = envelope.pointer("/Header/context").cloned().unwrap_or_default();
    let body = envelope.get_mut("Body").and_then(Value::as_object_mut).ok_or_else(parse_error)?;
    let (name, arguments) = std::mem::take(body).into_iter().next().ok_or_else(parse_error)?;
    Ok(Call { format: Format::Json, token: scalar(&context, "authToken"), name, arguments })
}

/// Zimbra's parser takes arrays of objects only.
fn has_array_of_scalars(value: &Value) -> bool {
    match value {
        Value::Array(list) => {
            list.iter().any(|one| !one.is_object() && !one.is_array() || has_array_of_scalars(one))
        }
        Value::Object(object) => object.values().any(has_array_of_scalars),
        _ => false,
    }
}

fn from_xml(node: Node<'_, '_>) -> Value {
    let mut object = Map::new();
    for attribute in node.attributes() {
        object.insert(attribute.name().to_owned(), attribute.value().into());
    }
    let text: String = node.children().filter(Node::is_text).filter_map(|child| child.text()).collect();
    if !text.trim().is_empty() {
        object.insert("_content".to_owned(), text.into());
    }
    for child in node.children().filter(Node::is_element) {
        let list = object.entry(child.tag_name().name().to_owned()).or_insert_with(|| json!([]));
        if let Some(list) = list.as_array_mut() {
            list.push(from_xml(child));
        }
    }
    Value::Object(object)
}

/// A child element, alone or the first of several.
pub(super) fn child<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let found = value.get(name)?;
    found.as_array().map_or(Some(found), |list| list.first())
}

/// All child elements of a name.
pub(super) fn children<'a>(value: &'a Value, name: &str) -> Vec<&'a Value> {
    match value.get(name) {
        Some(Value::Array(list)) => {
            list.iter().flat_map(|one| one.as_array().map_or(vec![one], |l| l.iter().collect())).collect()
        }
        Some(one) => vec![one],
        None => Vec::new(),
    }
}

/// An attribute, or an element with text: requests may use either.
pub(super) fn scalar(value: &Value, name: &str) -> Option<String> {
    let found = child(value, name)?;
    match found.get("_content").unwrap_or(found) {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(u8::from(*flag).to_string()),
        _ => None,
    }
}

/// The whole answer in the form of its request.
pub(super) fn answer(format: Format, name: &str, content: &Value) -> String {
    match format {
        Format::Json => {
            json!({"Header":{"context":{"_jsns":"urn:zimbra"}},"Body":{name:content},"_jsns":"urn:zimbraSoap"}).to_string()
        }
        Format::Xml => {
            let mut out = String::from(
                r#"<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"><soap:Header><context xmlns="urn:zimbra"/></soap:Header><soap:Body>"#,
            );
            to_xml(name, content, &mut out);
            out.push_str("</soap:Body></soap:Envelope>");
            out
        }
    }
}

/// A refusal as the element `Fault`.
pub(super) fn fault(refusal: &Refusal) -> Value {
    json!({"Code":{"Value":"soap:Sender"},"Reason":{"Text":refusal.reason},
        "Detail":{"Error":{"Code":refusal.code,"Trace":"main:1795458262329:0ba9156af705709d","_jsns":"urn:zimbra"}},
        "_jsns":"urn:zimbraSoap"})
}

/// Elements that JSON flattens to a plain value.
const FLATTENED: [&str; 10] =
    ["su", "fr", "lifetime", "skin", "version", "used", "Value", "Text", "Trace", "Code"];

fn to_xml(name: &str, value: &Value, out: &mut String) {
    let prefix = if matches!(name, "Fault" | "Reason" | "Detail" | "Value" | "Text") { "soap:" } else { "" };
    let prefix = if name == "Code" && value.is_object() { "soap:" } else { prefix };
    let _ = write!(out, "<{prefix}{name}");
    let mut inner = String::new();
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                match (key.as_str(), value) {
                    ("_jsns", _) if !prefix.is_empty() => {}
                    ("_jsns", Value::String(space)) => {
                        let _ = write!(out, " xmlns=\"{}\"", escape(space));
                    }
                    ("_content", value) => inner.push_str(&escape(&plain(value))),
                    ("_attrs", Value::Object(attributes)) => {
                        for (name, value) in attributes {
                            let _ = write!(
                                inner,
                                "<attr name=\"{}\">{}</attr>",
                                escape(name),
                                escape(&plain(value))
                            );
                        }
                    }
                    (key, Value::Array(list)) => list.iter().for_each(|one| to_xml(key, one, &mut inner)),
                    (key, value @ Value::Object(_)) => to_xml(key, value, &mut inner),
                    (key, value) if FLATTENED.contains(&key) => to_xml(key, value, &mut inner),
                    (key, value) => {
                        let _ = write!(out, " {key}=\"{}\"", escape(&plain(value)));
                    }
                }
            }
        }
        other => inner.push_str(&escape(&plain(other))),
    }
    let _ = write!(out, ">{inner}</{prefix}{name}>");
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(flag) => u8::from(*flag).to_string(),
        other => other.to_string(),
    }
}

fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
