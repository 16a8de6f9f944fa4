//! The simulated applications of the demonstration, each on a port of its own beside the desk's, and the connectors that read them over the
//! same hardened client as real ones.

use super::{error::DemoError, gallery};
use crate::{
    assemble::launcher_entry,
    credentials::{CredentialRule, LinkedAccounts, Rules, Vouchers},
    demonstration::Switch,
};
use async_trait::async_trait;
use axum::{
    Router,
    extract::Request,
    http::StatusCode,
    middleware::{self, Next},
    response::{Html, IntoResponse as _},
};
use pleiade_connectors::{http::HardenedTransport, kind::ConnectorSettings, registry::read_settings};
use pleiade_core::{
    Actor, Application, Clock, Connector, ConnectorError, ConnectorId, Credential, LinkedAccount, Placement,
    TenantId, Transport,
};
use pleiade_testkit::{
    Living, RunningServer, SimulatedApplication, serve_at, simulated,
    simulated::{Addresses, AuthSetup},
};
use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use url::Url;

/// The simulated applications that run beside the server.
#[derive(Debug)]
pub(super) struct Simulated {
    /// Connectors of simulated applications.
    pub(super) connectors: Vec<Arc<dyn Connector>>,
    /// One application for each state of a card.
    pub(super) gallery: Vec<Arc<dyn Connector>>,
    /// By which each is cut off.
    pub(super) switches: Vec<Switch>,
    /// The credential rule of each.
    pub(super) rules: Rules,
    applications: Vec<SimulatedApplication>,
    _served: Vec<RunningServer>,
}

fn broken(error: ConnectorError) -> DemoError {
    DemoError::Parts(error.to_string())
}

fn unreadable(error: serde_json::Error) -> DemoError {
    DemoError::Parts(error.to_string())
}

/// The router of an application that answers nothing while it is cut off.
fn with_switch(router: Router, is_cut: Arc<AtomicBool>) -> Router {
    router.layer(middleware::from_fn(move |request: Request, next: Next| {
        let is_cut = is_cut.load(Ordering::Relaxed);
        async move {
            match is_cut {
                true => StatusCode::SERVICE_UNAVAILABLE.into_response(),
                false => next.run(request).await,
            }
        }
    }))
}

/// Serves an application on a free port, and gives its address without the final `/`.
async fn host(at: IpAddr, router: Router, served: &mut Vec<RunningServer>) -> Result<Url, DemoError> {
    let server = serve_at(at, router).await.map_err(|_| DemoError::Listen(at))?;
    let url = server.url.clone();
    served.push(server);
    Ok(url)
}

impl Simulated {
    pub(super) async fn start(at: IpAddr, clock: &Arc<dyn Clock>) -> Result<Self, DemoError> {
        let mut served = Vec::new();
        // Where links of applications without pages of their own lead.
        let page = Router::new().fallback(|| async { Html(include_str!("../../templates/simulated.html")) });
        let pages = host(at, page, &mut served).await?;
        // Those whose connector this program was built with.
        let mut applications = Vec::new();
        let mut read: Vec<(ConnectorId, Box<dyn ConnectorSettings>)> = Vec::new();
        let mut cuts = Vec::new();
        let mut rules = Rules::default();
        let mut hosted = Vec::new();
        for application in simulated() {
            let is_cut = Arc::new(AtomicBool::new(false));
            let simulator = (application.make)(clock.clone());
            let living = Living::new(simulator.clone(), clock.clone());
            let router = with_switch(living.router(), is_cut.clone());
            let url = host(at, router.clone(), &mut served).await?;
            hosted.push((application, simulator, router, is_cut, url));
        }
        // Whoever joins a meeting of a calendar comes to a page that answers.
        if let Some((.., place)) = hosted.iter().find(|(application, ..)| application.holds_meetings) {
            hosted.iter().for_each(|(_, simulator, ..)| simulator.meet_at(place));
        }
        for (application, _, router, is_cut, url) in hosted {
            let Some(setup) = application.setups.first() else { continue };
            let mut addresses = Addresses::new(url, pages.clone());
            if !at.is_loopback() {
                addresses =
                    addresses.with_local(host(Ipv4Addr::LOCALHOST.into(), router, &mut served).await?);
            }
            let settings = (setup.settings)(&addresses);
            let Some(settings) = read_settings(application.kind, settings) else { continue };
            let id = ConnectorId::new(application.kind)?;
            let rule = serde_json::from_value::<CredentialRule>(setup.credentials.clone());
            // The sample people are local accounts: somebody typed their logins.
            let typed = Vouchers { typed: true, ..Vouchers::default() };
            rules.insert(id.clone(), rule.map_err(unreadable)?, typed);
            cuts.push((id.clone(), is_cut));
            read.push((id, settings.map_err(unreadable)?));
            applications.push(application);
        }
        let addresses = read.iter().flat_map(|(_, settings)| settings.addresses());
        let transport = addresses
            .fold(HardenedTransport::builder(), |builder, url| builder.origin(url, true))
            .build()
            .map_err(|error| DemoError::Parts(error.to_string()))?;
        let transport: Arc<dyn Transport> = Arc::new(transport);
        let connectors = read.into_iter().map(|(id, settings)| settings.build(id, transport.clone()));
        let connectors: Vec<Arc<dyn Connector>> = connectors.collect::<Result<_, _>>().map_err(broken)?;
        let switches = connectors.iter().zip(cuts).map(|(connector, (id, is_cut))| Switch {
            connector: id,
            name: connector.descriptor().name.clone(),
            cut: is_cut,
        });
        let switches = switches.collect();
        let gallery = gallery::rooms(&pages)?;
        for room in &gallery {
            rules.insert(
                room.descriptor().id.clone(),
                CredentialRule::Technical { key: None },
                Vouchers::default(),
            );
        }
        Ok(Self { connectors, gallery, switches, rules, applications, _served: served })
    }

