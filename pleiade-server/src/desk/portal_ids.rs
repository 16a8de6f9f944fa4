//! The names of the portal itself among the sources of the queue.

use pleiade_core::ConnectorId;

/// The portal among the sources of the queue. No connector of a configuration has this id: see `config/validate/connectors.rs`.
pub(crate) const PORTAL: ConnectorId = ConnectorId::from_static("pleiade-portal");

/// The legal calendar among them, nor this one.
pub(crate) const LEGAL: ConnectorId = ConnectorId::from_static("pleiade-legal");
