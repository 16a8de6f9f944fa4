//! How the person of a session comes to the proxy tickets that some applications want.

use super::{SignIn, Source};
use crate::{session::Session, web::site::Site};
use pleiade_core::ProviderKind;

/// How the person of a session comes to proxy tickets.
#[derive(Debug, Clone, Copy)]
pub(crate) enum TicketWay<'a> {
    /// The CAS server that let them in gives them.
    Own,
    /// The CAS server that is paired with their source gives them, once they have been there.
    Paired(&'a Source),
    /// Whoever signs in on this site by this source has them.
    OtherSource(&'a Source),
    /// There are none on this site.
    Nowhere,
}

impl SignIn {
    /// The way of a session of this site.
    pub(crate) fn ticket_way(&self, session: &Session, site: &Site) -> TicketWay<'_> {
        if let Some(paired) = self.paired_at(&session.source, &site.tenant().hosts) {
            return TicketWay::Paired(paired);
        }
        let gives =
            |source: &&Source| source.provider.kind() == ProviderKind::Cas && source.ticket_host.is_some();
        let has = session.tokens().is_some_and(|tokens| tokens.proxy_granting.is_some());
        if has || self.any_source(&session.source).as_ref().is_some_and(gives) {
            return TicketWay::Own;
        }
        let named = |source: &&Source| self.may_name(source.provider.id(), &session.affiliations);
        let other =
            self.sources.values().filter(|source| source.is_offered_at(site)).filter(gives).find(named);
        other.map_or(TicketWay::Nowhere, TicketWay::OtherSource)
    }
}
