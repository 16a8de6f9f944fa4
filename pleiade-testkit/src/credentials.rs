//! For tests and demonstrations only: credential sources that count what they are asked.

use async_trait::async_trait;
use pleiade_core::{Actor, ConnectorError, Credential, CredentialRequest, CredentialSource, ErrorKind};
use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

type Giver = Arc<dyn Fn(&Actor, u32) -> Option<Credential> + Send + Sync>;

/// Gives each person the credential that a function names, and counts the requests and the renewals.
#[derive(Clone)]
pub struct FixedCredentials {
    give: Giver,
    asked: Arc<AtomicUsize>,
    renewed: Arc<AtomicUsize>,
}

impl fmt::Debug for FixedCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FixedCredentials")
            .field("asked", &self.asked())
            .field("renewed", &self.renewed())
            .finish_non_exhaustive()
    }
}

impl FixedCredentials {
    /// Credentials from a function of the actor and of the number of renewals so far; `None` means that this person has not linked
    /// their account.
    #[must_use]
    pub fn from_fn(give: impl Fn(&Actor, u32) -> Option<Credential> + Send + Sync + 'static) -> Self {
        Self { give: Arc::new(give), asked: Arc::default(), renewed: Arc::default() }
    }

    /// The same credential for everybody.
    #[must_use]
    pub fn always(credential: Credential) -> Self {
        Self::from_fn(move |_, _| Some(credential.clone()))
    }

    /// The person's own login, for connectors that hold a key trusted to act for it.
    #[must_use]
    pub fn acting_login() -> Self {
        Self::from_fn(|actor, _| Some(Credential::ActingLogin { login: actor.identity.login.clone()? }))
    }

    /// The person's own mail address, for connectors whose logins are addresses.
    #[must_use]
    pub fn acting_mail() -> Self {
        Self::from_fn(|actor, _| {
            Some(Credential::ActingLogin { login: actor.identity.mail.as_ref()?.to_string() })
        })
    }

    /// The number of requests for a credential, renewals included.
    #[must_use]
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    /// The number of renewals, each after a refusal.
    #[must_use]
    pub fn renewed(&self) -> usize {
        self.renewed.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl CredentialSource for FixedCredentials {
    async fn credential(&self, request: CredentialRequest<'_>) -> Result<Credential, ConnectorError> {
        const OPERATION: &str = "get a credential";
        self.asked.fetch_add(1, Ordering::Relaxed);
        if request.renew {
            self.renewed.fetch_add(1, Ordering::Relaxed);
        }
        let generation = u32::try_from(self.renewed()).unwrap_or(u32::MAX);
        let credential = (self.give)(request.actor, generation)
            .ok_or_else(|| ConnectorError::new(ErrorKind::NotLinked, OPERATION))?;
        if request.accepts.contains(&credential.kind()) {
            Ok(credential)
        } else {
            Err(ConnectorError::new(ErrorKind::BadConfiguration, OPERATION))
        }
    }
}

/// A source in which nobody has linked anything.
#[derive(Debug, Clone, Copy, Default)]
pub struct NotLinked;

#[async_trait]
impl CredentialSource for NotLinked {
    async fn credential(&self, _: CredentialRequest<'_>) -> Result<Credential, ConnectorError> {
        Err(ConnectorError::new(ErrorKind::NotLinked, "get a credential"))
    }
}
