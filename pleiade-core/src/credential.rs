//! How a connector is let into an application.
//!
//! A connector says which kinds it accepts and asks a [`CredentialSource`] for one; it never learns where it came from.

use crate::{Actor, ConnectorError, ConnectorId, ErrorKind};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The ways of authenticating to an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CredentialKind {
    /// The login of the person, for a connector whose own key may act for any login (Zimbra preauth, Matrix application service or JWT).
    ActingLogin,
    /// The person's own OAuth 2.0 access token, refreshed or exchanged for this application.
    PersonToken,
    /// A CAS proxy ticket.
    ProxyTicket,
    /// A token or application password of an account that the person linked.
    LinkedAccount,
    /// The connector's own technical account or client certificate.
    Technical,
}

impl CredentialKind {
    /// Its name, as operators write it: `acting_login`, `person_token`, `proxy_ticket`, `linked_account` or `technical`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ActingLogin => "acting_login",
            Self::PersonToken => "person_token",
            Self::ProxyTicket => "proxy_ticket",
            Self::LinkedAccount => "linked_account",
            Self::Technical => "technical",
        }
    }
}

/// A credential for one person and one application.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Credential {
    /// A login for which the connector's trusted key acts.
    ActingLogin {
        /// The login in that application.
        login: String,
    },
    /// A bearer token.
    PersonToken {
        /// The token.
        token: SecretString,
        /// The instant at which it expires, if known.
        expires_at: Option<DateTime<Utc>>,
    },
    /// A ticket for one call.
    ProxyTicket {
        /// The ticket.
        ticket: SecretString,
    },
    /// A linked account.
    LinkedAccount {
        /// The login in that application.
        login: String,
        /// Its token or application password.
        secret: SecretString,
    },
    /// The connector's own account; its answers are filtered to what concerns the person.
    Technical {
        /// The person's key in those answers, if the operator declared one. As powerful as a login, so the same rules say which source may
        /// give it.
        key: Option<String>,
    },
}

impl Credential {
    /// The kind of this credential.
    #[must_use]
    pub fn kind(&self) -> CredentialKind {
        match self {
            Self::ActingLogin { .. } => CredentialKind::ActingLogin,
            Self::PersonToken { .. } => CredentialKind::PersonToken,
            Self::ProxyTicket { .. } => CredentialKind::ProxyTicket,
            Self::LinkedAccount { .. } => CredentialKind::LinkedAccount,
            Self::Technical { .. } => CredentialKind::Technical,
        }
    }
}

/// A connector's request for a credential.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct CredentialRequest<'a> {
    /// The person, and the collectivité for which they act.
    pub actor: &'a Actor,
    /// The connector instance.
    pub connector: &'a ConnectorId,
    /// The kinds the connector is configured to use.
    pub accepts: &'a [CredentialKind],
    /// True if the last credential was refused: a cached one must not be given again.
    pub renew: bool,
    /// The exact address for which a proxy ticket is wanted.
    pub service: Option<&'a str>,
}

impl<'a> CredentialRequest<'a> {
    /// A first request.
    #[must_use]
    pub fn new(actor: &'a Actor, connector: &'a ConnectorId, accepts: &'a [CredentialKind]) -> Self {
        Self { actor, connector, accepts, renew: false, service: None }
    }

    /// The same request after a refusal: [`renew`](Self::renew) is true.
    #[must_use]
    pub fn renewed(mut self) -> Self {
        self.renew = true;
        self
    }
}

/// A store or an issuer of credentials.
#[async_trait]
pub trait CredentialSource: fmt::Debug + Send + Sync + 'static {
    /// Returns a credential of one of the accepted kinds.
    ///
    /// # Errors
    /// [`ErrorKind::NotLinked`] when the person must first connect their account,
    /// [`ErrorKind::Unauthenticated`] when they must sign in again,
    /// [`ErrorKind::BadConfiguration`] when no accepted kind is configured.
    async fn credential(&self, request: CredentialRequest<'_>) -> Result<Credential, ConnectorError>;
}

/// A source that always gives the same credential, for a program that reads for one person. A renewal is refused.
#[derive(Debug, Clone)]
pub struct FixedCredential(Credential);

impl FixedCredential {
    /// A source of this credential.
    #[must_use]
    pub fn new(credential: Credential) -> Self {
        Self(credential)
    }
}

#[async_trait]
impl CredentialSource for FixedCredential {
    async fn credential(&self, request: CredentialRequest<'_>) -> Result<Credential, ConnectorError> {
        match request.renew {
            false => Ok(self.0.clone()),
            true => Err(ConnectorError::new(ErrorKind::Unauthenticated, "renew a credential that is fixed")),
        }
    }
}
