//! The pages on which administrators see and decide. Everything here is about the collectivité they act for, and no other: somebody
//! of another collectivité does not exist here, and of somebody of both, only what belongs to this one is seen or closed.

mod accounts;
mod applications;
mod audit;
mod delegations;
mod give_link;
mod identity_links;
mod invite;
mod linked_accounts;
mod people;
mod person_decision;
mod sync;

use crate::web::{page::Section, route::Route};

/// The pages of the console, in the order of their menu.
pub const SECTIONS: &[Section] = &[
    Section { path: "/console/people", label: "console-section-people" },
    Section { path: "/console/sync", label: "console-section-sync" },
    Section { path: "/console/applications", label: "console-section-applications" },
    Section { path: "/console/audit", label: "console-section-audit" },
];

pub(crate) fn routes() -> Vec<Route> {
    let all = [
        applications::routes(),
        audit::routes(),
        sync::routes(),
        people::routes(),
        identity_links::routes(),
        give_link::routes(),
        linked_accounts::routes(),
        delegations::routes(),
        invite::routes(),
        accounts::routes(),
    ];
    all.into_iter().flatten().collect()
}
