//! The path of a visit for proxy tickets, apart from its page: cards, which know no page, lead to it.

use pleiade_core::SourceId;

/// The path of a visit to a CAS source that shows the server's own page.
pub(crate) fn path_of_visit(paired: &SourceId) -> String {
    format!("/sign-in/{paired}/tickets")
}
