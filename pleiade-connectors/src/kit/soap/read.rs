//! Answers as a tree of elements, with their references resolved.

use super::decode;
use crate::kit::xml;
use roxmltree::Node;
use std::collections::HashMap;

/// The most elements of an answer, those that references bring again included.
const MAX_ELEMENTS: usize = 200_000;
/// The most bytes of text of an answer, those that references bring again included.
const MAX_TEXT_BYTES: usize = 16 << 20;
/// The deepest element, references followed.
const MAX_DEPTH: usize = 128;

/// An element of an answer. Prefixes and name spaces are left out: servers differ in them and agree in names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Element {
    name: String,
    text: String,
    is_nil: bool,
    children: Vec<Element>,
}

impl Element {
    /// The local name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// True if it says that it has no value (`xsi:nil`).
    #[must_use]
    pub fn is_nil(&self) -> bool {
        self.is_nil
    }

    /// The elements inside, of a list its items.
    #[must_use]
    pub fn children(&self) -> &[Self] {
        &self.children
    }

    /// The first element of this name inside.
    #[must_use]
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The own text, as it was sent.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of an element inside, without spaces around it; none when it is absent, nil or empty.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        let child = self.child(name).filter(|child| !child.is_nil)?;
        Some(child.text.trim()).filter(|text| !text.is_empty())
    }
}

/// A fault. Its words are the application's, and not to be repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What kind of fault.
    pub code: FaultCode,
    /// Its text.
    pub text: String,
}

/// The codes of SOAP 1.1 (4.4.1) that tell something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultCode {
    /// The call was wrong, or not allowed.
    Client,
    /// Any other.
    Server,
}

/// What a call was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The first element of the body.
    Response(Element),
    /// A fault.
    Fault(Fault),
}

/// Why an answer is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// It is no XML, has a document type, or is larger than any answer.
    #[error("the answer is no XML that can be read")]
    Xml,
    /// It is no envelope with a body.
    #[error("the answer is no SOAP envelope")]
    Envelope,
    /// A reference leads nowhere, out of the answer or to two elements.
    #[error("an element refers to another that is not in the answer")]
    Reference,
    /// It is larger or deeper than any answer once its references are followed.
    #[error("the answer is too large or too deep")]
    TooLarge,
}

/// Reads the body of an answer of this media type.
///
/// # Errors
/// [`ReadError`].
pub fn read(body: &[u8], media_type: Option<&str>) -> Result<Outcome, ReadError> {
    let text = decode(body, media_type);
    let text = xml::cleaned(&text);
    let document = xml::document(text.trim_start()).ok_or(ReadError::Xml)?;
    let root = document.root_element();
    let named = |node: &Node<'_, '_>, name: &str| node.is_element() && node.tag_name().name() == name;
    let body = root.children().find(|node| named(&root, "Envelope") && named(node, "Body"));
    let body = body.ok_or(ReadError::Envelope)?;
    let mut resolver = Resolver { targets: HashMap::new(), elements: 0, bytes: 0 };
    resolver.collect(body);
    // Elements to which others refer may stand beside the answer, before or after it.
    let children = || body.children().filter(Node::is_element);
    let first = children().find(|node| node.attribute("id").is_none()).or_else(|| children().next());
    let response = resolver.element(first.ok_or(ReadError::Envelope)?, 0)?;
    if response.name != "Fault" {
        return Ok(Outcome::Response(response));
    }
    let code = response.value("faultcode").unwrap_or_default();
    let code = code.rsplit_once(':').map_or(code, |(_, name)| name);
    let is_client = code.split('.').next() == Some("Client");
    Ok(Outcome::Fault(Fault {
        code: if is_client { FaultCode::Client } else { FaultCode::Server },
        text: response.value("faultstring").unwrap_or_default().to_owned(),
    }))
}

struct Resolver<'a, 'i> {
    /// What references lead to, by its name; none when two have it.
    targets: HashMap<&'a str, Option<Node<'a, 'i>>>,
    elements: usize,
    bytes: usize,
}

impl<'a, 'i> Resolver<'a, 'i> {
    fn collect(&mut self, body: Node<'a, 'i>) {
        for node in body.descendants().filter(Node::is_element) {
            if let Some(id) = node.attribute("id") {
                self.targets.entry(id).and_modify(|known| *known = None).or_insert(Some(node));
            }
        }
    }

    fn element(&mut self, node: Node<'a, 'i>, depth: usize) -> Result<Element, ReadError> {
        let name = node.tag_name().name().to_owned();
        let (mut held, mut depth) = (node, depth);
        while let Some(reference) = held.attribute("href") {
            let target = reference.strip_prefix('#').and_then(|id| self.targets.get(id).copied());
            held = target.flatten().ok_or(ReadError::Reference)?;
            depth += 1;
            if depth > MAX_DEPTH {
                return Err(ReadError::TooLarge);
            }
        }
        self.elements += 1;
        if depth > MAX_DEPTH || self.elements > MAX_ELEMENTS {
            return Err(ReadError::TooLarge);
        }
        let is_nil = held.attributes().any(|attribute| {
            matches!(attribute.name(), "nil" | "null") && matches!(attribute.value().trim(), "true" | "1")
        });
        let mut element = Element { name, is_nil, ..Element::default() };
        for child in held.children() {
            if child.is_element() {
                element.children.push(self.element(child, depth + 1)?);
            } else if child.is_text() {
                element.text.push_str(child.text().unwrap_or_default());
            }
        }
        self.bytes += element.text.len() + element.name.len();
        if self.bytes > MAX_TEXT_BYTES {
            return Err(ReadError::TooLarge);
        }
        Ok(element)
    }
}
