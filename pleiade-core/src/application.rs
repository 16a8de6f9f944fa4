//! Entries of the launcher.

use crate::{ApplicationId, ConnectorId};
use serde::{Deserialize, Serialize};
use url::Url;

/// An entry of the launcher: an application that a person may open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Application {
    /// Stable within its source.
    pub id: ApplicationId,
    /// The visible name.
    pub name: String,
    /// One sentence.
    pub description: Option<String>,
    /// The page to open; `https`, or `http` on a test machine.
    pub url: Url,
    /// The heading under which it stands.
    pub category: Option<String>,
    /// Its place within the category, smallest first, then by source order.
    pub order: u32,
    /// The picture on its tile.
    pub icon: Icon,
    /// The family that colours its tile.
    pub family: ApplicationFamily,
    /// The connector whose numbers stand on its tile.
    pub connector: Option<ConnectorId>,
}

/// The family of an application: what people use it for. It gives a tile its colour, and an application its heading in the launcher where
/// nobody named another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ApplicationFamily {
    /// Working together: mail, rooms, files, meetings.
    Collaboration,
    /// Acts of the administration without paper: signatures, transmissions to the State, sittings.
    Administration,
    /// The trade of a service: finances, time and leave, tickets.
    Business,
    /// Reading and learning: news, courses, directories.
    Information,
    /// Any other.
    #[default]
    Other,
}

impl ApplicationFamily {
    /// Its name in settings, style sheets and message keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Collaboration => "collaboration",
            Self::Administration => "administration",
            Self::Business => "business",
            Self::Information => "information",
            Self::Other => "other",
        }
    }
}

/// The picture of an application; none needs a request to a third party.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Icon {
    /// The first letters of its name.
    #[default]
    Initials,
    /// A symbol known by its name, for example `cloud`; unknown names fall back to initials.
    Named(String),
    /// A picture at the source's own address, shown only through our server.
    Picture(Url),
}

impl Application {
    /// An application with a name and an address.
    #[must_use]
    pub fn new(id: ApplicationId, name: impl Into<String>, url: Url) -> Self {
        Self {
            id,
            name: name.into(),
            description: None,
            url,
            category: None,
            order: 0,
            icon: Icon::Initials,
            family: ApplicationFamily::default(),
            connector: None,
        }
    }
}
