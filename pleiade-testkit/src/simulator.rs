//! For tests and demonstrations only: what a simulated application offers.

use crate::Fault;
use axum::{Router, response::Response};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::Request;
use std::fmt;
use url::Url;

/// A simulated application: it behaves like the real one as far as its connector can tell, holds realistic data of several people
/// keyed by login, and says nowhere that it is real.
///
/// It knows nothing of the connector's code. Every method takes `&self`: state is shared between the router's clones.
///
/// For the conformance suite it must hold data of at least two people ([`people`](crate::people) has sample logins), different from
/// each other, and each widget of the connector must have something to show for the first.
pub trait Simulator: fmt::Debug + Send + Sync + 'static {
    /// The application's routes. May be called several times; all routers share the state.
    fn router(&self) -> Router;

    /// The logins it knows, those with the most data first; at least two.
    fn people(&self) -> Vec<String>;

    /// Gives this person (created if need be) an account in which nothing waits.
    fn empty_account(&self, login: &str);

    /// Gives this person at least `count` more of each thing that the connector lists or counts.
    fn seed_many(&self, login: &str, count: usize);

    /// Puts each of [`HOSTILE_TEXTS`] into every text field that another person or the application could fill in what this person
    /// reads: subjects, names, places, descriptions, addresses of links.
    fn seed_hostile_text(&self, login: &str);

    /// Everything that a person could see change, as text: the conformance suite compares it before and after every reading, which must
    /// change nothing. Sessions and counters of requests are not part of it.
    fn state(&self) -> String;

    /// Lets the thing of this number happen, at this instant: a message arrives, a folder waits for somebody… Numbers count from 0 in the
    /// order of [`living::MINUTES`](crate::living::MINUTES). Nothing happens in an application whose state comes from its own clock.
    fn happen(&self, number: usize, at: DateTime<Utc>) {
        let _ = (number, at);
    }

    /// Holds the online meetings of its samples at this address, with a final `/`, instead of one behind which nothing stands.
    fn meet_at(&self, place: &Url) {
        let _ = place;
    }

    /// Forgets the sessions and tokens that it handed out, so that the next call made with one is refused in the application's own
    /// way. Nothing to do for an application that is asked with the person's credential each time.
    fn forget_sessions(&self) {}

    /// True if a request asks for a session or a token rather than for data. Faults that refuse a person
    /// ([`Fault::Unauthorized`], [`Fault::Forbidden`]) let it pass.
    fn is_sign_in(&self, request: &Request<Bytes>) -> bool {
        let _ = request;
        false
    }

    /// The same answer with one more item that cannot be read, for lists that are no arrays of JSON.
    fn odd_item(&self, body: &str) -> Option<String> {
        let _ = body;
        None
    }

    /// The application's own form of a fault, where that differs from a bare HTTP status: a SOAP fault, a JSON error code…
    fn fault_answer(&self, fault: &Fault) -> Option<Response> {
        let _ = fault;
        None
    }
}

/// Texts that try to break out of a line, a page, a path, a format string or a parser.
pub const HOSTILE_TEXTS: &[&str] = &[
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "\"'><a href=javascript:alert(1)>ici</a>",
    "abc\u{202e}fdp.exe\u{2066}\u{2069}\u{200f}",
    "ligne 1\r\nSet-Cookie: a=b\tc\u{7f}\u{1b}[31m",
    "{{7*7}} ${7*7} %s %n {$count} { -term }",
    "../../../../pleiade-climbed?x=1#y",
    "javascript:alert(document.domain)",
    "//elsewhere.example/\\evil",
    "'; DROP TABLE identity; --",
    "\u{feff}\u{200b}\u{2028}\u{2029}",
    "👩‍👩‍👧‍👦 e\u{301}\u{301}\u{301} ﷽",
    "",
];

/// A text of `length` characters without a space.
#[must_use]
pub fn very_long_text(length: usize) -> String {
    "é".repeat(length)
}
