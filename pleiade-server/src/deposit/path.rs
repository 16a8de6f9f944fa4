//! Where a person gives files to an application.

use pleiade_core::ConnectorId;

/// The path of the page on which files are given to a connector.
#[must_use]
pub fn page_path(connector: &ConnectorId) -> String {
    format!("/deposit/{connector}")
}
