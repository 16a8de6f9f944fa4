//! What the administrators of a collectivité see and decide. Everything here is about the collectivité they act for, and no other: somebody
//! of another collectivité does not exist here, and of somebody of both, only what belongs to this one is seen or closed.

mod applications;
mod audit;
mod give;
mod people;
pub(crate) mod shut_out;
mod sync;
mod ways;

use crate::web::{page::Section, route::Route};

/// The pages of the console, in the order of their menu.
pub const SECTIONS: &[Section] = &[
    Section { path: "/console/people", label: "console-section-people" },
    Section { path: "/console/sync", label: "console-section-sync" },
    Section { path: "/console/applications", label: "console-section-applications" },
    Section { path: "/console/audit", label: "console-section-audit" },
];

pub(crate) use ways::back_to_person;

pub(crate) fn routes() -> Vec<Route> {
    let all = [
        applications::routes(),
        audit::routes(),
        sync::routes(),
        people::routes(),
        ways::routes(),
        give::routes(),
    ];
    all.into_iter().flatten().collect()
}
