//! The adapter of each kind of source.

use crate::{accounts::Policy, scim::ScimDirectory, seal::Sealer, storage::Storage};
use futures_util::future::BoxFuture;
use pleiade_core::{Clock, IdentityProvider, SourceId, Transport};
use pleiade_federation::{header::HeaderProvider, ldap::LdapDirectory, local::PasswordHashes};
use std::sync::Arc;
use url::Url;

/// A source that was built from its settings.
#[derive(Debug)]
pub(crate) struct BuiltSource {
    /// The provider that proves who somebody is.
    pub provider: Arc<dyn IdentityProvider>,
    /// The directory that lists people.
    pub directory: Option<Arc<LdapDirectory>>,
    /// The directory of the people whom an identity manager pushes.
    pub pushed: Option<Arc<ScimDirectory>>,
    /// The provider that reads the headers of a proxy.
    pub headers: Option<Arc<HeaderProvider>>,
}

impl BuiltSource {
    pub(super) fn new(provider: impl IdentityProvider) -> Self {
        Self { provider: Arc::new(provider), directory: None, pushed: None, headers: None }
    }
}

/// The parts that sources are built on.
#[derive(Clone, Copy)]
pub(crate) struct SourceContext<'a> {
    pub(crate) transport: &'a Arc<dyn Transport>,
    pub(crate) storage: &'a Arc<dyn Storage>,
    pub(crate) sealer: &'a Arc<Sealer>,
    pub(crate) clock: &'a Arc<dyn Clock>,
    pub(crate) hashes: &'a PasswordHashes,
}

/// A question to a source that is still to be asked: the sentence that says how it answered, or why it did not.
pub(crate) type SourceProbe = BoxFuture<'static, Result<&'static str, String>>;

/// The settings of one kind of source, as the server uses them.
pub(crate) trait SourceAdapter {
    /// The name of the kind, in the fingerprints of sources: it never changes.
    fn name(&self) -> &'static str;

    /// The authority that vouches for its people, for its fingerprint. Sessions of a source that had another are refused.
    fn authority(&self) -> String {
        String::new()
    }

    /// The addresses that the server calls.
    fn called_addresses(&self) -> Vec<Url> {
        Vec::new()
    }

    /// The addresses to which forms of ours may lead a browser.
    fn form_targets(&self) -> Vec<Url> {
        Vec::new()
    }

    /// True if it compares names of groups and attributes without regard to case.
    fn ignores_case(&self) -> bool {
        false
    }

    /// The rules for its accounts, when they are kept here.
    fn account_policy(&self) -> Option<Policy> {
        None
    }

    /// Builds it.
    ///
    /// # Errors
    /// The fault of the settings.
    fn build(&self, id: &SourceId, context: SourceContext<'_>) -> Result<BuiltSource, String>;

    /// A probe of its server; none when there is nobody to ask. Opens no storage.
    ///
    /// # Errors
    /// The fault of the settings.
    fn probe(
        &self,
        id: &SourceId,
        transport: &Arc<dyn Transport>,
        clock: &Arc<dyn Clock>,
    ) -> Result<Option<SourceProbe>, String>;
}
