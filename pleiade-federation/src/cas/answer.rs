//! The XML of a CAS server, read strictly.
//!
//! Threat: whoever can write a value that the server repeats may try to write elements. So a document is read only in the one shape that
//! the protocol has, anything twice or out of place refuses it whole, and nothing but the user name is believed. Whatever XML lets a server
//! write without meaning anything by it is passed over: blanks around a value, comments and instructions between elements.

use pleiade_core::SignInError;
use roxmltree::{Document, Node, ParsingOptions};

const NAMESPACE: &str = "http://www.yale.edu/tp/cas";
const SAML: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const MAX_NODES: u32 = 8192;

/// The largest answer in bytes.
pub(super) const MAX_ANSWER_BYTES: usize = 64 << 10;
/// The largest logout request in bytes.
pub(super) const MAX_LOGOUT_BYTES: usize = 8 << 10;

/// The result of a validation.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Validation {
    /// The user name.
    pub(super) user: String,
    /// The key of the proxy-granting ticket.
    pub(super) iou: Option<String>,
}

type Refusal = SignInError;

fn untrusted(why: &'static str) -> Refusal {
    SignInError::Untrusted(why)
}

/// Characters of tickets. Longer than any that is given.
pub(super) fn is_ticket(text: &str, prefix: &str) -> bool {
    let inside = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    text.len() <= 256
        && text.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty() && rest.bytes().all(inside))
}

fn document(text: &str) -> Result<Document<'_>, Refusal> {
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| match error {
        roxmltree::Error::DtdDetected => untrusted("the CAS answer declares a document type"),
        roxmltree::Error::NodesLimitReached => untrusted("the CAS answer has too many elements"),
        _ => untrusted(
            "the CAS answer is not well-formed XML; most often an exported attribute holds a & that the server did not escape: export no attribute to this service",
        ),
    })?;
    Ok(document)
}

/// What XML calls white space: no other blank is taken away, which a name may hold.
const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// The only element child of the root, both of this namespace.
fn only_child<'a, 'input>(document: &'a Document<'input>, root: &str) -> Result<Node<'a, 'input>, Refusal> {
    let top = document.root_element();
    if !is(top, root) || has_text(top) {
        return Err(untrusted("the CAS answer is not one"));
    }
    let mut children = top.children().filter(Node::is_element);
    match (children.next(), children.next()) {
        (Some(only), None) => Ok(only),
        _ => Err(untrusted("the CAS answer says more than one thing")),
    }
}

fn is(node: Node<'_, '_>, name: &str) -> bool {
    node.has_tag_name((NAMESPACE, name))
}

fn has_text(node: Node<'_, '_>) -> bool {
    let is_blank = |text: &str| text.trim_matches(BLANKS).is_empty();
    node.children().any(|child| child.is_text() && child.text().is_some_and(|text| !is_blank(text)))
}

/// The text of an element that holds nothing else, without the blanks around it. Comments and instructions are passed over between
/// elements; in here one of them cuts the text in two, and readers differ on what they make of it.
fn text<'a>(node: Node<'a, '_>) -> Result<&'a str, Refusal> {
    let mut children = node.children();
    match (children.next(), children.next()) {
        (Some(only), None) if only.is_text() => Ok(only.text().unwrap_or_default().trim_matches(BLANKS)),
        _ => Err(untrusted("a value of the CAS answer is not a plain text")),
    }
}

/// The only direct child of this name, if any.
fn child<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Result<Option<Node<'a, 'input>>, Refusal> {
    let mut found = node.children().filter(|child| is(*child, name));
    match (found.next(), found.next()) {
        (found, None) => Ok(found),
        _ => Err(untrusted("the CAS answer says something twice")),
    }
}

fn utf8(body: &[u8]) -> Result<&str, Refusal> {
    if body.len() > MAX_ANSWER_BYTES {
        return Err(untrusted("the CAS answer is too large: export no attribute to this service"));
    }
    const OTHER_ENCODING: &str = "the CAS answer is in another encoding than UTF-8: let the server write UTF-8, as the protocol has it";
    let text = std::str::from_utf8(body).map_err(|_| untrusted(OTHER_ENCODING))?;
    // Octets of another encoding may happen to be UTF-8 and mean other letters.
    if !text.is_ascii() && declared_encoding(text).is_some_and(|name| !name.eq_ignore_ascii_case("utf-8")) {
        return Err(untrusted(OTHER_ENCODING));
    }
    let start = text.trim_start().as_bytes();
    let page = start.get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"<html"))
        || start.get(..14).is_some_and(|start| start.eq_ignore_ascii_case(b"<!doctype html"));
    if page {
        return Err(SignInError::Misconfigured(
            "the CAS server answers with a page for people: check its address and that it knows this service",
        ));
    }
    Ok(text)
}

/// The encoding that the XML declaration names (XML 1.0 §2.8).
fn declared_encoding(text: &str) -> Option<&str> {
    let declaration = text.trim_start_matches('\u{feff}').strip_prefix("<?xml")?.split_once("?>")?.0;
    let value = declaration.split_once("encoding")?.1.trim_start_matches(BLANKS).strip_prefix('=')?;
    let value = value.trim_start_matches(BLANKS);
    let quote = value.chars().next().filter(|quote| ['"', '\''].contains(quote))?;
    Some(value.get(1..)?.split_once(quote)?.0)
}

