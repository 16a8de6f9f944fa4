//! Connecting and disconnecting the account of a person.

use super::{
    client::{Authorization, Client, Session},
    config::NextcloudAuthMethod,
    sessions::Shared,
};
use async_trait::async_trait;
use pleiade_core::{
    AccountLinking, ConnectorError, LinkedAccount, LinkingMethod, LinkingPage, Locale, SecretString,
};
use std::sync::Arc;

/// The linking that [`NextcloudConnector`](super::NextcloudConnector) offers for app passwords.
#[derive(Debug)]
pub(super) struct Linking {
    shared: Arc<Shared>,
    basic: bool,
    ways: [LinkingMethod; 2],
}

impl Linking {
    /// None when the person's own token opens the server: there is nothing to link.
    pub(super) fn new(shared: &Arc<Shared>) -> Option<Self> {
        let basic = match shared.config.access {
            NextcloudAuthMethod::AppPassword => false,
            NextcloudAuthMethod::AppPasswordBasic => true,
            NextcloudAuthMethod::OidcToken => return None,
        };
        let page = Some(shared.accounts.opener().client.links().security());
        let ways = [LinkingMethod::LoginFlow, LinkingMethod::Pasted { login: basic, page }];
        Some(Self { shared: Arc::clone(shared), basic, ways })
    }

    fn client(&self) -> &Client {
        &self.shared.accounts.opener().client
    }

    fn session(&self, account: &LinkedAccount) -> Session {
        let auth = match self.basic {
            true => Authorization::Basic { login: account.login.clone(), password: account.secret.clone() },
            false => Authorization::Bearer(account.secret.clone()),
        };
        self.client().session(&auth, Locale::default())
    }
}

#[async_trait]
impl AccountLinking for Linking {
    fn methods(&self) -> &[LinkingMethod] {
        &self.ways
    }

    async fn start(&self, device: &str) -> Result<LinkingPage, ConnectorError> {
        let flow = self.client().start_login(device).await?;
        Ok(LinkingPage::new(flow.login, flow.token))
    }

    async fn poll(&self, token: &SecretString) -> Result<Option<LinkedAccount>, ConnectorError> {
        let granted = self.client().poll_login(token).await?;
        Ok(granted.map(|granted| LinkedAccount::new(granted.login, granted.secret)))
    }

    async fn check(&self, account: &LinkedAccount) -> Result<LinkedAccount, ConnectorError> {
        let user = self.session(account).user().await?;
        let login = if account.login.is_empty() { user.id } else { account.login.clone() };
        self.shared.accounts.clear_refusal(&login, &account.secret);
        Ok(LinkedAccount::new(login, account.secret.clone()))
    }

    async fn revoke(&self, account: &LinkedAccount) -> Result<(), ConnectorError> {
        self.session(account).revoke_app_password().await
    }
}
