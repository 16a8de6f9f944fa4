//! Connecting the account of a person: their login with their password or, better, an application passcode.

use super::{config::ZimbraAuthMethod, sessions::Shared};
use async_trait::async_trait;
use pleiade_core::{AccountLinking, ConnectorError, LinkedAccount, LinkingMethod};
use std::sync::Arc;

/// The linking that [`ZimbraConnector`](super::ZimbraConnector) offers for linked accounts.
#[derive(Debug)]
pub(super) struct Linking(Arc<Shared>);

impl Linking {
    /// None when the connector uses no linked accounts.
    pub(super) fn new(shared: &Arc<Shared>) -> Option<Self> {
        matches!(shared.config.access, ZimbraAuthMethod::Linked).then(|| Self(Arc::clone(shared)))
    }
}

#[async_trait]
impl AccountLinking for Linking {
    fn methods(&self) -> &[LinkingMethod] {
        const WAYS: &[LinkingMethod] = &[LinkingMethod::Pasted { login: true, page: None }];
        WAYS
    }

    async fn check(&self, account: &LinkedAccount) -> Result<LinkedAccount, ConnectorError> {
        self.0.accounts.opener().try_password(&account.login, &account.secret).await?;
        self.0.accounts.clear_refusal(&account.login, &account.secret);
        Ok(account.clone())
    }
}
