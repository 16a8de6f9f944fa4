//! What an operator writes to declare a connector, and the kinds of connector that this crate was built with.
//!
//! A host never names a kind: it asks [`visit_kinds`] for them, reads the settings of each as its own configuration is read, and has
//! [`ConnectorSettings::build`] make the connector.

use pleiade_core::{Connector, ConnectorError, ConnectorId, CredentialKind, Transport};
use serde::de::DeserializeOwned;
use std::{fmt, sync::Arc};
use url::Url;

/// The settings of one connector. Their `Debug` form shows no secret.
pub trait ConnectorSettings: fmt::Debug + Send + Sync + 'static {
    /// What the connector calls, to be allowed by the transport; links that people open are not among it.
    fn addresses(&self) -> Vec<&Url>;

    /// The kinds of credential that serve these settings, most advisable first. A host compares them with what it was told to give.
    fn accepts(&self) -> &[CredentialKind];

    /// Whether the application itself confines the logins for which the portal acts to the collectivités that may use them, so that a
    /// sign-in source of one of them cannot name a person of another.
    fn confines_logins(&self) -> bool {
        false
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

/// Something done with each kind, whose settings have a type of their own.
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
