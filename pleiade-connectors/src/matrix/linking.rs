//! Connecting the account of a person: they paste an access token of theirs.

use super::{client::Access, config::MatrixAccess, sessions::Shared};
use async_trait::async_trait;
use pleiade_core::{AccountLinking, ConnectorError, LinkedLogin, LinkingWay};
use std::sync::Arc;

/// What [`MatrixConnector`](super::MatrixConnector) offers when people connect accounts.
#[derive(Debug)]
pub(super) struct Linking(Arc<Shared>);

impl Linking {
    /// None when there is nothing to connect.
    pub(super) fn new(shared: &Arc<Shared>) -> Option<Self> {
        matches!(shared.config.access, MatrixAccess::LinkedAccount).then(|| Self(Arc::clone(shared)))
    }
}

#[async_trait]
impl AccountLinking for Linking {
    fn ways(&self) -> &[LinkingWay] {
        const WAYS: &[LinkingWay] = &[LinkingWay::Pasted { login: false, page: None }];
        WAYS
    }

    async fn check(&self, account: &LinkedLogin) -> Result<LinkedLogin, ConnectorError> {
        let accounts = &self.0.accounts;
        let me = accounts.opener().client.whoami(&Access::Token(account.secret.clone())).await?;
        accounts.accepted(&me.user_id, &account.secret);
        Ok(LinkedLogin::new(me.user_id, account.secret.clone()))
    }
}
