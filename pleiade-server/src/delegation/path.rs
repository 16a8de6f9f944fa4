//! Where a person gives and receives delegations.

/// The path of the page.
pub(crate) const PAGE: &str = "/profile/delegations";
