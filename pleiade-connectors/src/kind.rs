//! The settings that an operator writes to declare a connector.
//!
//! A program that hosts connectors names no kind of them: it goes through the kinds with [`visit_kinds`](crate::registry::visit_kinds),
//! deserializes the settings of each from its own configuration, and makes the connector by [`ConnectorSettings::build`].

use crate::kit::shared::Filter;
use pleiade_core::{Connector, ConnectorError, ConnectorId, CredentialKind, Transport};
use serde::de::DeserializeOwned;
use std::{fmt, sync::Arc};
use url::Url;

/// The settings of one connector. Their `Debug` form shows no secret.
pub trait ConnectorSettings: fmt::Debug + Send + Sync + 'static {
    /// The addresses that the connector calls, to be allowed by the transport; pages that people open are not among them.
    fn addresses(&self) -> Vec<&Url>;

    /// The kinds of credential that serve these settings, most advisable first. A host compares them with the ones it is configured to
    /// give.
    fn accepts(&self) -> &[CredentialKind];

    /// True if the application itself confines the logins for which the portal acts to the collectivités that may use them, so that a
    /// sign-in source of one of them cannot name a person of another.
    fn confines_logins(&self) -> bool {
        false
    }

    /// The filter of a technical account's answers, for connectors that accept [`CredentialKind::Technical`] and read rows of people. A
    /// host refuses a configuration in which a filter has no rule. None when all that is read is the same for everybody.
    fn filter(&self) -> Option<&Filter> {
        None
    }

    /// The connector.
    ///
    /// # Errors
    /// [`BadConfiguration`](pleiade_core::ErrorKind::BadConfiguration), whose hint names the key.
    fn build(
        &self,
        id: ConnectorId,
        transport: Arc<dyn Transport>,
    ) -> Result<Arc<dyn Connector>, ConnectorError>;
}

/// A function over the type of settings of each kind.
pub trait KindVisitor {
    /// A kind by its name, as operators write it.
    fn kind<S: ConnectorSettings + DeserializeOwned>(&mut self, name: &'static str);
}
