//! What an operator writes to declare a connector, and the kinds of connector that this crate was built with.
//!
//! A host never names a kind: it asks [`visit_kinds`] for them, reads the settings of each as its own configuration is read, and has
//! [`ConnectorSettings::build`] make the connector.

use crate::kit::shared::Filter;
use pleiade_core::{Connector, ConnectorError, ConnectorId, CredentialKind, Transport};
use serde::{Deserializer, de::DeserializeOwned};
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

/// Shows every kind of this build to a visitor: the registry, one line for each connector.
///
/// ```
/// # use pleiade_connectors::kind::{ConnectorSettings, KindVisitor, visit_kinds};
/// # use serde::de::DeserializeOwned;
/// #[derive(Default)]
/// struct Names(Vec<&'static str>);
/// impl KindVisitor for Names {
///     fn kind<S: ConnectorSettings + DeserializeOwned>(&mut self, name: &'static str) {
///         self.0.push(name);
///     }
/// }
/// let mut names = Names::default();
/// visit_kinds(&mut names);
/// println!("This program reads {}.", names.0.join(", "));
/// ```
pub fn visit_kinds(visitor: &mut impl KindVisitor) {
    let _ = &visitor;
    #[cfg(feature = "matrix")]
    visitor.kind::<crate::matrix::MatrixConfig>("matrix");
    #[cfg(feature = "nextcloud")]
    visitor.kind::<crate::nextcloud::NextcloudConfig>("nextcloud");
    #[cfg(feature = "zimbra")]
    visitor.kind::<crate::zimbra::ZimbraConfig>("zimbra");
}

/// Reads the settings of a kind from any format. None when this build has no such kind.
///
/// # Errors
/// Those of the format and of the settings.
pub fn read_settings<'de, D: Deserializer<'de>>(
    kind: &str,
    from: D,
) -> Option<Result<Box<dyn ConnectorSettings>, D::Error>> {
    let mut reading = Reading { wanted: kind, from: Some(from), read: None };
    visit_kinds(&mut reading);
    reading.read
}

struct Reading<'a, D, E> {
    wanted: &'a str,
    from: Option<D>,
    read: Option<Result<Box<dyn ConnectorSettings>, E>>,
}

impl<'de, D: Deserializer<'de>> KindVisitor for Reading<'_, D, D::Error> {
    fn kind<S: ConnectorSettings + DeserializeOwned>(&mut self, name: &'static str) {
        if name == self.wanted
            && let Some(from) = self.from.take()
        {
            self.read = Some(S::deserialize(from).map(|settings| Box::new(settings) as _));
        }
    }
}
