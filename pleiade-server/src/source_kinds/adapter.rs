//! The adapter of each kind of source.

use crate::{accounts::Policy, seal::Sealer, storage::Storage};
use futures_util::future::BoxFuture;
use pleiade_core::{Clock, Directory, IdentityProvider, SourceId, Transport};
use pleiade_federation::{header::HeaderProvider, local::PasswordHashes};
use std::sync::Arc;
use url::Url;

/// A source that was built from its settings.
#[derive(Debug)]
pub(crate) struct BuiltSource {
    /// The provider that proves who somebody is.
    pub provider: Arc<dyn IdentityProvider>,
    /// The directory that lists its people.
    pub directory: Option<BuiltDirectory>,
    /// The provider that reads the headers of a proxy.
    pub headers: Option<Arc<HeaderProvider>>,
}

impl BuiltSource {
    pub(super) fn new(provider: impl IdentityProvider) -> Self {
        Self { provider: Arc::new(provider), directory: None, headers: None }
    }
}

/// The people of a source.
#[derive(Debug)]
pub(crate) struct BuiltDirectory {
    /// Lists them.
    pub people: Arc<dyn Directory>,
    /// The issuer of their subjects.
    pub issuer: String,
    /// True if an identity manager pushes them; false if they are read.
    pub is_pushed: bool,
}

/// A setting that must lie between two numbers, both allowed.
pub(crate) struct BoundedSetting {
    pub(crate) key: &'static str,
    pub(crate) value: u64,
    pub(crate) least: u64,
    pub(crate) most: u64,
}

/// An address of ours in the settings, to which somebody comes back.
pub(crate) struct ReturnAddress<'a> {
    pub(crate) key: &'static str,
    pub(crate) address: &'a Url,
    /// The last part of its path, behind the name of the source.
    pub(crate) page: &'static str,
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

    /// True if it lists its people: it may be followed, and other sources may rely on it.
    fn lists_people(&self) -> bool {
        false
    }

    /// True if it may serve other sources without anybody signing in by it.
    fn may_serve_alone(&self) -> bool {
        false
    }

    /// True if its answers hold the session of a portal with a menu.
    fn has_portal_session(&self) -> bool {
        false
    }

    /// True if nothing that it tells beside a login can be believed.
    fn tells_logins_alone(&self) -> bool {
        false
    }

    /// True if its server sells proxy tickets to the sessions that it opens.
    fn gives_proxy_tickets(&self) -> bool {
        false
    }

    /// The address to which its CAS server brings a browser back with what buys proxy tickets, without a question to whoever has a session
    /// there; none when it gives no such thing.
    fn ticket_service(&self) -> Option<&Url> {
        None
    }

    /// Its settings that have bounds.
    fn bounded_settings(&self) -> Vec<BoundedSetting> {
        Vec::new()
    }

    /// The addresses of ours that it sends somebody back to.
    fn return_addresses(&self) -> Vec<ReturnAddress<'_>> {
        Vec::new()
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