    fn application(&self, id: &ConnectorId) -> Option<&SimulatedApplication> {
        self.applications.iter().find(|application| application.kind == id.as_str())
    }

    /// True if an application is a collectivité's.
    pub(super) fn serves(&self, connector: &ConnectorId, tenant: &TenantId) -> bool {
        self.application(connector).is_none_or(|application| {
            application.tenants.is_empty() || application.tenants.contains(&tenant.as_str())
        })
    }

    /// The cards of applications, but for those that show what others of the same people do: everybody's, and by group those of groups
    /// alone.
    pub(super) fn cards(
        &self,
        connectors: &[Arc<dyn Connector>],
    ) -> (Vec<Placement>, BTreeMap<&'static str, Vec<Placement>>) {
        let (mut everybody, mut groups) = (Vec::new(), BTreeMap::<_, Vec<_>>::new());
        for connector in connectors {
            let id = &connector.descriptor().id;
            let application = self.application(id);
            for widget in connector.widgets().iter().map(|widget| &widget.descriptor().id) {
                let placed = |group: Option<&str>| {
                    let mut placement = Placement::new(id.clone(), widget.clone());
                    placement.wide = application.is_some_and(|one| one.wide.contains(&widget.as_str()));
                    placement.card = application.is_none_or(|one| one.draws(widget.as_str(), group));
                    placement
                };
                let own = application.map_or(Some(Vec::new()), |one| one.groups_with(widget.as_str()));
                match own.as_deref() {
                    None => {}
                    Some([]) => everybody.push(placed(None)),
                    Some(own) => {
                        for group in own {
                            groups.entry(*group).or_default().push(placed(Some(group)));
                        }
                    }
                }
            }
        }
        (everybody, groups)
    }

    /// The accounts that sample people are taken to have connected.
    pub(super) fn sample_accounts(&self) -> SampleAccounts {
        let setups = self.applications.iter().filter_map(|application| {
            Some((ConnectorId::new(application.kind).ok()?, application.setups.first()?.clone()))
        });
        SampleAccounts(setups.collect())
    }

    /// The launcher's entries: the gallery is one application with many states.
    pub(super) fn entries(&self, connectors: &[Arc<dyn Connector>]) -> Vec<Application> {
        let mut entries: Vec<Application> = connectors.iter().filter_map(launcher_entry).collect();
        entries.dedup_by(|one, other| one.name == other.name);
        entries
    }
}

/// The accounts of the sample people, for applications whose accounts have to be connected.
#[derive(Debug)]
pub(super) struct SampleAccounts(BTreeMap<ConnectorId, AuthSetup>);

#[async_trait]
impl LinkedAccounts for SampleAccounts {
    async fn find_linked_account(
        &self,
        actor: &Actor,
        connector: &ConnectorId,
    ) -> Result<Option<LinkedAccount>, ConnectorError> {
        let give = self.0.get(connector).and_then(|setup| setup.credential);
        Ok(match give.zip(actor.identity.login.as_deref()).map(|(give, login)| give(login, 0)) {
            Some(Credential::LinkedAccount { login, secret }) => Some(LinkedAccount::new(login, secret)),
            _ => None,
        })
    }
}
