//! The ways in: a source proves who somebody is, mapping says for whom they act, linking finds the person, a session is opened.
//!
//! Threats: a sign-in started elsewhere (the attempt is sealed in a cookie of the browser that started it and is used once), an answer
//! of another source (each source has its own callback and the attempt names it), a return path that leaves the site, guessing
//! (each source slows one login down, the server one address), a collectivité's source that gives rights elsewhere (see [`mapping`]).

mod attempt;
mod enter;
pub mod local;
pub(crate) mod routes;

pub use pleiade_federation::mapping;

use crate::web::site::Site;
use mapping::Mapping;
use pleiade_core::{Clock, IdentityProvider, SourceId, TenantId};
use pleiade_federation::throttle::Throttle;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use url::Url;

/// Failures that one address may make before it is slowed down. A town hall shares one address.
const FAILURES_OF_AN_ADDRESS: u32 = 50;
/// How often an address is forgiven one failure, so that the typing errors of a whole town hall do not add up all day.
const FORGIVES_ONE_EVERY: Duration = Duration::from_secs(20);

/// One configured way in.
#[derive(Debug)]
pub struct Source {
    /// What proves who somebody is.
    pub provider: Arc<dyn IdentityProvider>,
    /// Its name on the sign-in page.
    pub title: String,
    /// The collectivité that owns it, or none for the operator's own.
    pub owner: Option<TenantId>,
    /// The collectivités on whose host names the operator's source is offered; its owner's alone otherwise.
    pub offered_to: Vec<TenantId>,
    /// For whom its people act, and with which rights.
    pub mapping: Mapping,
    /// Where forms of ours may lead a browser: the provider's own pages.
    pub leads_to: Vec<Url>,
    /// The claim that holds the person's session at a LemonLDAP::NG portal with a menu.
    pub portal_session: Option<String>,
}

impl Source {
    /// Whether people of a site may use it.
    #[must_use]
    pub fn is_offered_at(&self, site: &Site) -> bool {
        match site {
            Site::Operator(_) => self.owner.is_none(),
            Site::Tenant(tenant) => {
                self.owner.as_ref() == Some(&tenant.id) || self.offered_to.contains(&tenant.id)
            }
        }
    }
}

/// Every way in.
#[derive(Debug)]
pub struct SignIn {
    sources: BTreeMap<SourceId, Source>,
    /// By address; each source slows guessing of one login down by itself.
    addresses: Throttle,
    /// Names and passwords of the sample people, which only a demonstration shows.
    pub samples: Vec<Sample>,
}

/// A sample person on the sign-in page of a demonstration.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Name and function.
    pub who: String,
    /// Login.
    pub login: String,
    /// Password.
    pub password: String,
}

impl SignIn {
    /// The sources of the instance.
    #[must_use]
    pub fn new(sources: impl IntoIterator<Item = Source>, clock: Arc<dyn Clock>) -> Self {
        let sources = sources.into_iter().map(|source| (source.provider.id().clone(), source)).collect();
        let addresses = Throttle::new(clock, FAILURES_OF_AN_ADDRESS).forgiving(FORGIVES_ONE_EVERY);
        Self { sources, addresses, samples: Vec::new() }
    }

    /// A source, if it is offered on this site.
    #[must_use]
    pub fn source(&self, id: &SourceId, site: &Site) -> Option<&Source> {
        self.sources.get(id).filter(|source| source.is_offered_at(site))
    }

    /// A source by its id, wherever it is offered: providers call back without knowing our sites.
    #[must_use]
    pub fn any_source(&self, id: &SourceId) -> Option<&Source> {
        self.sources.get(id)
    }

    /// The sources of a site.
    pub fn offered<'a>(&'a self, site: &'a Site) -> impl Iterator<Item = &'a Source> {
        self.sources.values().filter(|source| source.is_offered_at(site))
    }

    /// Where the forms of a site may lead.
    pub fn form_targets<'a>(&'a self, site: &'a Site) -> impl Iterator<Item = Url> + 'a {
        self.offered(site).flat_map(|source| source.leads_to.clone())
    }
}
