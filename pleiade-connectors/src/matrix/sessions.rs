//! With which right each person's calls are made, in each way in that an operator can choose.

use super::{
    client::{Access, Login, MatrixClient, MatrixError, UserId},
    config::{MatrixAccess, MatrixConfig},
};
use moka::future::Cache;
use pleiade_core::{
    ActorKey, CallContext, ConnectorError, ConnectorId, Credential, CredentialRequest, ErrorKind,
    ExposeSecret, SecretString,
};
use std::{fmt, sync::Arc, time::Duration};
use tokio::sync::Mutex;

/// A person's way in, ready for use.
#[derive(Debug, Clone)]
pub(super) struct SignedIn {
    pub(super) user: UserId,
    pub(super) access: Access,
}

/// The account of a token that was checked, or the session that was opened for a person.
struct Held {
    token: SecretString,
    user: UserId,
}

type Slot = Arc<Mutex<Option<Held>>>;

/// What a slot belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Owner {
    /// An account, for sessions that our own secret opens: whoever acts as it, for whichever collectivité, shares the one session of
    /// our device, because a homeserver may end the first one when a second is opened.
    Account(UserId),
    /// A person acting for a collectivité, for tokens that come from outside.
    Person(ActorKey),
}

/// Sessions and checked tokens, in memory only.
pub(super) struct Sessions {
    client: MatrixClient,
    connector: ConnectorId,
    access: MatrixAccess,
    server_name: String,
    device_id: String,
    held: Cache<Owner, Slot>,
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions").field("access", &self.access).finish_non_exhaustive()
    }
}

impl Sessions {
    pub(super) fn new(client: MatrixClient, connector: ConnectorId, config: &MatrixConfig) -> Self {
        Self {
            client,
            connector,
            access: config.access.clone(),
            server_name: config.server_name.clone(),
            device_id: config.device_id.clone(),
            held: Cache::builder()
                .max_capacity(config.remembered_people)
                .time_to_idle(Duration::from_secs(48 * 3600))
                .build(),
        }
    }

    /// The way in for whom a call is made.
    pub(super) async fn open(&self, cx: &CallContext) -> Result<SignedIn, MatrixError> {
        let request = CredentialRequest::new(&cx.actor, &self.connector, self.access.accepts());
        match self.sign_in(cx, request, None).await {
            // A token that ended since the source last looked at it is found out here, before the first call.
            Err(error) if error.status() == Some(401) && self.checks_tokens() => {
                self.sign_in(cx, request.renewed(), None).await
            }
            result => result,
        }
    }

    fn checks_tokens(&self) -> bool {
        matches!(self.access, MatrixAccess::PersonToken | MatrixAccess::LinkedAccount)
    }

    /// Another way in after `refused` was answered `error`, or that error when no other way would help. To be tried once.
    pub(super) async fn renew(
        &self,
        cx: &CallContext,
        refused: &SignedIn,
        error: MatrixError,
    ) -> Result<SignedIn, MatrixError> {
        if error.kind() != ErrorKind::Unauthenticated {
            return Err(error);
        }
        let request = CredentialRequest::new(&cx.actor, &self.connector, self.access.accepts()).renewed();
        self.sign_in(cx, request, Some(refused)).await
    }

    async fn sign_in(
        &self,
        cx: &CallContext,
        request: CredentialRequest<'_>,
        refused: Option<&SignedIn>,
    ) -> Result<SignedIn, MatrixError> {
        match (&self.access, cx.credentials.credential(request).await?) {
            (MatrixAccess::ApplicationService { as_token }, Credential::ActingLogin { login }) => {
                let user = self.user(&login)?;
                let access = Access::Acting { as_token: as_token.clone(), user_id: user.clone() };
                Ok(SignedIn { user, access })
            }
            (MatrixAccess::Jwt { secret, issuer, audience }, Credential::ActingLogin { login }) => {
                let user = self.user(&login)?;
                let slot = self.slot(Owner::Account(user.clone())).await;
                let mut held = slot.lock().await;
                if let Some(held) = usable(held.as_ref(), refused) {
                    return Ok(held.signed_in());
                }
                *held = None;
                let now = cx.clock.now().timestamp();
                let jwt = MatrixClient::sign_jwt(
                    secret,
                    user.localpart(),
                    issuer.as_deref(),
                    audience.as_deref(),
                    now,
                )?;
                let session = self.client.login(&Login::Jwt(jwt), Some(&self.device_id), false).await?;
                self.keep(&mut held, session.access_token, &session.user_id)
            }
            (MatrixAccess::PersonToken, Credential::PersonToken { token, .. })
            | (MatrixAccess::LinkedAccount, Credential::LinkedAccount { secret: token, .. }) => {
                let owner = Owner::Person(cx.actor.key());
                let slot = self.slot(owner).await;
                let mut held = slot.lock().await;
                if let Some(held) = held.as_ref()
                    && held.token.expose_secret() == token.expose_secret()
                {
                    return Ok(held.signed_in());
                }
                *held = None;
                let me = self.client.whoami(&Access::Token(token.clone())).await?;
                self.keep(&mut held, token, &me.user_id)
            }
            _ => Err(ConnectorError::new(ErrorKind::BadConfiguration, "sign in")
                .with_hint("the credential given is not of the kind that this connector's access mode needs")
                .into()),
        }
    }

    fn keep(
        &self,
        held: &mut Option<Held>,
        token: SecretString,
        user_id: &str,
    ) -> Result<SignedIn, MatrixError> {
        let user = user_id.parse().map_err(|_| ConnectorError::new(ErrorKind::BadAnswer, "sign in"))?;
        Ok(held.insert(Held { token, user }).signed_in())
    }

    async fn slot(&self, owner: Owner) -> Slot {
        self.held.get_with(owner, async { Slot::default() }).await
    }

    fn user(&self, login: &str) -> Result<UserId, MatrixError> {
        UserId::of(login, &self.server_name).map_err(|_| {
            ConnectorError::new(ErrorKind::NotLinked, "sign in")
                .with_hint("this person's login cannot be part of a Matrix account's id")
                .into()
        })
    }
}

impl Held {
    fn signed_in(&self) -> SignedIn {
        SignedIn { user: self.user.clone(), access: Access::Token(self.token.clone()) }
    }
}

/// What is held, unless it is what was refused: another call may have renewed it meanwhile.
fn usable<'a>(held: Option<&'a Held>, refused: Option<&SignedIn>) -> Option<&'a Held> {
    held.filter(|held| match refused.map(|refused| &refused.access) {
        Some(Access::Token(token)) => token.expose_secret() != held.token.expose_secret(),
        _ => true,
    })
}
