//! What a route says of itself: each subject lists its own, [`app::routes`](crate::app::routes) joins the lists.

use crate::app::App;
use axum::{http::Method, routing::MethodRouter};

/// Who may ask for a route. The handler enforces it by what it takes; the tests of rights attack every route after what it says here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access {
    /// Anybody on a known host name.
    Anybody,
    /// Somebody signed in on this host name: the handler takes [`SignedIn`](crate::session::SignedIn).
    SignedIn,
    /// Who administers the collectivité they act for: the handler takes [`Administrator`](crate::session::Administrator).
    Administrator,
    /// A program, by a token of its own in `Authorization: Bearer`; no cookie counts.
    Machine,
}

/// A route that belongs to a site.
#[derive(Debug)]
pub struct Route {
    /// Its method.
    pub method: Method,
    /// Its path, in axum's notation.
    pub path: &'static str,
    /// Who may ask for it.
    pub access: Access,
    pub(crate) handler: MethodRouter<App>,
    /// The longest body, in bytes.
    pub(crate) most_bytes: usize,
}

/// The longest form, in bytes.
pub(crate) const LONGEST_FORM: usize = 64 << 10;

impl Route {
    /// A page or an answer that changes nothing.
    pub(crate) fn reads(path: &'static str, access: Access, handler: MethodRouter<App>) -> Self {
        Self { method: Method::GET, path, access, handler, most_bytes: LONGEST_FORM }
    }

    /// A form.
    pub(crate) fn writes(path: &'static str, access: Access, handler: MethodRouter<App>) -> Self {
        Self { method: Method::POST, path, access, handler, most_bytes: LONGEST_FORM }
    }

    /// What a program asks for, by any method.
    pub(crate) fn machine(
        method: Method,
        path: &'static str,
        handler: MethodRouter<App>,
        most_bytes: usize,
    ) -> Self {
        Self { method, path, access: Access::Machine, handler, most_bytes }
    }
}
