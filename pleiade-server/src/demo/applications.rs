//! The simulated applications of the demonstration, each on a loopback port of its own, and the connectors that read them over the
//! same hardened client as real ones.

use super::{DemoError, gallery};
use crate::{
    assemble::home,
    credentials::{CredentialRule, LinkedAccounts, LoginFrom, Rules, Vouchers},
};
use async_trait::async_trait;
use axum::{Router, response::Html};
use pleiade_connectors::{
    http::HardenedTransport,
    matrix::{MatrixAccess, MatrixConfig, MatrixConnector},
    nextcloud::{NextcloudConfig, NextcloudConnector},
    zimbra::{PreauthKey, ZimbraAccess, ZimbraConfig, ZimbraConnector},
};
use pleiade_core::{
    Actor, Application, Clock, Connector, ConnectorError, ConnectorId, Icon, LinkedLogin, MailDomain,
    TenantId, Transport,
};
use pleiade_testkit::{
    Matrix, Nextcloud, Served, Simulator, Zimbra, matrix, people::TENANTS, serve, zimbra::CONFERENCE_HOST,
};
use std::sync::Arc;
use url::Url;

/// What runs beside the server.
#[derive(Debug)]
pub(super) struct Simulated {
    /// Connectors of simulated applications.
    pub(super) connectors: Vec<Arc<dyn Connector>>,
    /// One application for each state of a card.
    pub(super) gallery: Vec<Arc<dyn Connector>>,
    /// How each is let in.
    pub(super) rules: Rules,
    _served: Vec<Served>,
}

fn broken(error: ConnectorError) -> DemoError {
    DemoError::Parts(error.to_string())
}

/// Serves an application on a free port, and gives its address without the final `/`.
async fn host(router: Router, served: &mut Vec<Served>) -> Result<Url, DemoError> {
    let server = serve(router).await.map_err(|_| DemoError::Loopback)?;
    let url = server.url.clone();
    served.push(server);
    Ok(url)
}

impl Simulated {
    pub(super) async fn start(clock: &Arc<dyn Clock>) -> Result<Self, DemoError> {
        let mut served = Vec::new();
        // Where links of applications without pages of their own lead.
        let page = Router::new().fallback(|| async { Html(include_str!("../../templates/simulated.html")) });
        let pages = host(page, &mut served).await?;
        let zimbra = host(Zimbra::new(clock.clone()).router(), &mut served).await?;
        let nextcloud = host(Nextcloud::new(clock.clone()).router(), &mut served).await?;
        let synapse = host(Matrix::new(clock.clone()).router(), &mut served).await?;
        let transport = [&zimbra, &nextcloud, &synapse]
            .into_iter()
            .fold(HardenedTransport::builder(), |builder, url| builder.origin(url, true))
            .build()
            .map_err(|error| DemoError::Parts(error.to_string()))?;
        let transport: Arc<dyn Transport> = Arc::new(transport);
        let (mail, cloud, chat) =
            (ConnectorId::new("zimbra")?, ConnectorId::new("nextcloud")?, ConnectorId::new("matrix")?);
        let gallery = gallery::rooms(&pages)?;
        let technical = |room: &Arc<dyn Connector>| (room.descriptor().id.clone(), CredentialRule::Technical);
        let mut rules = Rules::default();
        // The sample people are local accounts: somebody typed their logins.
        let typed = || Vouchers { typed: true, ..Vouchers::default() };
        let chosen = [
            (mail.clone(), CredentialRule::ActingLogin { login: LoginFrom::Mail }),
            (cloud.clone(), CredentialRule::LinkedAccount),
            (chat.clone(), CredentialRule::ActingLogin { login: LoginFrom::Login }),
        ];
        for (id, rule) in chosen.into_iter().chain(gallery.iter().map(technical)) {
            rules.insert(id, rule, typed());
        }
        let mut config = ZimbraConfig::new(zimbra, ZimbraAccess::Preauth { preauth_keys: preauth_keys()? });
        config.name = "Messagerie".to_owned();
        config.conference_hosts = vec![CONFERENCE_HOST.to_owned()];
        let zimbra = ZimbraConnector::new(mail, config, transport.clone()).map_err(broken)?;
        let mut config = NextcloudConfig::new(nextcloud);
        config.name = "Nuage".to_owned();
        let nextcloud = NextcloudConnector::new(cloud, config, transport.clone()).map_err(broken)?;
        let config = MatrixConfig {
            name: "Salons".to_owned(),
            homeserver: synapse,
            server_name: matrix::SERVER_NAME.to_owned(),
            element_url: pages.clone(),
            access: MatrixAccess::ApplicationService { as_token: matrix::AS_TOKEN.into() },
            device_id: "PLEIADE".to_owned(),
            private_receipts: false,
            lines: 20,
            remembered_people: 100,
        };
        let matrix = MatrixConnector::new(chat, config, transport).map_err(broken)?;
        Ok(Self {
            connectors: vec![Arc::new(zimbra), Arc::new(nextcloud), Arc::new(matrix)],
            rules,
            gallery,
            _served: served,
        })
    }

    /// The launcher's entries: the gallery is one application with many states.
    pub(super) fn entries(&self, connectors: &[Arc<dyn Connector>]) -> Vec<Application> {
        let mut entries: Vec<Application> = connectors.iter().filter_map(home).collect();
        entries.dedup_by(|one, other| one.name == other.name);
        for entry in &mut entries {
            entry.category = Some("Collaboration".to_owned());
            let drawn = match entry.id.as_str() {
                "zimbra" => "envelope",
                "nextcloud" => "cloud",
                "matrix" => "comments",
                _ => continue,
            };
            entry.icon = Icon::Named(drawn.to_owned());
        }
        entries
    }
}

fn preauth_keys() -> Result<Vec<PreauthKey>, DemoError> {
    let tenants: Vec<TenantId> =
        TENANTS.iter().map(|tenant| TenantId::new(tenant.id)).collect::<Result<_, _>>()?;
    TENANTS
        .iter()
        .map(|tenant| {
            let name = format!("{}.example", tenant.id);
            let domain: MailDomain =
                name.parse().map_err(|_| DemoError::Parts("a mail domain".to_owned()))?;
            Ok(PreauthKey { domain, key: Zimbra::preauth_key(&name).into(), tenants: tenants.clone() })
        })
        .collect()
}

/// The sample people's app passwords on the simulated Nextcloud.
#[derive(Debug)]
pub(super) struct SampleAccounts;

#[async_trait]
impl LinkedAccounts for SampleAccounts {
    async fn find(&self, actor: &Actor, _: &ConnectorId) -> Result<Option<LinkedLogin>, ConnectorError> {
        let account = |login: String| {
            let secret = Nextcloud::app_password(&login).into();
            LinkedLogin::new(login, secret)
        };
        Ok(actor.identity.login.clone().map(account))
    }
}
