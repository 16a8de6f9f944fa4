//! SOAP 1.1: envelopes of calls, and answers read by local names.
//!
//! Threat: an answer is read before anything in it is believed. Document types are refused, references between elements are followed within
//! bounds, so that a short answer cannot grow into a large one, and the words of a fault reach no error and no log.

mod charset;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod read;

pub use charset::decode;
pub use read::{Element, Fault, FaultCode, Outcome, ReadError, read};

use super::xml;
use crate::http::Answer;
use chrono::NaiveDate;
use http::{StatusCode, header};
use pleiade_core::{ConnectorError, ErrorKind};
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event},
};
use std::{borrow::Cow, error::Error, io};

/// The media type of an envelope.
pub const MEDIA_TYPE: &str = "text/xml; charset=utf-8";

const ENVELOPE: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const ENCODING: &str = "http://schemas.xmlsoap.org/soap/encoding/";
const SCHEMA: &str = "http://www.w3.org/2001/XMLSchema";
const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// An element of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part<'a> {
    /// A text.
    Text(&'a str, &'a str),
    /// A whole number.
    Int(&'a str, i64),
    /// True or false.
    Bool(&'a str, bool),
    /// A day.
    Date(&'a str, NaiveDate),
    /// An element with others inside.
    Group(&'a str, Vec<Part<'a>>),
}

/// An envelope of style rpc, use encoded (section 5): the operation is in its name space, its parts are in none and carry their types.
///
/// # Errors
/// Those of the writer, which nothing that is written here causes.
pub fn rpc_encoded(namespace: &str, operation: &str, parts: &[Part<'_>]) -> io::Result<Vec<u8>> {
    envelope(|writer| {
        let name = format!("op:{operation}");
        let start = BytesStart::new(name.as_str())
            .with_attributes([("xmlns:op", legal(namespace).as_ref()), ("soapenv:encodingStyle", ENCODING)]);
        writer.write_event(Event::Start(start))?;
        parts.iter().try_for_each(|part| write_part(writer, part, true))?;
        writer.write_event(Event::End(BytesEnd::new(name)))
    })
}

/// An envelope of style document, use literal, with the operation as its wrapper: everything is in the one name space.
///
/// # Errors
/// Those of the writer, which nothing that is written here causes.
pub fn document_literal(namespace: &str, operation: &str, parts: &[Part<'_>]) -> io::Result<Vec<u8>> {
    envelope(|writer| {
        let start = BytesStart::new(operation).with_attributes([("xmlns", legal(namespace).as_ref())]);
        writer.write_event(Event::Start(start))?;
        parts.iter().try_for_each(|part| write_part(writer, part, false))?;
        writer.write_event(Event::End(BytesEnd::new(operation)))
    })
}

fn envelope(body: impl FnOnce(&mut Writer<Vec<u8>>) -> io::Result<()>) -> io::Result<Vec<u8>> {
    let mut writer = Writer::new(Vec::new());
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let root = [("xmlns:soapenv", ENVELOPE), ("xmlns:xsi", INSTANCE), ("xmlns:xsd", SCHEMA)];
    writer.write_event(Event::Start(BytesStart::new("soapenv:Envelope").with_attributes(root)))?;
    writer.write_event(Event::Start(BytesStart::new("soapenv:Body")))?;
    body(&mut writer)?;
    writer.write_event(Event::End(BytesEnd::new("soapenv:Body")))?;
    writer.write_event(Event::End(BytesEnd::new("soapenv:Envelope")))?;
    Ok(writer.into_inner())
}

fn write_part(writer: &mut Writer<Vec<u8>>, part: &Part<'_>, typed: bool) -> io::Result<()> {
    let (name, kind, text): (_, _, Cow<'_, str>) = match part {
        Part::Group(name, parts) => {
            writer.write_event(Event::Start(BytesStart::new(*name)))?;
            parts.iter().try_for_each(|part| write_part(writer, part, typed))?;
            return writer.write_event(Event::End(BytesEnd::new(*name)));
        }
        Part::Text(name, text) => (*name, "xsd:string", legal(text)),
        Part::Int(name, number) => (*name, "xsd:int", number.to_string().into()),
        Part::Date(name, day) => (*name, "xsd:date", day.to_string().into()),
        Part::Bool(name, is) => (*name, "xsd:boolean", is.to_string().into()),
    };
    let start = BytesStart::new(name);
    let start = if typed { start.with_attributes([("xsi:type", kind)]) } else { start };
    writer.write_event(Event::Start(start))?;
    writer.write_event(Event::Text(BytesText::new(&text)))?;
    writer.write_event(Event::End(BytesEnd::new(name)))
}

/// What XML can hold of a text: a forbidden character would make the whole call unreadable.
fn legal(text: &str) -> Cow<'_, str> {
    xml::legal(text)
}

/// Reads an answer: the response of an operation, or a fault, which comes with status 500 as a rule and with 200 from some servers.
///
/// # Errors
/// [`Answer::failure`] for other answers, and [`ErrorKind::BadAnswer`] for what comes as a success, or as XML, and is no envelope.
pub fn outcome(answer: &Answer) -> Result<Outcome, ConnectorError> {
    let may_be_envelope =
        answer.status().is_success() || answer.status() == StatusCode::INTERNAL_SERVER_ERROR;
    if !may_be_envelope || answer.is_html() {
        return Err(answer.failure());
    }
    let media_type = answer.header(&header::CONTENT_TYPE);
    let is_announced = media_type.is_some_and(|kind| kind.to_ascii_lowercase().contains("xml"));
    match read(answer.body(), media_type) {
        Ok(outcome) => Ok(outcome),
        Err(_) if !answer.status().is_success() && !is_announced => Err(answer.failure()),
        Err(error) => Err(answer.error(ErrorKind::BadAnswer).with_hint(error.to_string()).with_source(error)),
    }
}

/// The cause of an error that a fault stands for. It holds nothing of the fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the application answered with a SOAP fault")]
pub struct SoapFault;

impl SoapFault {
    /// True if an error stands for a fault.
    #[must_use]
    pub fn is_behind(error: &ConnectorError) -> bool {
        let mut cause = Error::source(error);
        while let Some(found) = cause {
            if found.is::<Self>() {
                return true;
            }
            cause = found.source();
        }
        false
    }
}

/// Names that an application gives its own parts (modules, counters), for the sentence that tells an administrator which ones there are.
/// What is no short name of letters, digits and spaces is left out: it could be anything.
#[must_use]
pub fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const MAX_NAMES: usize = 30;
    const MAX_NAME_CHARS: usize = 60;
    let mut shown: Vec<&str> = Vec::new();
    for name in names {
        let is_name = !name.is_empty()
            && name.chars().count() <= MAX_NAME_CHARS
            && name.chars().all(|c| c.is_alphanumeric() || c == ' ');
        if is_name && !shown.contains(&name) && shown.len() < MAX_NAMES {
            shown.push(name);
        }
    }
    if shown.is_empty() { "none that can be shown".to_owned() } else { shown.join(", ") }
}
