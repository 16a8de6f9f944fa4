//! The tile of an application: its picture, or its letters, in the colour of its family.

use crate::{catalogue::symbols, web::initials::initials};
use pleiade_core::{ApplicationFamily, ConnectorDescriptor, Icon};

/// A tile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TileModel {
    /// The class that colours it.
    pub family: &'static str,
    /// Its drawing, as the path of an SVG.
    pub drawing: Option<&'static str>,
    /// Its letters, where it has no drawing.
    pub letters: String,
}

impl TileModel {
    /// The tile of something called so.
    #[must_use]
    pub fn new(name: &str, family: ApplicationFamily, icon: &Icon) -> Self {
        Self { family: family.as_str(), drawing: symbols::drawing(icon), letters: letters(name) }
    }

    /// The tile of a connector's application.
    #[must_use]
    pub fn of_connector(connector: &ConnectorDescriptor) -> Self {
        Self::new(&connector.name, connector.family, &connector.icon)
    }

    /// A tile of the portal itself, by the name of its drawing.
    #[must_use]
    pub fn of_portal(icon: &str) -> Self {
        Self::new("", ApplicationFamily::Other, &Icon::Named(icon.to_owned()))
    }
}

/// Two letters for one word, the first letters of two words otherwise.
fn letters(name: &str) -> String {
    match initials(name) {
        one if one.chars().count() == 1 => name.chars().filter(|c| c.is_alphanumeric()).take(2).collect(),
        two => two,
    }
}
