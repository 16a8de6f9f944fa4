//! How the authority is opened, what is kept of it, and who is shown it.

use super::{
    client::Client,
    config::S2lowConfig,
    reading::{ActsReading, FlowsReading},
};
use crate::kit::{
    memo::Memo,
    sessions::{Account, AccountOpener, AccountSessions, OpenedSession},
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::{CallContext, ConnectorError, Credential, ErrorKind, Message, WidgetContent};
use std::{
    fmt,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

/// The time for which what was read serves everybody: a platform is shared by hundreds of collectivités.
pub(super) const SHARED_FOR: Duration = Duration::from_secs(300);
/// The time after which S²LOW is asked again whom it takes the portal for.
const CONNECTION_TTL: Duration = Duration::from_secs(3600);

/// What is kept of the authority from one reading to the next.
#[derive(Default)]
pub(super) struct Memory {
    pub(super) acts: Memo<ActsReading>,
    pub(super) flows: Memo<FlowsReading>,
    pub(super) mails: Memo<(u64, DateTime<Utc>)>,
    bounded: AtomicBool,
}

impl Memory {
    /// True once lists were seen to obey `max_date`.
    pub(super) fn knows_bounds(&self) -> bool {
        self.bounded.load(Ordering::Relaxed)
    }

    pub(super) fn learn_bounds(&self) {
        self.bounded.store(true, Ordering::Relaxed);
    }
}

/// What was read stays out of debug output.
impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}

/// What an account may do, as S²LOW says.
#[derive(Debug, Clone, Copy)]
pub(super) struct OpenAuthority {
    /// True if it reads the lists of PES.
    pub(super) is_archivist: bool,
}

#[derive(Debug)]
pub(super) struct Opener {
    pub(super) client: Client,
    pub(super) config: S2lowConfig,
}

#[async_trait]
impl AccountOpener for Opener {
    type Session = OpenAuthority;
    type Memory = Memory;

    async fn open(
        &self,
        _: &CallContext,
        _: &Credential,
        _: &Memory,
    ) -> Result<OpenedSession<OpenAuthority>, ConnectorError> {
        let connection = self.client.connection().await?;
        let authority = OpenAuthority { is_archivist: connection.user_info.is_archivist() };
        Ok(OpenedSession::from_credential(authority, CONNECTION_TTL))
    }
}

/// What the cards of an authority share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) accounts: AccountSessions<Opener>,
}

impl Shared {
    pub(super) fn config(&self) -> &S2lowConfig {
        &self.accounts.opener().config
    }

    pub(super) fn client(&self) -> &Client {
        &self.accounts.opener().client
    }

    /// True if the person sees the authority's figures and lines: a member of one of the groups that the operator names. Whoever looks in
    /// another's place sees none, because they are the group's and nobody's to give away.
    pub(super) fn is_shown(&self, cx: &CallContext) -> bool {
        self.config().filter.shows_figures(cx)
    }

    /// True if the person may mark something as read for the whole authority.
    pub(super) fn may_mark_read(&self, cx: &CallContext) -> bool {
        self.is_shown(cx) && !self.config().mark_read_for.is_disjoint(&cx.actor.acting.groups)
    }

    /// Refuses another collectivité than the authority's.
    pub(super) fn check_tenant(&self, cx: &CallContext) -> Result<(), ConnectorError> {
        self.config().filter.tenant(cx).map(drop)
    }

    /// Loads a card for whoever may see it. The others are told that it is not for them, and S²LOW is not asked.
    pub(super) async fn load<F>(
        &self,
        cx: &CallContext,
        show: impl Fn(Account<Opener>) -> F,
    ) -> Result<WidgetContent, ConnectorError>
    where
        F: Future<Output = Result<WidgetContent, ConnectorError>>,
    {
        if !self.is_shown(cx) {
            let mut content = WidgetContent::default();
            content.notices.push(Message::new("s2low-not-shown"));
            return Ok(content);
        }
        self.check_tenant(cx)?;
        self.accounts.load(cx, show).await
    }
}

/// The error of a call that leaves nothing to be read in this turn.
pub(super) fn stops_all(error: &ConnectorError) -> bool {
    use ErrorKind::{BadAnswer, Forbidden, NotFound, TooLarge, Unsupported};
    error.refuses_credential()
        || !matches!(error.kind(), BadAnswer | Forbidden | NotFound | TooLarge | Unsupported)
}
