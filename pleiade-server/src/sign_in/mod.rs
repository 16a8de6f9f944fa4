//! The ways in: a source proves who somebody is, mapping says for whom they act, linking finds the person, a session is opened.
//!
//! Threats: a sign-in started elsewhere (the attempt is sealed in a cookie of the browser that started it and is used once), an answer
//! of another source (each source has its own callback and the attempt names it), a return path that leaves the site, guessing
//! (each source slows one login down, the server one address), typing errors that keep others out (passwords and returns from providers
//! are counted apart), a collectivité's source that gives rights elsewhere (see [`mapping`]).

mod attempt;
pub mod cas;
mod enter;
mod find;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
pub mod guesses;
pub(crate) mod header;
mod identify;
mod join;
pub mod linking;
pub mod local;
mod notice;
mod other_session;
mod page;
pub(crate) mod prove;
mod refusals;
pub mod reliance;
pub(crate) mod routes;
mod sign_out;
mod unwritable;

pub(crate) use attempt::safe_path;
pub(crate) use enter::enter;
pub(crate) use join::{joined, turned_back};
pub use pleiade_federation::mapping;
pub(crate) use routes::back_to_page;

use crate::{
    session::{Rights, SourceRights},
    web::site::Site,
};
use chrono::{DateTime, Utc};
use mapping::Mapping;
use pleiade_core::{
    Claims, Clock, FreshProof, IdentityProvider, MailDomain, ProviderKind, SourceId, TenantId,
};
use pleiade_federation::throttle::{AddressThrottle, Positions};
use reliance::Reliance;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use url::Url;

/// Failures that one address may make before it is slowed down. A town hall shares one address.
const FAILURES_OF_AN_ADDRESS: u32 = 50;
/// Attempts of one address that may be under way at the same moment.
const ATTEMPTS_OF_AN_ADDRESS: usize = 64;
/// Sign-outs by a provider that one address may send in vain before it is slowed down.
const SIGN_OUTS_OF_AN_ADDRESS: u32 = 500;
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
    /// Whether anybody signs in by it: a directory may serve other sources alone.
    pub lets_in: bool,
    /// The collectivités on whose host names the operator's source is offered; its owner's alone otherwise.
    pub offered_to: Vec<TenantId>,
    /// For whom its people act, and with which rights.
    pub mapping: Mapping,
    /// Where forms of ours may lead a browser: the provider's own pages.
    pub leads_to: Vec<Url>,
    /// The claim that holds the person's session at a LemonLDAP::NG portal with a menu.
    pub portal_session: Option<String>,
    /// The directory that it relies on.
    pub directory: Option<Reliance>,
    /// The source that it replaces for a time.
    pub replaces: Option<Replacement>,
    /// What makes it this source: its kind, its owner, who vouches. Sessions opened by a source of this name that had another are refused.
    pub print: String,
    /// Whether it is offered on the operator's common host although it belongs to a collectivité: one without a host name.
    pub at_common_host: bool,
}

/// A declared replacement of one source by another, during which a checked address finds the person of the old one.
#[derive(Debug, Clone)]
pub struct Replacement {
    /// The source that is replaced.
    pub source: SourceId,
    /// Until when.
    pub until: DateTime<Utc>,
    /// The domains for which the new source is authoritative.
    pub domains: Vec<MailDomain>,
}

impl Source {
    /// Whether people of a site may use it.
    #[must_use]
    pub fn is_offered_at(&self, site: &Site) -> bool {
        if !self.lets_in || self.provider.kind() == ProviderKind::Scim {
            return false;
        }
        match site {
            Site::Operator(_) => self.owner.is_none() || self.at_common_host,
            Site::Tenant(tenant) => {
                self.owner.as_ref() == Some(&tenant.id) || self.offered_to.contains(&tenant.id)
            }
        }
    }

    /// Whether it can show at all that somebody proves themselves now.
    #[must_use]
    pub fn can_prove(&self) -> bool {
        self.provider.fresh_proof() != FreshProof::None
    }

    /// Whether a sign-in with these claims was a proof given for it, and not a session that was still open elsewhere.
    #[must_use]
    pub fn is_proof(&self, claims: &Claims) -> bool {
        match self.provider.fresh_proof() {
            FreshProof::Password => true,
            FreshProof::Redirect => claims.fresh,
            _ => false,
        }
    }
}

/// Every way in.
#[derive(Debug)]
pub struct SignIn {
    sources: BTreeMap<SourceId, Source>,
    /// Wrong passwords by address; each source slows guessing of one login down by itself.
    passwords: AddressThrottle,
    /// Refused returns from providers by address, apart from passwords: typing errors keep nobody from a provider.
    returns: AddressThrottle,
    /// Passwords and returns under way, by address.
    attempts: Positions,
    /// By address, apart from the former: the provider's own server, or the frames of a whole town hall at the end of the day.
    sign_outs: AddressThrottle,
    /// Refused sign-ins written down of late.
    refusals: refusals::Refusals,
    /// Sources of headers.
    trusted: header::Trusted,
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
        let failures = || AddressThrottle::new(clock.clone(), FAILURES_OF_AN_ADDRESS, FORGIVES_ONE_EVERY);
        Self {
            sources,
            passwords: failures(),
            returns: failures(),
            attempts: Positions::new(usize::MAX, ATTEMPTS_OF_AN_ADDRESS),
            sign_outs: AddressThrottle::new(clock.clone(), SIGN_OUTS_OF_AN_ADDRESS, Duration::from_secs(1)),
            refusals: refusals::Refusals::default(),
            trusted: header::Trusted::default(),
            samples: Vec::new(),
        }
    }

    /// A source, if it is offered on this site.
    #[must_use]
    pub fn source(&self, id: &SourceId, site: &Site) -> Option<&Source> {
        self.sources.get(id).filter(|source| source.is_offered_at(site))
    }

    /// How the rights of sessions are judged.
    #[must_use]
    pub fn rights(&self) -> Rights {
        self.sources
            .iter()
            .map(|(id, source)| {
                let directory = source.directory.as_ref().map(|reliance| reliance.directory.clone());
                (id.clone(), SourceRights::new(&source.mapping, directory, &source.print))
            })
            .collect()
    }

    /// The sources that rely on a directory: their links are closed and opened with its own.
    #[must_use]
    pub fn relying(&self, directory: &SourceId) -> Vec<SourceId> {
        let relies = |source: &&Source| source.directory.as_ref().is_some_and(|r| r.directory == *directory);
        self.sources.values().filter(relies).map(|source| source.provider.id().clone()).collect()
    }

    /// A source by its id, wherever it is offered: providers call back without knowing our sites.
    #[must_use]
    pub fn any_source(&self, id: &SourceId) -> Option<&Source> {
        self.sources.get(id)
    }

    /// What people call a source; one that is no longer configured, its id.
    #[must_use]
    pub fn title(&self, id: &SourceId) -> String {
        self.any_source(id).map_or_else(|| id.to_string(), |source| source.title.clone())
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
