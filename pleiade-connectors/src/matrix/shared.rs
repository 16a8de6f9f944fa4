//! What the cards and the actions of one homeserver share: the client, the sessions, and each person's inbox.

use super::{
    client::{MatrixClient, MatrixError, UserId},
    config::MatrixConfig,
    inbox::Inbox,
    links::Links,
    sessions::{Sessions, SignedIn},
};
use moka::future::Cache;
use pleiade_core::{CallContext, ConnectorError, ConnectorId, TenantId, Transport};
use std::{fmt, sync::Arc, time::Duration};
use tokio::sync::{Mutex, OwnedMutexGuard};

pub(super) struct Shared {
    pub(super) client: MatrixClient,
    pub(super) links: Links,
    pub(super) lines: usize,
    pub(super) private_receipts: bool,
    sessions: Sessions,
    /// Nobody's rooms are another's, and what was read for one collectivité is never shown for another.
    inboxes: Cache<(TenantId, UserId), Arc<Mutex<Inbox>>>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("sessions", &self.sessions).finish_non_exhaustive()
    }
}

impl Shared {
    pub(super) fn new(
        id: &ConnectorId,
        config: &MatrixConfig,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, ConnectorError> {
        let client = MatrixClient::new(&config.homeserver, transport)?;
        Ok(Self {
            sessions: Sessions::new(client.clone(), id.clone(), config),
            client,
            links: Links::new(config.element_url.clone(), &config.server_name),
            lines: config.lines,
            private_receipts: config.private_receipts,
            inboxes: Cache::builder()
                .max_capacity(config.remembered_people)
                .time_to_idle(Duration::from_secs(48 * 3600))
                .build(),
        })
    }

    /// The person's rooms, brought up to date, held until the guard is dropped; and the right that let us in.
    pub(super) async fn visit(
        &self,
        cx: &CallContext,
    ) -> Result<(SignedIn, OwnedMutexGuard<Inbox>), MatrixError> {
        let signed_in = self.sessions.open(cx).await?;
        match self.read(cx, &signed_in).await {
            Ok(inbox) => Ok((signed_in, inbox)),
            Err(error) => {
                let signed_in = self.sessions.renew(cx, &signed_in, error).await?;
                let inbox = self.read(cx, &signed_in).await?;
                Ok((signed_in, inbox))
            }
        }
    }

    async fn read(
        &self,
        cx: &CallContext,
        signed_in: &SignedIn,
    ) -> Result<OwnedMutexGuard<Inbox>, MatrixError> {
        let key = (cx.tenant.id.clone(), signed_in.user.clone());
        let inbox = self.inboxes.get_with(key, async { Arc::default() }).await;
        let mut inbox = inbox.lock_owned().await;
        let (now, elapsed) = (cx.clock.now(), cx.clock.elapsed());
        inbox.refresh(&self.client, &signed_in.access, &signed_in.user, now, elapsed).await?;
        Ok(inbox)
    }
}
