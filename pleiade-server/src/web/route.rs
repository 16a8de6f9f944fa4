//! Routes: each subject lists its own, [`router::routes`](crate::router::routes) joins the lists.

use crate::app::App;
use axum::{http::Method, routing::MethodRouter};

/// The people who may ask for a route. The handler enforces it by what it takes; the tests of rights attack every route after this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Guard {
    /// Anybody on a known host name.
    Anybody,
    /// Somebody signed in on this host name: the handler takes [`SignedIn`](crate::session::SignedIn).
    SignedIn,
    /// An administrator of the collectivité acted for: the handler takes [`Administrator`](crate::session::Administrator).
    Administrator,
    /// Somebody signed in who sees the legal deadlines of a collectivité of theirs: the handler takes `legal::LegalGroup`, and asks again for
    /// the very collectivité.
    LegalGroup,
    /// A program, by a token of its own in `Authorization: Bearer`; no cookie counts.
    Machine,
}

/// From which pages a form is taken, by their [`mark`](super::mark). Enforced before the handler, by `web::guard`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// From any: nobody need be signed in, or it does not matter who is.
    AnyPage,
    /// From a page of the same person and link, whatever collectivité they acted for then.
    SameLink,
    /// From a page of the same person, link and acting collectivité.
    SamePage,
}

/// The path of the page that a route shows: where it stands in the menus, and where to come back to after a choice of language or theme.
/// Among the extensions of every request to the route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PagePath(pub &'static str);

impl Default for PagePath {
    fn default() -> Self {
        Self("/")
    }
}

/// A route that belongs to a site.
#[derive(Debug)]
pub struct Route {
    /// Its method.
    pub method: Method,
    /// Its path, in axum's notation.
    pub path: &'static str,
    /// The people who may ask for it.
    pub guard: Guard,
    /// From which pages its form is taken.
    pub origin: Origin,
    /// The page to come back to, in axum's notation, when the form asks for a recent proof of who sends it: see
    /// `accounts::proof`.
    pub recent: Option<&'static str>,
    /// True if the form is sent twice: a question stands between, see `web::confirm`.
    pub confirms: bool,
    /// The page whose place in the menus is that of its own page, when that is not one of the list itself.
    pub section: Option<&'static str>,
    /// True if its body is read as it comes: a form with files, which has its mark in its address. See `web::guard`.
    pub streams: bool,
    pub(crate) handler: MethodRouter<App>,
    /// The longest body, in bytes.
    pub(crate) max_body_bytes: usize,
}

/// The longest form, in bytes.
pub(crate) const MAX_FORM_BYTES: usize = 64 << 10;

impl Route {
    fn new(method: Method, path: &'static str, guard: Guard, handler: MethodRouter<App>) -> Self {
        Self {
            method,
            path,
            guard,
            origin: Origin::AnyPage,
            recent: None,
            confirms: false,
            section: None,
            streams: false,
            handler,
            max_body_bytes: MAX_FORM_BYTES,
        }
    }

    /// A page or an answer that changes nothing.
    #[must_use]
    pub fn reads(path: &'static str, guard: Guard, handler: MethodRouter<App>) -> Self {
        Self::new(Method::GET, path, guard, handler)
    }

    /// A form. Those of people who are signed in are taken from their own page only, unless another rule is given.
    #[must_use]
    pub fn writes(path: &'static str, guard: Guard, handler: MethodRouter<App>) -> Self {
        let origin = match guard {
            Guard::SignedIn | Guard::Administrator | Guard::LegalGroup => Origin::SamePage,
            Guard::Anybody | Guard::Machine => Origin::AnyPage,
        };
        Self { origin, ..Self::new(Method::POST, path, guard, handler) }
    }

    /// A form that is taken from other pages than its own.
    pub(crate) fn taken_from(self, origin: Origin) -> Self {
        Self { origin, ..self }
    }

    /// A form whose sender must have proved within the last minutes who they are. They are led to do so, then back to `page`, whose
    /// parameters are among those of the route; the form is not sent again by itself.
    pub(crate) fn recent(self, page: &'static str) -> Self {
        Self { recent: Some(page), ..self }
    }

    /// A form that is answered by a question first: the handler takes a `ConfirmationStep`, and asks unless that is confirmed. Its case
    /// goes into `tests/web/proof.rs`.
    pub(crate) fn confirmed(self) -> Self {
        Self { confirms: true, ..self }
    }

    /// A form with files, of at most so many bytes, whose handler reads it as it comes. It is neither [`confirmed`](Self::confirmed) nor
    /// kept whole anywhere.
    pub(crate) fn streamed(self, max_body_bytes: usize) -> Self {
        Self { streams: true, max_body_bytes, ..self }
    }

    /// A page, or the page that answers a form, that has its place in the menus at another one.
    pub(crate) fn in_section(self, page: &'static str) -> Self {
        Self { section: Some(page), ..self }
    }

    /// The path of its page among those of the list: its section; else its own; else the longest one that its own is below.
    #[must_use]
    pub fn page_path(&self, pages: &[&'static str]) -> PagePath {
        let is_above = |page: &&&'static str| {
            self.path.strip_prefix(**page).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let found = pages.iter().filter(is_above).max_by_key(|page| page.len()).copied();
        PagePath(self.section.or(found).unwrap_or("/"))
    }

    /// A route of programs, by any method.
    pub(crate) fn machine(
        method: Method,
        path: &'static str,
        handler: MethodRouter<App>,
        max_body_bytes: usize,
    ) -> Self {
        Self { max_body_bytes, ..Self::new(method, path, Guard::Machine, handler) }
    }
}
