//! With which right each person's calls are made, for each authentication method that an operator can choose; and what is remembered of
//! their rooms.

use super::{
    client::{Authorization, Login, MatrixClient, UserId},
    config::{MatrixAuthMethod, MatrixConfig},
    inbox::Inbox,
    links::Links,
    suite::Suite,
};
use crate::kit::{
    memo::Memo,
    sessions::{Account, AccountOpener, AccountSessions, OpenedSession},
};
use async_trait::async_trait;
use pleiade_core::{AccountTag, CallContext, ConnectorError, Credential, ErrorKind, SecretString};
use std::{fmt, future::Future, sync::Arc, time::Duration};
use tokio::sync::{Mutex, OwnedMutexGuard};

/// A session lasts until the homeserver refuses it.
const NO_EXPIRY: Duration = Duration::MAX;

/// The opener of accounts on the homeserver.
pub(super) struct Opener {
    pub(super) client: MatrixClient,
    auth_method: MatrixAuthMethod,
    server_name: String,
    device_id: String,
    suite: Option<Arc<dyn Suite>>,
}

impl fmt::Debug for Opener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opener").field("auth_method", &self.auth_method).finish_non_exhaustive()
    }
}

/// A user of the homeserver with the authorization for their calls.
#[derive(Debug, Clone)]
pub(super) struct AuthorizedUser {
    pub(super) user: UserId,
    pub(super) auth: Authorization,
    /// True if they may begin no conversation.
    pub(super) is_partner: bool,
}

/// The data kept for an account: its rooms, brought up to date once for the cards that load together.
#[derive(Debug, Default)]
pub(super) struct Memory {
    inbox: Arc<Mutex<Inbox>>,
    refreshed: Memo<()>,
}

impl Opener {
    pub(super) fn new(client: MatrixClient, config: &MatrixConfig, suite: Option<Arc<dyn Suite>>) -> Self {
        Self {
            client,
            auth_method: config.access.clone(),
            server_name: config.server_name.clone(),
            device_id: config.device_id.clone(),
            suite,
        }
    }

    fn user(&self, login: &str) -> Result<UserId, ConnectorError> {
        UserId::from_login(login, &self.server_name).map_err(|_| {
            ConnectorError::new(ErrorKind::NotLinked, "sign in")
                .with_hint("this person's login cannot be part of a Matrix account's id")
        })
    }

    /// The device of a session: always the same one for a link and a collectivité, which tells nothing of either. A homeserver may end the
    /// earlier session of a device that signs in again, so two links must not share one.
    fn device(&self, cx: &CallContext) -> String {
        // FNV-1a, because the number must stay the same from one version to the next.
        let digest = format!("{} {}", cx.tenant.id, cx.actor.identity.link)
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |digest, byte| {
                (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            });
        format!("{}-{:08x}", self.device_id, digest >> 32)
    }

    fn authorized(user_id: &str, token: SecretString) -> Result<AuthorizedUser, ConnectorError> {
        let user = user_id.parse().map_err(|_| ConnectorError::new(ErrorKind::BadAnswer, "sign in"))?;
        Ok(AuthorizedUser { user, auth: Authorization::Token(token), is_partner: false })
    }

    /// The same user with what the sign-in told of them, or else the suite tells.
    async fn with_role(&self, mut user: AuthorizedUser, told: Option<bool>) -> AuthorizedUser {
        if let Some(suite) = &self.suite {
            user.is_partner = match told {
                Some(told) => told,
                None => suite.is_partner(&self.client, &user.auth).await,
            };
        }
        user
    }
}

#[async_trait]
impl AccountOpener for Opener {
    type Session = AuthorizedUser;
    type Memory = Memory;

    fn account(&self, _: &CallContext, credential: &Credential) -> Result<String, ConnectorError> {
        match credential {
            Credential::ActingLogin { login } => Ok(self.user(login)?.as_str().to_owned()),
            Credential::LinkedAccount { login, .. } => Ok(login.clone()),
            _ => Ok(String::new()),
        }
    }

