//! Where a person sees and changes their linked accounts.

/// The page of a person's linked accounts.
pub(crate) const PATH: &str = "/profile/accesses";
