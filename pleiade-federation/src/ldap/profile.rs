//! What a server says about itself (RFC 4512 §5.1).

use super::connection::Connection;
use crate::dn::DistinguishedName;
use pleiade_core::DirectoryError;

const ACTIVE_DIRECTORY: &str = "1.2.840.113556.1.4.800";

/// A server's own entry, as far as we use it.
#[derive(Debug, Default)]
pub(super) struct Profile {
    pub(super) is_active_directory: bool,
    /// The domain controller, among several: their counters differ.
    pub(super) service: Option<String>,
    controls: Vec<String>,
    contexts: Vec<DistinguishedName>,
}

impl Profile {
    pub(super) async fn fetch(connection: &mut Connection) -> Result<Self, DirectoryError> {
        let names = ["supportedCapabilities", "supportedControl", "dsServiceName", "namingContexts"];
        let entry = match connection
            .entry(&DistinguishedName::root(), "(objectClass=*)", names.map(str::to_owned).into())
            .await
        {
            Ok(Some(entry)) => entry,
            // Not every account may read it, and everything but incremental reading works without.
            Ok(None) | Err(DirectoryError::Refused(_)) => return Ok(Self::default()),
            Err(error) => return Err(error),
        };
        let all = |name: &str| entry.texts(name).map(str::to_owned).collect::<Vec<_>>();
        Ok(Self {
            is_active_directory: entry.texts("supportedCapabilities").any(|oid| oid == ACTIVE_DIRECTORY),
            service: entry.text("dsServiceName"),
            controls: all("supportedControl"),
            contexts: entry.names("namingContexts").collect(),
        })
    }

    /// True if the connection still works.
    pub(super) async fn is_answered(connection: &mut Connection) -> bool {
        connection.entry(&DistinguishedName::root(), "(objectClass=*)", vec!["1.1".to_owned()]).await.is_ok()
    }

    pub(super) fn supports(&self, control: &str) -> bool {
        self.controls.iter().any(|oid| oid == control)
    }

    /// The smallest tree of the server that holds this base.
    pub(super) fn context_of(&self, base: &DistinguishedName) -> Option<&DistinguishedName> {
        self.contexts.iter().filter(|context| base.is_under(context)).max_by_key(|context| context.depth())
    }
}
