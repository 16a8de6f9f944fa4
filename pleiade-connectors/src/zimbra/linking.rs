//! Connecting the account of a person: their login with their password or, better, an application passcode.

use super::{config::ZimbraAccess, sessions::Shared};
use async_trait::async_trait;
use pleiade_core::{AccountLinking, ConnectorError, LinkedLogin, LinkingWay};
use std::sync::Arc;

/// What [`ZimbraConnector`](super::ZimbraConnector) offers when people connect accounts.
#[derive(Debug)]
pub(super) struct Linking(Arc<Shared>);

impl Linking {
    /// None when there is nothing to connect.
    pub(super) fn new(shared: &Arc<Shared>) -> Option<Self> {
        matches!(shared.config.access, ZimbraAccess::Linked).then(|| Self(Arc::clone(shared)))
    }
}

#[async_trait]
impl AccountLinking for Linking {
    fn ways(&self) -> &[LinkingWay] {
        const WAYS: &[LinkingWay] = &[LinkingWay::Pasted { login: true, page: None }];
        WAYS
    }

    async fn check(&self, account: &LinkedLogin) -> Result<LinkedLogin, ConnectorError> {
        self.0.accounts.opener().try_password(&account.login, &account.secret).await?;
        self.0.accounts.accepted(&account.login, &account.secret);
        Ok(account.clone())
    }
}
