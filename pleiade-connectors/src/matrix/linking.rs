//! Connecting the account of a person: they paste an access token of theirs.

use super::{client::Authorization, config::MatrixAuthMethod, sessions::Shared};
use async_trait::async_trait;
use pleiade_core::{AccountLinking, ConnectorError, LinkedAccount, LinkingMethod};
use std::sync::Arc;

/// The linking that [`MatrixConnector`](super::MatrixConnector) offers for linked accounts.
#[derive(Debug)]
pub(super) struct Linking(Arc<Shared>);

impl Linking {
    /// None when the connector uses no linked accounts.
    pub(super) fn new(shared: &Arc<Shared>) -> Option<Self> {
        matches!(shared.config.access, MatrixAuthMethod::LinkedAccount).then(|| Self(Arc::clone(shared)))
    }
}

#[async_trait]
impl AccountLinking for Linking {
    fn methods(&self) -> &[LinkingMethod] {
        const WAYS: &[LinkingMethod] = &[LinkingMethod::Pasted { login: false, page: None }];
        WAYS
    }

    async fn check(&self, account: &LinkedAccount) -> Result<LinkedAccount, ConnectorError> {
        let accounts = &self.0.accounts;
        let me = accounts.opener().client.whoami(&Authorization::Token(account.secret.clone())).await?;
        accounts.clear_refusal(&me.user_id, &account.secret);
        Ok(LinkedAccount::new(me.user_id, account.secret.clone()))
    }
}
