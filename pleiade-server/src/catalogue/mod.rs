//! The applications that a person may open: those of the operator's file, and the menu that a LemonLDAP::NG portal grants them.

mod menu;
mod portal;
pub(crate) mod symbols;

pub use menu::{Menu, MenuError, MenuSource, Menus};
pub use portal::{Portal, PortalMenus};

use pleiade_core::{Application, TenantId};
use std::collections::BTreeMap;

/// The operator's applications, by collectivité.
pub type Catalogue = BTreeMap<TenantId, Vec<Application>>;
