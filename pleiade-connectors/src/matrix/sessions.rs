//! With which right each person's calls are made, in each way in that an operator can choose; and what is remembered of their rooms.

use super::{
    client::{Access, Login, MatrixClient, UserId},
    config::{MatrixAccess, MatrixConfig},
    inbox::Inbox,
    links::Links,
};
use crate::kit::{
    memo::Memo,
    sessions::{Account, AccountOpener, AccountSessions, Opened},
};
use async_trait::async_trait;
use pleiade_core::{CallContext, ConnectorError, Credential, ErrorKind, SecretString};
use std::{fmt, future::Future, sync::Arc, time::Duration};
use tokio::sync::{Mutex, OwnedMutexGuard};

/// A session lives until the homeserver refuses it.
const UNTIL_REFUSED: Duration = Duration::MAX;

/// What opens the homeserver.
pub(super) struct Opener {
    pub(super) client: MatrixClient,
    access: MatrixAccess,
    server_name: String,
    device_id: String,
}

impl fmt::Debug for Opener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opener").field("access", &self.access).finish_non_exhaustive()
    }
}

/// A person's way in, ready for use.
#[derive(Debug, Clone)]
pub(super) struct SignedIn {
    pub(super) user: UserId,
    pub(super) access: Access,
}

/// What is remembered of an account: its rooms, brought up to date once for the cards that load together.
#[derive(Debug, Default)]
pub(super) struct Memory {
    inbox: Arc<Mutex<Inbox>>,
    refreshed: Memo<()>,
}

impl Opener {
    pub(super) fn new(client: MatrixClient, config: &MatrixConfig) -> Self {
        Self {
            client,
            access: config.access.clone(),
            server_name: config.server_name.clone(),
            device_id: config.device_id.clone(),
        }
    }

    fn user(&self, login: &str) -> Result<UserId, ConnectorError> {
        UserId::from_login(login, &self.server_name).map_err(|_| {
            ConnectorError::new(ErrorKind::NotLinked, "sign in")
                .with_hint("this person's login cannot be part of a Matrix account's id")
        })
    }

    /// The device of a session. A homeserver may end the earlier session of a device that signs in again, and what is kept for one link
    /// and collectivité is no other's, so each has a device of its own: always the same one, which tells nothing of either.
    fn device(&self, cx: &CallContext) -> String {
        // FNV-1a, because the number must stay the same from one version to the next.
        let digest = format!("{} {}", cx.tenant.id, cx.actor.identity.link)
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |digest, byte| {
                (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            });
        format!("{}-{:08x}", self.device_id, digest >> 32)
    }

    fn signed_in(user_id: &str, token: SecretString) -> Result<SignedIn, ConnectorError> {
        let user = user_id.parse().map_err(|_| ConnectorError::new(ErrorKind::BadAnswer, "sign in"))?;
        Ok(SignedIn { user, access: Access::Token(token) })
    }
}

#[async_trait]
impl AccountOpener for Opener {
    type Session = SignedIn;
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
    ) -> Result<Opened<SignedIn>, ConnectorError> {
        match (&self.access, credential) {
            (MatrixAccess::ApplicationService { as_token }, Credential::ActingLogin { login }) => {
                let user = self.user(login)?;
                let access = Access::Acting { as_token: as_token.clone(), user_id: user.clone() };
                Ok(Opened::given(SignedIn { user, access }, UNTIL_REFUSED))
            }
            (MatrixAccess::Jwt { secret, issuer, audience }, Credential::ActingLogin { login }) => {
                let (user, now) = (self.user(login)?, cx.clock.now().timestamp());
                let (issuer, audience) = (issuer.as_deref(), audience.as_deref());
                let jwt = MatrixClient::sign_jwt(secret, user.localpart(), issuer, audience, now)?;
                let device = self.device(cx);
                let session = self.client.login(&Login::Jwt(jwt), Some(&device), false).await?;
                let signed_in = Self::signed_in(&session.user_id, session.access_token)?;
                Ok(Opened::given(signed_in, UNTIL_REFUSED))
            }
            (MatrixAccess::PersonToken, Credential::PersonToken { token, .. })
            | (MatrixAccess::LinkedAccount, Credential::LinkedAccount { secret: token, .. }) => {
                let me = self.client.whoami(&Access::Token(token.clone())).await?;
                Ok(Opened::credential(Self::signed_in(&me.user_id, token.clone())?, UNTIL_REFUSED))
            }
            _ => Err(ConnectorError::new(ErrorKind::BadConfiguration, "sign in").with_hint(
                "the credential given is not of the kind that this connector's access mode needs",
            )),
        }
    }
}

/// What the cards and the actions of one homeserver share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) accounts: AccountSessions<Opener>,
    pub(super) links: Links,
    pub(super) config: MatrixConfig,
}

/// One visit to the homeserver in the name of one person, with their rooms brought up to date and held until it ends.
#[derive(Debug)]
pub(super) struct Visit {
    pub(super) client: MatrixClient,
    pub(super) signed_in: SignedIn,
    pub(super) inbox: OwnedMutexGuard<Inbox>,
}

impl Shared {
    /// Does `work` for the person, and once more when the homeserver no longer accepts their session.
    pub(super) async fn visit<T, F>(
        &self,
        cx: &CallContext,
        work: impl Fn(Visit) -> F,
    ) -> Result<T, ConnectorError>
    where
        F: Future<Output = Result<T, ConnectorError>>,
    {
        let client = &self.accounts.opener().client;
        let work = |account: Account<Opener>| {
            let work = &work;
            async move {
                let (memory, signed_in) = (&account.memory, account.session);
                let (now, elapsed) = (account.cx.clock.now(), account.cx.clock.elapsed());
                let refresh = |_| async {
                    let mut inbox = memory.inbox.lock().await;
                    inbox.refresh(client, &signed_in.access, &signed_in.user, now, elapsed).await
                };
                memory.refreshed.get(elapsed, Duration::ZERO, account.opening, refresh).await?;
                let inbox = Arc::clone(&memory.inbox).lock_owned().await;
                work(Visit { client: client.clone(), signed_in, inbox }).await
            }
        };
        self.accounts.call(cx, work).await
    }
}
