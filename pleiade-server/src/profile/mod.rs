//! What a person sees and decides about themselves.

use crate::web::page::Section;

/// The pages of the profile, in the order of their menu.
pub const SECTIONS: &[Section] = &[
    Section { path: "/profile", label: "profile-section-me" },
    Section { path: "/profile/security", label: "profile-section-security" },
    Section { path: "/profile/accesses", label: "profile-section-accesses" },
    Section { path: "/profile/delegations", label: "profile-section-delegations" },
    Section { path: "/profile/data", label: "profile-section-data" },
];
