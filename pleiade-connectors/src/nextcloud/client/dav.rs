//! The DAV interface: multistatus answers, read by namespace and never by prefix.

use super::ocs;
use crate::http::{Answer, Call};
use percent_encoding::percent_decode_str;
use pleiade_core::{ConnectorError, ErrorKind};
use roxmltree::{Document, Node, ParsingOptions};

/// Namespace of WebDAV.
pub(super) const DAV: &str = "DAV:";
/// Namespace of CalDAV.
pub(super) const CALDAV: &str = "urn:ietf:params:xml:ns:caldav";
/// Namespace of CalendarServer's additions.
pub(super) const CALENDAR_SERVER: &str = "http://calendarserver.org/ns/";
/// Namespace of ownCloud's additions.
pub(super) const OWNCLOUD: &str = "http://owncloud.org/ns";

/// Enough for some thousands of resources; a body of a few bytes per node could otherwise hold millions.
const NODES: u32 = 200_000;

/// Parses with a bound on nodes and without document types.
pub(super) fn document(text: &str) -> Option<Document<'_>> {
    let options = ParsingOptions { nodes_limit: NODES, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).ok()
}

/// One resource of a multistatus.
#[derive(Debug, Clone, Copy)]
pub(super) struct Resource<'a, 'i> {
    node: Node<'a, 'i>,
}

impl<'a, 'i> Resource<'a, 'i> {
    /// Its path, decoded: servers differ in the case of their percent-encoding.
    pub(super) fn path(&self) -> Option<String> {
        let href = child(self.node, DAV, "href")?.text()?.trim();
        Some(percent_decode_str(href).decode_utf8_lossy().into_owned())
    }

    /// A property that the server found.
    pub(super) fn property(&self, namespace: &str, name: &str) -> Option<Node<'a, 'i>> {
        self.node
            .children()
            .filter(|node| node.has_tag_name((DAV, "propstat")))
            .filter(|found| {
                child(*found, DAV, "status")
                    .and_then(|status| status.text())
                    .is_some_and(|status| status.split_whitespace().nth(1) == Some("200"))
            })
            .find_map(|found| child(child(found, DAV, "prop")?, namespace, name))
    }

    /// The text of a property, absent when empty.
    pub(super) fn text(&self, namespace: &str, name: &str) -> Option<&'a str> {
        self.property(namespace, name)?.text().map(str::trim).filter(|text| !text.is_empty())
    }
}

/// A child element by namespace and name.
pub(super) fn child<'a, 'i>(node: Node<'a, 'i>, namespace: &str, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|child| child.has_tag_name((namespace, name)))
}

/// Sends and reads each resource of the multistatus; `read` leaves out what it does not want.
pub(super) async fn fetch<T>(
    call: Call<'_>,
    read: impl FnMut(Resource<'_, '_>) -> Option<Result<T, ErrorKind>> + Send,
) -> Result<Vec<T>, ConnectorError> {
    resources(&call.send().await?, read)
}

fn resources<T>(
    answer: &Answer,
    mut read: impl FnMut(Resource<'_, '_>) -> Option<Result<T, ErrorKind>>,
) -> Result<Vec<T>, ConnectorError> {
    if answer.status().as_u16() != 207 {
        return Err(ocs::by_status(answer));
    }
    let bad = || answer.error(ErrorKind::BadAnswer);
    let text = std::str::from_utf8(answer.body()).map_err(|_| bad())?;
    let document = document(text).ok_or_else(bad)?;
    let root = document.root_element();
    if !root.has_tag_name((DAV, "multistatus")) {
        return Err(bad());
    }
    root.children()
        .filter(|node| node.has_tag_name((DAV, "response")))
        .filter_map(|node| read(Resource { node }))
        .map(|read| read.map_err(|kind| answer.error(kind)))
        .collect()
}
