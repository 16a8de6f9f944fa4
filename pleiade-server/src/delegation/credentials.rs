//! The credentials for somebody who stands in for another person.

use crate::credentials::{ActsFor, CredentialRule, Rules};
use async_trait::async_trait;
use pleiade_core::{
    Connector, ConnectorError, Credential, CredentialKind, CredentialRequest, CredentialSource, ErrorKind,
};
use std::sync::Arc;

/// True if tasks of an application may be seen by somebody else: only where the portal enters it by a key of its own, and its connector
/// says that some may.
#[must_use]
pub fn can_be_delegated(rules: &Rules, connector: &dyn Connector) -> bool {
    let has_own_key = matches!(
        rules.get(&connector.descriptor().id),
        Some(CredentialRule::ActingLogin { .. } | CredentialRule::Technical { .. })
    );
    has_own_key && connector.widgets().iter().any(|widget| !widget.descriptor().delegable.is_empty())
}

/// The portal's own keys, for the giver of a delegation, and nothing of the giver's own.
#[derive(Debug)]
pub struct StandInCredentials {
    rules: Arc<Rules>,
    giver: ActsFor,
}

impl StandInCredentials {
    /// After the operator's rules.
    #[must_use]
    pub fn new(rules: Arc<Rules>, giver: ActsFor) -> Self {
        Self { rules, giver }
    }
}

#[async_trait]
impl CredentialSource for StandInCredentials {
    async fn credential(&self, request: CredentialRequest<'_>) -> Result<Credential, ConnectorError> {
        let refused = |kind, hint| Err(ConnectorError::new(kind, "stand in for somebody").with_hint(hint));
        let (kind, credential) = match self.rules.get(request.connector) {
            Some(CredentialRule::ActingLogin { login }) => {
                let login = self.giver.login(request.connector, *login, request.actor)?;
                (CredentialKind::ActingLogin, Credential::ActingLogin { login })
            }
            Some(CredentialRule::Technical { key }) => {
                let login = |from| self.giver.login(request.connector, from, request.actor);
                (CredentialKind::Technical, Credential::Technical { key: key.map(login).transpose()? })
            }
            _ => return refused(ErrorKind::Forbidden, "this application cannot be delegated"),
        };
        if request.accepts.contains(&kind) {
            Ok(credential)
        } else {
            refused(
                ErrorKind::BadConfiguration,
                "this connector does not accept the configured kind of credential",
            )
        }
    }
}
