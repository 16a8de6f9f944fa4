//! What the administrators of a collectivité see and decide. Everything here is about the collectivité they act for, and no other.

use crate::web::page::Section;

/// The pages of the console, in the order of their menu.
pub const SECTIONS: &[Section] = &[
    Section { path: "/console/people", label: "console-section-people" },
    Section { path: "/console/sync", label: "console-section-sync" },
    Section { path: "/console/audit", label: "console-section-audit" },
];
