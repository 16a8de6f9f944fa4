//! CAS proxy tickets: bought for one call, never kept.

use crate::session::Session;
use pleiade_core::{
    ConnectorError, Credential, CredentialRequest, ErrorKind, IdentityProvider, SignInError,
    sign_in::PersonTokens,
};

const OPERATION: &str = "buy a proxy ticket";

/// A ticket for the one address that the connector names.
pub(super) async fn buy_proxy_ticket(
    provider: Option<&dyn IdentityProvider>,
    session: &Session,
    request: &CredentialRequest<'_>,
) -> Result<Credential, ConnectorError> {
    let error = |kind| ConnectorError::new(kind, OPERATION);
    let service = request.service.ok_or_else(|| {
        error(ErrorKind::BadConfiguration).with_hint("this connector names no address for a proxy ticket")
    })?;
    let provider = provider.ok_or_else(|| error(ErrorKind::Unauthenticated))?;
    let tokens =
        session.tokens().map_or_else(PersonTokens::none, crate::session::SessionTokens::to_person_tokens);
    let ticket = provider.proxy_ticket(&tokens, service).await.map_err(|refused| match refused {
        SignInError::Unreachable(_) => error(ErrorKind::Unreachable),
        SignInError::Misconfigured(hint) => error(ErrorKind::BadConfiguration).with_hint(hint),
        SignInError::Untrusted(_) => error(ErrorKind::BadAnswer),
        _ => error(ErrorKind::Unauthenticated),
    })?;
    Ok(Credential::ProxyTicket { ticket })
}