/// Reads what `serviceValidate` answers. `fresh`: it was asked for a ticket for which the password had been asked for.
pub(super) fn validation(body: &[u8], proxying: bool, fresh: bool) -> Result<Validation, Refusal> {
    let text_of_answer = utf8(body)?;
    // LemonLDAP::NG refuses so, as in version 1 of the protocol, a ticket for which nobody was asked.
    if text_of_answer.trim() == "no" {
        return Err(refusal("INVALID_TICKET_SPEC", fresh));
    }
    let document = document(text_of_answer)?;
    let outcome = only_child(&document, "serviceResponse")?;
    if is(outcome, "authenticationFailure") {
        return Err(refusal(outcome.attribute("code").unwrap_or_default(), fresh));
    }
    if !is(outcome, "authenticationSuccess") || has_text(outcome) {
        return Err(untrusted("the CAS answer is neither a success nor a failure"));
    }
    let foreign =
        |child: &Node<'_, '_>| child.is_element() && child.tag_name().namespace() != Some(NAMESPACE);
    if outcome.children().any(|child| foreign(&child)) {
        return Err(untrusted("the CAS answer mixes in something else"));
    }
    if child(outcome, "proxies")?.is_some() {
        return Err(untrusted("a proxied ticket opens no session"));
    }
    let user = text(child(outcome, "user")?.ok_or(untrusted("the CAS answer names nobody"))?)?;
    if user.is_empty() || user.trim() != user {
        return Err(untrusted("the user name of the CAS answer is empty or has unusual blanks around it"));
    }
    child(outcome, "attributes")?;
    let iou = match child(outcome, "proxyGrantingTicket")? {
        Some(given) if proxying => {
            let iou = text(given)?;
            if !is_ticket(iou, "PGTIOU-") {
                return Err(untrusted("the name of the proxy-granting ticket has a strange form"));
            }
            Some(iou.to_owned())
        }
        _ => None,
    };
    Ok(Validation { user: user.to_owned(), iou })
}

/// The error that a refused ticket stands for. A ticket of an open session where `renew` was asked for has the one code or the other (CAS
/// protocol 3.0 §2.5.3).
fn refusal(code: &str, fresh: bool) -> Refusal {
    match code {
        "INVALID_TICKET" | "INVALID_TICKET_SPEC" if fresh => SignInError::NotFresh(
            "the CAS server gave the ticket without asking for the password again: it must follow renew=true",
        ),
        code => failure(code),
    }
}

fn failure(code: &str) -> Refusal {
    match code {
        "INVALID_TICKET" => SignInError::Refused("the ticket is unknown, spent, or of another kind"),
        "INVALID_TICKET_SPEC" => SignInError::Refused("the ticket does not meet what was asked for"),
        "INVALID_SERVICE" => SignInError::Refused("the ticket was given for another service"),
        "INVALID_PROXY_CALLBACK" | "UNAUTHORIZED_SERVICE_PROXY" => {
            SignInError::Misconfigured("the CAS server does not accept our proxy callback")
        }
        "UNAUTHORIZED_SERVICE" => SignInError::Misconfigured("the CAS server does not know this service"),
        "INTERNAL_ERROR" => SignInError::Unreachable("the CAS server failed"),
        _ => SignInError::Refused("the CAS server does not accept the ticket"),
    }
}

/// Reads what `proxy` answers. Servers fail in many ways on a ticket that they have forgotten.
pub(super) fn proxy_ticket(body: &[u8]) -> Result<String, Refusal> {
    let lost = SignInError::Refused("the CAS server has forgotten the session: sign in again");
    let Ok(text_of_answer) = utf8(body) else { return Err(lost) };
    let Ok(document) = document(text_of_answer) else { return Err(lost) };
    let outcome = only_child(&document, "serviceResponse")?;
    if is(outcome, "proxyFailure") {
        return Err(match outcome.attribute("code").unwrap_or_default() {
            "UNAUTHORIZED_SERVICE" | "UNAUTHORIZED_SERVICE_PROXY" => {
                SignInError::Misconfigured("the CAS server gives no proxy tickets for this application")
            }
            "INTERNAL_ERROR" => SignInError::Unreachable("the CAS server failed"),
            _ => lost,
        });
    }
    if !is(outcome, "proxySuccess") {
        return Err(untrusted("the CAS answer is neither a proxy success nor a failure"));
    }
    let ticket =
        text(child(outcome, "proxyTicket")?.ok_or(untrusted("the CAS answer has no proxy ticket"))?)?;
    if !is_ticket(ticket, "PT-") {
        return Err(untrusted("the proxy ticket has a strange form"));
    }
    Ok(ticket.to_owned())
}

/// Reads a `logoutRequest` and gives the service ticket that it names.
pub(super) fn logout(request: &str) -> Result<String, Refusal> {
    if request.len() > MAX_LOGOUT_BYTES {
        return Err(untrusted("the logout request is too large"));
    }
    let document = document(request)?;
    let root = document.root_element();
    if !root.has_tag_name((SAML, "LogoutRequest")) {
        return Err(untrusted("this is no logout request"));
    }
    let mut named = root.descendants().filter(|node| node.has_tag_name((SAML, "SessionIndex")));
    let (Some(index), None) = (named.next(), named.next()) else {
        return Err(untrusted("the logout request does not name one session"));
    };
    if index.parent() != Some(root) {
        return Err(untrusted("the logout request names its session in a strange place"));
    }
    let ticket = text(index)?;
    if !is_ticket(ticket, "ST-") {
        return Err(untrusted("the logout request names no service ticket"));
    }
    Ok(ticket.to_owned())
}
