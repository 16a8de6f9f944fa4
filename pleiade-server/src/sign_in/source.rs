//! The sign-in sources of the instance, as the configuration declares them.

use super::{
    directory_binding::DirectoryBinding, refusal_folds::RefusalFolds, refusal_pace::RefusalPace,
    ticket_servers::TicketServers, trusted::TrustedHeaders,
};
use crate::{
    session::{Rights, SourceRights},
    web::{headers::FormTargets, site::Site},
};
use chrono::{DateTime, Utc};
use pleiade_core::{
    Affiliation, Claims, Clock, FreshProof, IdentityProvider, MailDomain, ProviderKind, SourceId, TenantId,
};
use pleiade_federation::{
    header::HeaderProvider,
    mapping::Mapping,
    throttle::{AddressThrottle, Positions},
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use url::Url;

/// Failures that one address may make before it is slowed down. A town hall shares one address.
const MAX_FAILURES_PER_ADDRESS: u32 = 50;
/// Attempts of one address that may be under way at the same moment: fewer than its failures, among which they count until they end.
const MAX_ATTEMPTS_PER_ADDRESS: usize = 48;
/// Sign-ins that one address may begin at providers in a row, and then one each second: a town hall that arrives in the morning.
const MAX_STARTS_PER_ADDRESS: u32 = 500;
/// Sign-outs by a provider that one address may send in vain before it is slowed down.
const MAX_SIGN_OUTS_PER_ADDRESS: u32 = 500;
/// Proxy-granting tickets that one address may bring in a row, and the interval after which it may bring one more: a CAS server brings one
/// for each sign-in.
const MAX_GRANTS_PER_ADDRESS: u32 = 600;
const GRANT_INTERVAL: Duration = Duration::from_millis(50);
/// Interval at which an address is forgiven one failure, so that the typing errors of a whole town hall do not add up all day.
const FORGIVENESS_INTERVAL: Duration = Duration::from_secs(20);

/// One configured sign-in source.
#[derive(Debug)]
pub struct Source {
    /// The provider that proves who somebody is.
    pub provider: Arc<dyn IdentityProvider>,
    /// Its name on the sign-in page.
    pub title: String,
    /// The collectivité that owns it, or none for the operator's own.
    pub owner: Option<TenantId>,
    /// True if anybody signs in by it: a directory may serve other sources alone.
    pub allows_sign_in: bool,
    /// The collectivités on whose host names the operator's source is offered; its owner's alone otherwise.
    pub offered_to: Vec<TenantId>,
    /// For whom its people act, and with which rights.
    pub mapping: Mapping,
    /// The provider's own pages, to which forms of ours may lead a browser.
    pub form_targets: Vec<Url>,
    /// The claim that holds the person's session at a LemonLDAP::NG portal with a menu.
    pub portal_session: Option<String>,
    /// The directory that it relies on.
    pub directory: Option<DirectoryBinding>,
    /// The source that it replaces for a time.
    pub replaces: Option<Replacement>,
    /// The fingerprint: its kind, its owner, who vouches. Sessions that a source of this name opened with another are refused.
    pub fingerprint: String,
    /// The CAS source whose server gives the proxy tickets of the sessions that this one opens.
    pub proxy_tickets_from: Option<SourceId>,
    /// The host name to which its CAS server brings browsers back, where it gives what buys proxy tickets without a question; none
    /// otherwise.
    pub ticket_host: Option<String>,
    /// True if it is offered on the operator's common host although it belongs to a collectivité: one without a host name.
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
    /// A source of the operator's, offered on the common host alone: what it has besides is added.
    #[must_use]
    pub fn new(provider: Arc<dyn IdentityProvider>, mapping: Mapping) -> Self {
        let name = provider.id().to_string();
        Self {
            provider,
            title: name.clone(),
            owner: None,
            allows_sign_in: true,
            offered_to: Vec::new(),
            mapping,
            form_targets: Vec::new(),
            portal_session: None,
            directory: None,
            replaces: None,
            fingerprint: name,
            proxy_tickets_from: None,
            ticket_host: None,
            at_common_host: false,
        }
    }

    /// True if people of a site may use it.
    #[must_use]
    pub fn is_offered_at(&self, site: &Site) -> bool {
        if !self.allows_sign_in || self.provider.kind() == ProviderKind::Scim {
            return false;
        }
        match site {
            Site::Operator(_) => self.owner.is_none() || self.at_common_host,
            Site::Tenant(tenant) => {
                self.owner.as_ref() == Some(&tenant.id) || self.offered_to.contains(&tenant.id)
            }
        }
    }

    /// True if it can show at all that somebody proves themselves now.
    #[must_use]
    pub fn can_prove(&self) -> bool {
        self.provider.fresh_proof() != FreshProof::None
    }

    /// True if a sign-in with these claims was a proof given for it, and not a session that was still open elsewhere.
    #[must_use]
    pub fn is_proof(&self, claims: &Claims) -> bool {
        match self.provider.fresh_proof() {
            FreshProof::Password => true,
            FreshProof::Redirect => claims.fresh,
            _ => false,
        }
    }
}

/// Every sign-in source.
#[derive(Debug)]
pub struct SignIn {
    pub(super) sources: BTreeMap<SourceId, Source>,
    /// Wrong passwords by address; each source slows guessing of one login down by itself.
    pub(super) passwords: AddressThrottle,
    /// Refused returns from providers by address, apart from passwords: typing errors keep nobody from a provider.
    pub(super) returns: AddressThrottle,
    /// Passwords and returns under way, by address.
    pub(super) attempts: Positions,
    /// Sign-ins begun at OpenID providers by address: each may cost a call to the provider, and nobody has to sign in to begin one.
    pub(super) starts: AddressThrottle,
    /// By address, apart from the former: the provider's own server, or the frames of a whole town hall at the end of the day.
    pub(super) sign_outs: AddressThrottle,
    /// Refused sign-ins written down of late.
    pub(super) refusal_folds: RefusalFolds,
    /// Refusals without an attempt traced of late.
    pub(super) stray_pace: RefusalPace,
    /// Proxy-granting tickets that addresses bring.
    pub(super) grants: AddressThrottle,
    /// Whether the servers of sources answer, for whoever is sent there unasked.
    pub(super) ticket_servers: TicketServers,
    /// Sources of headers.
    pub(super) trusted: TrustedHeaders,
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
        let sources: BTreeMap<_, _> =
            sources.into_iter().map(|source| (source.provider.id().clone(), source)).collect();
        let failures = || AddressThrottle::new(clock.clone(), MAX_FAILURES_PER_ADDRESS, FORGIVENESS_INTERVAL);
        Self {
            ticket_servers: TicketServers::new(sources.keys().cloned(), clock.clone()),
            sources,
            passwords: failures(),
            returns: failures(),
            attempts: Positions::new(usize::MAX, MAX_ATTEMPTS_PER_ADDRESS),
            starts: AddressThrottle::new(clock.clone(), MAX_STARTS_PER_ADDRESS, Duration::from_secs(1))
                .with_max_delay(Duration::from_secs(1)),
            sign_outs: AddressThrottle::new(clock.clone(), MAX_SIGN_OUTS_PER_ADDRESS, Duration::from_secs(1)),
            grants: AddressThrottle::new(clock.clone(), MAX_GRANTS_PER_ADDRESS, GRANT_INTERVAL)
                .with_max_delay(Duration::from_secs(1)),
            refusal_folds: RefusalFolds::default(),
            stray_pace: RefusalPace::default(),
            trusted: TrustedHeaders::default(),
            samples: Vec::new(),
        }
    }

    /// With these sources of headers among its own.
    #[must_use]
    pub fn with_trusted_headers(mut self, providers: impl IntoIterator<Item = Arc<HeaderProvider>>) -> Self {
        self.trusted = TrustedHeaders::new(providers);
        self
    }

    /// A source, if it is offered on this site.
    #[must_use]
    pub fn source(&self, id: &SourceId, site: &Site) -> Option<&Source> {
        self.sources.get(id).filter(|source| source.is_offered_at(site))
    }

    /// The rules by which the rights of sessions are judged.
    #[must_use]
    pub fn rights(&self) -> Rights {
        self.sources
            .iter()
            .map(|(id, source)| {
                let directory = source.directory.as_ref().map(|binding| binding.directory.clone());
                (id.clone(), SourceRights::new(&source.mapping, directory, &source.fingerprint))
            })
            .collect()
    }

    /// The sources that rely on a directory: their links are closed and opened with its own.
    #[must_use]
    pub fn relying(&self, directory: &SourceId) -> Vec<SourceId> {
        let relies = |source: &&Source| {
            source.directory.as_ref().is_some_and(|binding| binding.directory == *directory)
        };
        self.sources.values().filter(relies).map(|source| source.provider.id().clone()).collect()
    }

    /// A source by its id, wherever it is offered: providers call back without knowing our sites.
    #[must_use]
    pub fn any_source(&self, id: &SourceId) -> Option<&Source> {
        self.sources.get(id)
    }

    /// The CAS source that gives the proxy tickets of the sessions that a source opens: one of the same owner.
    #[must_use]
    pub fn paired(&self, source: &SourceId) -> Option<&Source> {
        let source = self.any_source(source)?;
        let paired = self.any_source(source.proxy_tickets_from.as_ref()?)?;
        (paired.owner == source.owner && paired.ticket_host.is_some()).then_some(paired)
    }

    /// The same, if its server brings browsers back to one of these host names: a session counts on its own alone.
    #[must_use]
    pub fn paired_at(&self, source: &SourceId, hosts: &[String]) -> Option<&Source> {
        let paired = self.paired(source)?;
        let comes_back =
            |host: &String| paired.ticket_host.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(host));
        hosts.iter().any(comes_back).then_some(paired)
    }

    /// The title of a source; one that is no longer configured, its id.
    #[must_use]
    pub fn title(&self, id: &SourceId) -> String {
        self.any_source(id).map_or_else(|| id.to_string(), |source| source.title.clone())
    }

    /// True if the name of a source may be told to somebody with these affiliations: the operator's are everybody's, a collectivité's are
    /// for those who have an affiliation there.
    #[must_use]
    pub fn may_name(&self, id: &SourceId, affiliations: &[Affiliation]) -> bool {
        self.any_source(id).is_some_and(|source| {
            source
                .owner
                .as_ref()
                .is_none_or(|owner| affiliations.iter().any(|affiliation| affiliation.tenant == *owner))
        })
    }

    /// The sources of a site.
    pub fn offered<'a>(&'a self, site: &'a Site) -> impl Iterator<Item = &'a Source> {
        self.sources.values().filter(|source| source.is_offered_at(site))
    }

    /// The addresses to which a form that signs in by a source may lead: the source's own, and those of the CAS server that it goes by.
    pub fn targets_of<'a>(&'a self, source: &'a Source, site: &Site) -> impl Iterator<Item = Url> + use<'a> {
        let paired = self.paired_at(source.provider.id(), &site.tenant().hosts);
        std::iter::once(source).chain(paired).flat_map(|source| source.form_targets.clone())
    }

    /// The addresses to which the forms of a site lead: those of its sources. On the common host who is not signed in is told those of the
    /// operator's own; a page that shows another source says so itself.
    #[must_use]
    pub fn form_targets(&self, site: &Site) -> FormTargets {
        let is_open = |source: &&Source| matches!(site, Site::Tenant(_)) || source.owner.is_none();
        let (open, others): (Vec<_>, Vec<_>) = self.offered(site).partition(is_open);
        let targets = |sources: Vec<&Source>| {
            sources.into_iter().flat_map(|source| self.targets_of(source, site)).collect()
        };
        FormTargets { anybody: targets(open), signed_in: targets(others) }
    }
}
