//! The pages on which a person sees and decides about themselves: who they are and why they hold their rights, their sessions, and what is
//! kept of them.
//!
//! Everything is read and changed for the person of the session: no path or form names anybody else.

mod data;
mod me;
pub(crate) mod security;
mod view;

use crate::{
    linked_accounts,
    web::{page::Section, route::Route},
};

/// The pages of the profile, in the order of their menu.
pub const SECTIONS: &[Section] = &[
    Section { path: "/profile", label: "profile-section-me" },
    Section { path: security::PATH, label: "profile-section-security" },
    Section { path: linked_accounts::PATH, label: "profile-section-accesses" },
    Section { path: "/profile/delegations", label: "profile-section-delegations" },
    Section { path: "/profile/data", label: "profile-section-data" },
];

pub use view::{AffiliationView, SessionView, WhyView};

pub(crate) fn routes() -> Vec<Route> {
    [me::routes(), security::routes(), data::routes()].into_iter().flatten().collect()
}
