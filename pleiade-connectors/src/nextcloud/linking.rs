//! Connecting and disconnecting the account of a person.

use super::{
    client::{Access, Client, Session},
    config::AccessMode,
    sessions::Shared,
};
use async_trait::async_trait;
use pleiade_core::{
    AccountLinking, ConnectorError, LinkedLogin, LinkingPage, LinkingWay, Locale, SecretString,
};
use std::sync::Arc;

/// What [`NextcloudConnector`](super::NextcloudConnector) offers when it works with app passwords.
#[derive(Debug)]
pub(super) struct Linking {
    shared: Arc<Shared>,
    basic: bool,
    ways: [LinkingWay; 2],
}

impl Linking {
    /// None when the person's own token opens the server: there is nothing to connect.
    pub(super) fn new(shared: &Arc<Shared>) -> Option<Self> {
        let basic = match shared.config.access {
            AccessMode::AppPassword => false,
            AccessMode::AppPasswordBasic => true,
            AccessMode::OidcToken => return None,
        };
        let page = Some(shared.accounts.opener().client.links().security());
        let ways = [LinkingWay::LoginFlow, LinkingWay::Pasted { login: basic, page }];
        Some(Self { shared: Arc::clone(shared), basic, ways })
    }

    fn client(&self) -> &Client {
        &self.shared.accounts.opener().client
    }

    fn session(&self, account: &LinkedLogin) -> Session {
        let access = match self.basic {
            true => Access::Basic { login: account.login.clone(), password: account.secret.clone() },
            false => Access::Bearer(account.secret.clone()),
        };
        self.client().session(&access, Locale::default())
    }
}

#[async_trait]
impl AccountLinking for Linking {
    fn ways(&self) -> &[LinkingWay] {
        &self.ways
    }

    async fn start(&self, device: &str) -> Result<LinkingPage, ConnectorError> {
        let flow = self.client().start_login(device).await?;
        Ok(LinkingPage::new(flow.login, flow.token))
    }

    async fn poll(&self, token: &SecretString) -> Result<Option<LinkedLogin>, ConnectorError> {
        let granted = self.client().poll_login(token).await?;
        Ok(granted.map(|granted| LinkedLogin::new(granted.login, granted.secret)))
    }

    async fn check(&self, account: &LinkedLogin) -> Result<LinkedLogin, ConnectorError> {
        let user = self.session(account).user().await?;
        let login = if account.login.is_empty() { user.id } else { account.login.clone() };
        self.shared.accounts.accepted(&login, &account.secret);
        Ok(LinkedLogin::new(login, account.secret.clone()))
    }

    async fn revoke(&self, account: &LinkedLogin) -> Result<(), ConnectorError> {
        self.session(account).revoke_app_password().await
    }
}
