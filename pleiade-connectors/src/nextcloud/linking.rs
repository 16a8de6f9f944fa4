//! Connecting and disconnecting the account of a person.

use super::{
    client::{Access, Client},
    config::AccessMode,
};
use async_trait::async_trait;
use pleiade_core::{
    AccountLinking, ConnectorError, LinkedLogin, LinkingPage, LinkingWay, Locale, SecretString,
};

/// What [`NextcloudConnector`](super::NextcloudConnector) offers when it works with app passwords.
#[derive(Debug)]
pub(super) struct Linking {
    client: Client,
    basic: bool,
    ways: [LinkingWay; 2],
}

impl Linking {
    /// None when the person's own token opens the server: there is nothing to connect.
    pub(super) fn new(client: &Client, mode: AccessMode) -> Option<Self> {
        let basic = match mode {
            AccessMode::AppPassword => false,
            AccessMode::AppPasswordBasic => true,
            AccessMode::OidcToken => return None,
        };
        let page = Some(client.links().security());
        let ways = [LinkingWay::LoginFlow, LinkingWay::Pasted { login: basic, page }];
        Some(Self { client: client.clone(), basic, ways })
    }

    fn access(&self, account: &LinkedLogin) -> Access {
        if self.basic {
            Access::Basic { login: account.login.clone(), password: account.secret.clone() }
        } else {
            Access::Bearer(account.secret.clone())
        }
    }
}

#[async_trait]
impl AccountLinking for Linking {
    fn ways(&self) -> &[LinkingWay] {
        &self.ways
    }

    async fn start(&self, device: &str) -> Result<LinkingPage, ConnectorError> {
        let flow = self.client.start_login(device).await?;
        Ok(LinkingPage::new(flow.login, flow.token))
    }

    async fn poll(&self, token: &SecretString) -> Result<Option<LinkedLogin>, ConnectorError> {
        let granted = self.client.poll_login(token).await?;
        Ok(granted.map(|granted| LinkedLogin::new(granted.login, granted.secret)))
    }

    async fn check(&self, account: &LinkedLogin) -> Result<LinkedLogin, ConnectorError> {
        let user = self.client.session(&self.access(account), Locale::default()).user().await?;
        let login = if account.login.is_empty() { user.id } else { account.login.clone() };
        Ok(LinkedLogin::new(login, account.secret.clone()))
    }

    async fn revoke(&self, account: &LinkedLogin) -> Result<(), ConnectorError> {
        self.client.session(&self.access(account), Locale::default()).revoke_app_password().await
    }
}
