//! The kinds of connector that a file may name.

use super::{Problem, de::from_node, tree::Node};
use pleiade_connectors::{
    kind::{ConnectorSettings, KindVisitor},
    registry::visit_kinds,
};
use serde::de::DeserializeOwned;
use std::{collections::BTreeMap, fmt};

type ReadSettings = fn(&Node, &str) -> Result<Box<dyn ConnectorSettings>, Problem>;

/// The kinds of connector that a configuration may name: those that the program was built with, and those that whoever embeds the server
/// adds.
///
/// ```
/// # use pleiade_connectors::kind::ConnectorSettings;
/// # use pleiade_server::config::ConnectorKinds;
/// # fn with<LeaveSettings: ConnectorSettings + serde::de::DeserializeOwned>() -> ConnectorKinds {
/// ConnectorKinds::built_in().with::<LeaveSettings>("leave")
/// # }
/// ```
#[derive(Clone)]
pub struct ConnectorKinds(BTreeMap<&'static str, ReadSettings>);

impl fmt::Debug for ConnectorKinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Default for ConnectorKinds {
    fn default() -> Self {
        Self::built_in()
    }
}

impl KindVisitor for ConnectorKinds {
    fn kind<S: ConnectorSettings + DeserializeOwned>(&mut self, name: &'static str) {
        self.0.insert(name, |node, key| from_node::<S>(node, key).map(|settings| Box::new(settings) as _));
    }
}

impl ConnectorKinds {
    /// Those that this program was built with.
    #[must_use]
    pub fn built_in() -> Self {
        let mut kinds = Self(BTreeMap::new());
        visit_kinds(&mut kinds);
        kinds
    }

    /// One more, or another in the place of one of that name.
    #[must_use]
    pub fn with<S: ConnectorSettings + DeserializeOwned>(mut self, name: &'static str) -> Self {
        self.kind::<S>(name);
        self
    }

    /// The names, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.keys().copied()
    }

    /// The reader of the settings of a kind. The error says what to write instead of an unknown name.
    pub(super) fn settings_reader(&self, name: &str) -> Result<ReadSettings, String> {
        self.0.get(name).copied().ok_or_else(|| {
            let known: Vec<String> = self.names().map(|name| format!("`{name}`")).collect();
            match known.as_slice() {
                [] => "this program was built without any connector".to_owned(),
                _ => format!("there is no kind `{name}`, expected one of {}", known.join(", ")),
            }
        })
    }
}
