//! How a connector is let into an application.
//!
//! A connector says which kinds it accepts and asks a [`CredentialSource`] for one; it never learns where it came from.

use crate::{Actor, ConnectorError, ConnectorId, ErrorKind};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The ways into an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CredentialKind {
    /// The connector holds a key trusted to act for any login (Zimbra preauth, Matrix application service or JWT).
    ActingLogin,
    /// The person's own OAuth 2.0 access token, refreshed or exchanged for this application.
    PersonToken,
    /// A CAS proxy ticket.
    ProxyTicket,
    /// A token or application password that the person connected once.
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

/// What opens an application for one person.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Credential {
    /// For whom the connector's trusted key must act.
    ActingLogin {
        /// The login in that application.
        login: String,
    },
    /// A bearer token.
    PersonToken {
        /// The token.
        token: SecretString,
        /// When it ends, where known.
        expires_at: Option<DateTime<Utc>>,
    },
    /// A ticket for one call.
    ProxyTicket {
        /// The ticket.
        ticket: SecretString,
    },
    /// A connected account.
    LinkedAccount {
        /// The login in that application.
        login: String,
        /// Its token or application password.
        secret: SecretString,
    },
    /// The connector's own account, whose answers are filtered to what concerns the person.
    Technical {
        /// What names the person in those answers, where the operator declared it. As powerful as a login, so it is vouched for like one.
        key: Option<String>,
    },
}

impl Credential {
    /// Its kind.
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

/// What a connector asks for.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct CredentialRequest<'a> {
    /// Who acts, and for which collectivité.
    pub actor: &'a Actor,
    /// For which instance.
    pub connector: &'a ConnectorId,
    /// The kinds the connector is configured to use.
    pub accepts: &'a [CredentialKind],
    /// The last credential was refused: a cached one must not be given again.
    pub renew: bool,
    /// The exact address a proxy ticket is for.
    pub service: Option<&'a str>,
}

impl<'a> CredentialRequest<'a> {
    /// A first request.
    #[must_use]
    pub fn new(actor: &'a Actor, connector: &'a ConnectorId, accepts: &'a [CredentialKind]) -> Self {
        Self { actor, connector, accepts, renew: false, service: None }
    }

    /// The same request after a refusal.
    #[must_use]
    pub fn renewed(mut self) -> Self {
        self.renew = true;
        self
    }
}

/// Something that holds or obtains credentials.
#[async_trait]
pub trait CredentialSource: fmt::Debug + Send + Sync + 'static {
    /// Gives a credential of one of the accepted kinds.
    ///
    /// # Errors
    /// [`ErrorKind::NotLinked`] when the person must first connect their account,
    /// [`ErrorKind::Unauthenticated`] when they must sign in again,
    /// [`ErrorKind::BadConfiguration`] when no accepted kind is configured.
    async fn credential(&self, request: CredentialRequest<'_>) -> Result<Credential, ConnectorError>;
}

/// One credential for whoever asks, for a program that reads for one person. A renewal is refused, because there is no other.
#[derive(Debug, Clone)]
pub struct FixedCredential(Credential);

impl FixedCredential {
    /// Gives this one.
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
