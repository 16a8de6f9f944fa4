//! The parts that every page shares.

pub mod address;
pub mod assets;
pub mod colours;
pub(crate) mod completion;
pub(crate) mod confirm;
pub mod cookies;
pub(crate) mod error_page;
pub mod errors;
pub(crate) mod form;
mod guard;
pub mod headers;
pub mod health;
pub(crate) mod initials;
pub mod look;
pub(crate) mod manifest;
pub mod mark;
pub(crate) mod metrics_page;
pub mod outcome;
pub mod page;
pub(crate) mod part;
pub mod peer;
pub(crate) mod pieces;
pub(crate) mod preferences;
pub(crate) mod reader;
pub(crate) mod request_host;
pub(crate) mod return_path;
pub mod route;
pub(crate) mod sealed;
pub(crate) mod sealed_text;
pub mod site;
pub(crate) mod site_finder;
pub(crate) mod stale_form;
pub(crate) mod theme;
pub mod unwritten;
pub mod words;
pub(crate) mod wrong_tokens;

pub(crate) use guard::guarded_handler;

/// The address of a link on a page, or none when a browser would run it rather than open it: applications write links, and one of
/// them may be hostile.
#[must_use]
pub fn href(url: &url::Url) -> Option<String> {
    matches!(url.scheme(), "http" | "https").then(|| url.to_string())
}
