//! Connecting and disconnecting the account of a person, by a token that they made in Pastell.

use super::{
    client::{Authorization, Session},
    config::PastellAuthMethod,
    sessions::Shared,
};
use async_trait::async_trait;
use pleiade_core::{AccountLinking, ConnectorError, ErrorKind, LinkedAccount, LinkingMethod};
use std::sync::Arc;

/// The linking that [`PastellConnector`](super::PastellConnector) offers for tokens.
#[derive(Debug)]
pub(super) struct Linking {
    shared: Arc<Shared>,
    methods: [LinkingMethod; 1],
}

impl Linking {
    /// None when CAS opens the platform: there is nothing to link.
    pub(super) fn new(shared: &Arc<Shared>) -> Option<Self> {
        let config = &shared.rules.config;
        if config.access != PastellAuthMethod::UserToken {
            return None;
        }
        let account = || shared.accounts.opener().client.links().account();
        let page = config.token_page.clone().unwrap_or_else(account);
        let methods = [LinkingMethod::Pasted { login: false, page: Some(page) }];
        Some(Self { shared: Arc::clone(shared), methods })
    }

    fn session(&self, account: &LinkedAccount) -> Session {
        self.shared.accounts.opener().client.session(Authorization::Token(account.secret.clone()))
    }
}

#[async_trait]
impl AccountLinking for Linking {
    fn methods(&self) -> &[LinkingMethod] {
        &self.methods
    }

    /// Pastell has no question for "who am I": the person's tokens name their number, and a login is told to whoever may read users.
    async fn check(&self, account: &LinkedAccount) -> Result<LinkedAccount, ConnectorError> {
        let session = self.session(account);
        let owner = session.tokens().await?.first().map(|token| token.owner);
        let login = match owner {
            Some(owner) => session.login(owner).await?.unwrap_or_else(|| format!("id_u {owner}")),
            None => account.login.clone(),
        };
        self.shared.accounts.clear_refusal(&login, &account.secret);
        Ok(LinkedAccount::new(login, account.secret.clone()))
    }

    /// Pastell does not say which of a person's tokens is the one that is sent: an only one is deleted.
    async fn revoke(&self, account: &LinkedAccount) -> Result<(), ConnectorError> {
        let session = self.session(account);
        let tokens = session.tokens().await?;
        match tokens.items.as_slice() {
            [only] if !tokens.is_partial() => session.delete_token(only.id).await,
            _ => Err(ConnectorError::new(ErrorKind::Unsupported, "delete a token")
                .with_hint("the person has several tokens in Pastell, which does not say which one this is")),
        }
    }
}
