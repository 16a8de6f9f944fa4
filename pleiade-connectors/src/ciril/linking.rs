//! Connecting the Civil account of a person: their login and their password.

use super::{config::CirilAuthMethod, sessions::Shared};
use async_trait::async_trait;
use pleiade_core::{AccountLinking, ConnectorError, LinkedAccount, LinkingMethod};
use std::sync::Arc;

/// The linking that [`CirilConnector`](super::CirilConnector) offers for linked accounts.
#[derive(Debug)]
pub(super) struct Linking(Arc<Shared>);

impl Linking {
    /// None when one technical account reads for everybody.
    pub(super) fn new(shared: &Arc<Shared>) -> Option<Self> {
        (shared.config().access == CirilAuthMethod::Linked).then(|| Self(Arc::clone(shared)))
    }
}

#[async_trait]
impl AccountLinking for Linking {
    fn methods(&self) -> &[LinkingMethod] {
        const WAYS: &[LinkingMethod] = &[LinkingMethod::Pasted { login: true, page: None }];
        WAYS
    }

    async fn check(&self, account: &LinkedAccount) -> Result<LinkedAccount, ConnectorError> {
        self.0.accounts.opener().access(&account.login, &account.secret).await?;
        self.0.accounts.clear_refusal(&account.login, &account.secret);
        Ok(account.clone())
    }
}
