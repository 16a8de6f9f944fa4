//! CAS proxy tickets: bought for one call, never kept.

use crate::session::{Session, SessionTicket, SessionTokens};
use pleiade_core::{
    ConnectorError, Credential, CredentialRequest, ErrorKind, IdentityProvider, ProviderKind, SignInError,
    sign_in::PersonTokens,
};
use std::sync::Arc;

const OPERATION: &str = "buy a proxy ticket";

/// Who sells the proxy tickets of a session.
#[derive(Debug, Clone)]
pub enum TicketSeller {
    /// The CAS server that let the person in, by what the sign-in brought.
    Own(Arc<dyn IdentityProvider>),
    /// The CAS server that is paired with the source of the session, by what a visit there brought.
    Paired(Arc<dyn IdentityProvider>),
}

impl TicketSeller {
    /// The seller for a session that `own` opened, and with which `paired` is paired.
    #[must_use]
    pub fn new(
        own: Option<&Arc<dyn IdentityProvider>>,
        paired: Option<&Arc<dyn IdentityProvider>>,
    ) -> Option<Self> {
        let own = own.filter(|own| own.kind() == ProviderKind::Cas).map(|own| Self::Own(own.clone()));
        paired.map(|paired| Self::Paired(paired.clone())).or(own)
    }

    /// True if a session has what buys tickets here.
    pub(super) fn serves(&self, session: &Session) -> bool {
        match self {
            Self::Own(_) => session.tokens().is_some_and(|tokens| tokens.proxy_granting.is_some()),
            Self::Paired(provider) => session.ticket_of(provider.id()).is_some(),
        }
    }
}

/// A ticket for the one address that the connector names.
pub(super) async fn buy_proxy_ticket(
    seller: Option<&TicketSeller>,
    session: &Session,
    request: &CredentialRequest<'_>,
) -> Result<Credential, ConnectorError> {
    let error = |kind| ConnectorError::new(kind, OPERATION);
    let service = request.service.ok_or_else(|| {
        error(ErrorKind::BadConfiguration).with_hint("this connector names no address for a proxy ticket")
    })?;
    let none = |hint| error(ErrorKind::Unauthenticated).with_hint(hint);
    let (provider, tokens) = match seller {
        Some(TicketSeller::Own(provider)) => {
            (provider, session.tokens().map_or_else(PersonTokens::none, SessionTokens::to_person_tokens))
        }
        Some(TicketSeller::Paired(provider)) => {
            let ticket = session.ticket_of(provider.id()).ok_or_else(|| {
                none("the paired CAS server gave this session nothing: the person has no session there, or another user name")
            })?;
            (provider, person_tokens(ticket))
        }
        None => {
            return Err(none(
                "the source of this session gives no proxy tickets, and none is paired with it by `proxy_tickets_from`",
            ));
        }
    };
    let ticket = provider.proxy_ticket(&tokens, service).await.map_err(|refused| match refused {
        SignInError::Unreachable(_) => error(ErrorKind::Unreachable),
        SignInError::Misconfigured(hint) => error(ErrorKind::BadConfiguration).with_hint(hint),
        SignInError::Untrusted(_) => error(ErrorKind::BadAnswer),
        _ => error(ErrorKind::Unauthenticated),
    })?;
    Ok(Credential::ProxyTicket { ticket })
}

fn person_tokens(ticket: &SessionTicket) -> PersonTokens {
    let mut tokens = PersonTokens::none();
    tokens.proxy_granting = Some(ticket.granting.clone());
    tokens
}
