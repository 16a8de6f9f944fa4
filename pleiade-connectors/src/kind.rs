//! The settings that an operator writes to declare a connector.
//!
//! A program that hosts connectors names no kind of them: it goes through the kinds with [`visit_kinds`](crate::registry::visit_kinds),
//! deserializes the settings of each from its own configuration, and makes the connector by [`ConnectorSettings::build`].

use crate::{
    http::{ClientIdentity, HardenedDialer, IdentityError},
    kit::shared::Filter,
};
use pleiade_core::{
    Connector, ConnectorError, ConnectorId, CredentialKind, ExposeSecret as _, SecretString, TenantId,
    Transport,
};
use serde::de::DeserializeOwned;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};
use url::Url;

/// The settings of one connector. Their `Debug` form shows no secret.
pub trait ConnectorSettings: fmt::Debug + Send + Sync + 'static {
    /// The addresses that the connector calls, to be allowed by the transport; pages that people open are not among them.
    fn addresses(&self) -> Vec<&Url>;

    /// The databases that the connector calls, each a host and a port, to be allowed by the host's [`HardenedDialer`].
    fn databases(&self) -> Vec<(&str, u16)> {
        Vec::new()
    }

    /// What else than [`addresses`](Self::addresses) the connector reads, a folder or a database, written alike by all connectors that read
    /// it: a host refuses several collectivités that read one by a technical account and are not told apart.
    fn stores(&self) -> Vec<String> {
        Vec::new()
    }

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

    /// True if the rows that a technical account reads name the collectivité to which they belong, or nobody reads anybody's rows. False for an
    /// application of which one instance is one collectivité's: a host refuses that several read it, since people of two collectivités who
    /// have the same key would read each other's rows.
    fn rows_name_tenants(&self) -> bool {
        true
    }

    /// The addresses of the application that these settings open to some groups alone, and those groups. An operator is told where another
    /// connector of the same application and collectivité opens them otherwise: the settings of one bind no other.
    fn reserved(&self) -> BTreeMap<Url, BTreeSet<String>> {
        BTreeMap::new()
    }

    /// The collectivités that these settings name beside the [`filter`](Self::filter), each under the key that names it. A host refuses
    /// those that it does not know: what is meant for one would be given to nobody.
    fn tenants(&self) -> Vec<(&'static str, &TenantId)> {
        Vec::new()
    }

    /// The certificate by which the application knows the portal, for applications that ask for one. A host gives such a connector a
    /// transport of its own, which shows it to this application alone. Settings have it under the keys `certificate` and `key`: a host that
    /// reads them from files (`certificate_file`, `key_file`) replaces it when the files change
    /// ([`RenewingTransport`](crate::http::RenewingTransport)).
    fn client_certificate(&self) -> Option<ClientCertificate<'_>> {
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

    /// The connector, by a host that also connects to databases: for settings that name some.
    ///
    /// # Errors
    /// As [`Self::build`].
    fn build_with(&self, id: ConnectorId, network: Network) -> Result<Arc<dyn Connector>, ConnectorError> {
        self.build(id, network.transport)
    }
}

/// The ways out that a host gives to a connector.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Network {
    /// Calls.
    pub transport: Arc<dyn Transport>,
    /// Connections to databases; none where the host opens no such connection.
    pub databases: Option<HardenedDialer>,
}

impl Network {
    /// Calls alone.
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self { transport, databases: None }
    }

    /// The same, with connections to databases.
    #[must_use]
    pub fn with_databases(mut self, databases: HardenedDialer) -> Self {
        self.databases = Some(databases);
        self
    }
}

/// A client certificate as settings hold it.
#[derive(Debug, Clone, Copy)]
pub struct ClientCertificate<'a> {
    /// The certificate, with its chain after it, as PEM.
    pub certificate: &'a str,
    /// Its key, as PEM.
    pub key: &'a SecretString,
}

impl ClientCertificate<'_> {
    /// The certificate and its key, read.
    ///
    /// # Errors
    /// Those of [`ClientIdentity::from_pem`].
    pub fn identity(&self) -> Result<ClientIdentity, IdentityError> {
        ClientIdentity::from_pem(self.certificate.as_bytes(), self.key.expose_secret().as_bytes())
    }
}

/// A function over the type of settings of each kind.
pub trait KindVisitor {
    /// A kind by its name, as operators write it.
    fn kind<S: ConnectorSettings + DeserializeOwned>(&mut self, name: &'static str);
}