    async fn open(
        &self,
        cx: &CallContext,
        credential: &Credential,
        _: &Memory,
    ) -> Result<OpenedSession<AuthorizedUser>, ConnectorError> {
        match (&self.auth_method, credential) {
            (MatrixAuthMethod::ApplicationService { as_token }, Credential::ActingLogin { login }) => {
                let user = self.user(login)?;
                let auth = Authorization::Acting { as_token: as_token.clone(), user_id: user.clone() };
                let authorized = AuthorizedUser { user, auth, is_partner: false };
                Ok(OpenedSession::issued(self.with_role(authorized, None).await, NO_EXPIRY))
            }
            (MatrixAuthMethod::Jwt { secret, issuer, audience }, Credential::ActingLogin { login }) => {
                let (user, now) = (self.user(login)?, cx.clock.now().timestamp());
                let (issuer, audience) = (issuer.as_deref(), audience.as_deref());
                let jwt = MatrixClient::sign_jwt(secret, user.localpart(), issuer, audience, now)?;
                let device = self.device(cx);
                let session = self.client.login(&Login::Jwt(jwt), Some(&device), false).await?;
                let authorized = Self::authorized(&session.user_id, session.access_token)?;
                let authorized = self.with_role(authorized, Some(session.is_partner)).await;
                Ok(OpenedSession::issued(authorized, NO_EXPIRY))
            }
            (MatrixAuthMethod::PersonToken, Credential::PersonToken { token, .. })
            | (MatrixAuthMethod::LinkedAccount, Credential::LinkedAccount { secret: token, .. }) => {
                let me = self.client.whoami(&Authorization::Token(token.clone())).await?;
                let authorized = self.with_role(Self::authorized(&me.user_id, token.clone())?, None).await;
                Ok(OpenedSession::from_credential(authorized, NO_EXPIRY))
            }
            _ => Err(ConnectorError::new(ErrorKind::BadConfiguration, "sign in").with_hint(
                "the credential given is not of the kind that this connector's authentication method needs",
            )),
        }
    }
}

/// The state that the cards and the actions of one homeserver share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) accounts: AccountSessions<Opener>,
    pub(super) links: Links,
    pub(super) config: MatrixConfig,
    pub(super) suite: Option<Arc<dyn Suite>>,
}

/// One person's session, with their rooms brought up to date and held until it is dropped.
#[derive(Debug)]
pub(super) struct PersonSession {
    pub(super) account: AccountTag,
    pub(super) client: MatrixClient,
    pub(super) authorized: AuthorizedUser,
    pub(super) inbox: OwnedMutexGuard<Inbox>,
}

impl Shared {
    /// Calls `work` with the person's session, and once more when the homeserver no longer accepts it.
    pub(super) async fn with_session<T, F>(
        &self,
        cx: &CallContext,
        work: impl Fn(PersonSession) -> F,
    ) -> Result<T, ConnectorError>
    where
        F: Future<Output = Result<T, ConnectorError>>,
    {
        let client = &self.accounts.opener().client;
        let work = |account: Account<Opener>| {
            let work = &work;
            async move {
                let (memory, authorized) = (&account.memory, account.session);
                let (now, elapsed) = (account.cx.clock.now(), account.cx.clock.elapsed());
                let refresh = |_| async {
                    let mut inbox = memory.inbox.lock().await;
                    inbox.refresh(client, &authorized.auth, &authorized.user, now, elapsed).await
                };
                memory.refreshed.get(elapsed, Duration::ZERO, account.opening, refresh).await?;
                let inbox = Arc::clone(&memory.inbox).lock_owned().await;
                work(PersonSession { client: client.clone(), authorized, inbox, account: account.tag }).await
            }
        };
        self.accounts.call(cx, work).await
    }
}
