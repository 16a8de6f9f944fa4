//! The DAV interface: multistatus answers, read by namespace and never by prefix.

use super::ocs;
use crate::{
    http::{Answer, Call},
    kit::{
        json::List,
        xml::{self, child},
    },
};
use percent_encoding::percent_decode_str;
use pleiade_core::{ConnectorError, ErrorKind};
use roxmltree::Node;

/// Namespace of WebDAV.
pub(super) const DAV: &str = "DAV:";
/// Namespace of CalDAV.
pub(super) const CALDAV: &str = "urn:ietf:params:xml:ns:caldav";
/// Namespace of CalendarServer's additions.
pub(super) const CALENDAR_SERVER: &str = "http://calendarserver.org/ns/";
/// Namespace of ownCloud's additions.
pub(super) const OWNCLOUD: &str = "http://owncloud.org/ns";

/// The result of reading a resource: `None` when it is not wanted, `Some(None)` when it cannot be read.
pub(super) type Parsed<T> = Option<Option<T>>;

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

/// Sends and reads each resource of the multistatus.
pub(super) async fn fetch<T>(
    call: Call<'_>,
    read: impl FnMut(Resource<'_, '_>) -> Parsed<T> + Send,
) -> Result<List<T>, ConnectorError> {
    resources(&call.send().await?, read)
}

fn resources<T>(
    answer: &Answer,
    mut read: impl FnMut(Resource<'_, '_>) -> Parsed<T>,
) -> Result<List<T>, ConnectorError> {
    if answer.status().as_u16() != 207 {
        return Err(ocs::failure(answer));
    }
    let bad = || answer.error(ErrorKind::BadAnswer);
    let text = xml::text(answer.body()).ok_or_else(bad)?;
    let document = xml::document(&text).ok_or_else(bad)?;
    let root = document.root_element();
    if !root.has_tag_name((DAV, "multistatus")) {
        return Err(bad());
    }
    let found = root.children().filter(|node| node.has_tag_name((DAV, "response")));
    // A resource that has a status of its own is one that the server could not give.
    let failed = |node: &Node<'_, '_>| {
        let status = child(*node, DAV, "status").and_then(|status| status.text());
        status.is_some_and(|status| status.split_whitespace().nth(1) != Some("200"))
    };
    let read = |node| if failed(&node) { Some(None) } else { read(Resource { node }) };
    let found: List<Option<T>> = found.filter_map(read).collect();
    Ok(found.filter_map(|found| found))
}
