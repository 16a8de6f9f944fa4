//! How the server is opened for one person, and what is remembered of them between two readings.

use super::{
    client::{Access, Apps, Calendar, Capabilities, Client, Notification, Session, User},
    config::{AccessMode, NextcloudConfig},
    links::Links,
};
use crate::kit::{
    content,
    json::List,
    memo::Memo,
    sessions::{Account, AccountOpener, AccountSessions, Opened},
};
use async_trait::async_trait;
use pleiade_core::{CallContext, ConnectorError, Credential, ErrorKind, WidgetContent};
use std::{
    collections::{HashMap, HashSet},
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// Reading the account proves the credential for every card that is read within the minute.
const PROVED_FOR: Duration = Duration::from_secs(55);
/// A login and password that are revoked cost a failure each time they are sent, and ten close the server to the portal: they are proved
/// again for each set of cards.
const PASSWORD_PROVED_FOR: Duration = Duration::from_secs(5);
/// Capabilities and apps change rarely.
const OFFER_KEPT_FOR: Duration = Duration::from_secs(3600);
/// Cards that load together share the list of calendars.
const CALENDARS_KEPT_FOR: Duration = Duration::from_secs(20);

/// What opens the server.
#[derive(Debug)]
pub(super) struct Opener {
    pub(super) client: Client,
    pub(super) mode: AccessMode,
}

/// A credential that opens the server, and whose account it opens.
#[derive(Debug, Clone)]
pub(super) struct Proved {
    session: Session,
    user: Arc<User>,
}

/// What is remembered of an account. Never a secret.
#[derive(Debug, Default)]
pub(super) struct Memory {
    capabilities: Memo<(Capabilities, Option<String>)>,
    apps: Memo<Apps>,
    calendars: Memo<List<Calendar>>,
    notifications: Mutex<Option<(Arc<List<Notification>>, String)>>,
    floating: Mutex<HashMap<String, Floating>>,
}

/// Bytes of the ids of floating events that are remembered of an account: some hundred events of each of some calendars.
const MAX_FLOATING: usize = 256 << 10;

impl Memory {
    /// Remembers which events of a calendar are in no zone, and forgets the others where that would be too much.
    fn keep_floating(&self, slug: &str, floating: Floating) {
        let size = |floating: &Floating| floating.uids.iter().map(|uid| uid.len() + 64).sum::<usize>();
        let mut kept = self.floating.lock().unwrap_or_else(PoisonError::into_inner);
        kept.remove(slug);
        let others: usize = kept.iter().map(|(slug, floating)| slug.len() + 64 + size(floating)).sum();
        let new = slug.len() + 64 + size(&floating);
        if others + new > MAX_FLOATING {
            kept.clear();
        }
        if new <= MAX_FLOATING {
            kept.insert(slug.to_owned(), floating);
        }
    }
}

/// Which events of a calendar are in no zone, as long as nothing changes in it.
#[derive(Debug, Clone)]
pub(super) struct Floating {
    pub(super) tag: String,
    pub(super) uids: Arc<HashSet<String>>,
}

#[async_trait]
impl AccountOpener for Opener {
    type Session = Proved;
    type Memory = Memory;

    async fn open(
        &self,
        cx: &CallContext,
        credential: &Credential,
        _: &Memory,
    ) -> Result<Opened<Proved>, ConnectorError> {
        let session = self.client.session(&self.access(credential)?, cx.locale);
        let user = Arc::new(session.user().await?);
        let good_for = match self.mode {
            AccessMode::AppPasswordBasic => PASSWORD_PROVED_FOR,
            _ => PROVED_FOR,
        };
        Ok(Opened::credential(Proved { session, user }, good_for))
    }
}

impl Opener {
    fn access(&self, credential: &Credential) -> Result<Access, ConnectorError> {
        match (self.mode, credential) {
            (AccessMode::AppPassword, Credential::LinkedAccount { secret, .. }) => {
                Ok(Access::Bearer(secret.clone()))
            }
            (AccessMode::AppPasswordBasic, Credential::LinkedAccount { login, secret }) => {
                Ok(Access::Basic { login: login.clone(), password: secret.clone() })
            }
            (AccessMode::OidcToken, Credential::PersonToken { token, .. }) => {
                Ok(Access::Bearer(token.clone()))
            }
            _ => Err(ConnectorError::new(ErrorKind::BadConfiguration, "open the account")
                .with_hint("the credential given is not of the kind that `access` asks for")),
        }
    }
}

/// What the connector and its widgets share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) config: NextcloudConfig,
    pub(super) accounts: AccountSessions<Opener>,
}

impl Shared {
    /// Does `work` for the person, and once more with a renewed credential when it is refused.
    pub(super) async fn visit<T, F>(
        &self,
        cx: &CallContext,
        work: impl Fn(Visit) -> F,
    ) -> Result<T, ConnectorError>
    where
        F: Future<Output = Result<T, ConnectorError>>,
    {
        let work = |account: Account<Opener>| {
            let visit = Visit {
                session: account.session.session.in_locale(cx.locale),
                user: account.session.user,
                cx: account.cx,
                memory: account.memory,
                opening: account.opening,
                agenda_days: self.config.agenda_days,
            };
            let memory = Arc::clone(&visit.memory);
            let work = work(visit);
            async move {
                let result = work.await;
                // The app may have been installed meanwhile.
                if result.as_ref().is_err_and(|error| error.kind() == ErrorKind::Unsupported) {
                    memory.capabilities.forget().await;
                }
                result
            }
        };
        self.accounts.call(cx, work).await
    }
}

/// One visit to the server in the name of one person.
#[derive(Debug, Clone)]
pub(super) struct Visit {
    pub(super) session: Session,
    pub(super) user: Arc<User>,
    pub(super) cx: CallContext,
    pub(super) agenda_days: u8,
    memory: Arc<Memory>,
    opening: u64,
}

impl Visit {
    fn now(&self) -> Duration {
        self.cx.clock.elapsed()
    }

    /// What the server offers to this person, as it told within the hour.
    pub(super) async fn capabilities(&self) -> Result<Capabilities, ConnectorError> {
        let read = |known: Option<Arc<(Capabilities, Option<String>)>>| async move {
            let etag = known.as_ref().and_then(|known| known.1.as_deref());
            match (self.session.capabilities(etag).await?, &known) {
                (Some(read), _) => Ok(read),
                (None, Some(known)) => Ok(known.as_ref().clone()),
                (None, None) => Err(ConnectorError::new(ErrorKind::BadAnswer, "read the capabilities")),
            }
        };
        let known = self.memory.capabilities.get(self.now(), OFFER_KEPT_FOR, self.opening, read).await?;
        Ok(known.0.clone())
    }

    /// The pages that exist for this person. What the server does not tell leads nowhere, rather than to a page that may not exist; the
    /// card says so when that may be otherwise in a moment.
    pub(super) async fn links(&self, content: &mut WidgetContent) -> Links {
        let read = |_| async { self.session.apps().await };
        match self.memory.apps.get(self.now(), OFFER_KEPT_FOR, self.opening, read).await {
            Ok(apps) => self.session.links().with_apps(&apps),
            Err(error) => {
                if error.kind().is_outage() {
                    content::note_missing(content, &self.cx, &error);
                }
                self.session.links().clone()
            }
        }
    }

    /// The person's calendars and task lists.
    pub(super) async fn calendars(&self) -> Result<Arc<List<Calendar>>, ConnectorError> {
        let read = |_| async { self.session.calendars(&self.user.id).await };
        self.memory.calendars.get(self.now(), CALENDARS_KEPT_FOR, self.opening, read).await
    }

    /// Has the calendars listed again: one of them is gone.
    pub(super) async fn forget_calendars(&self) {
        self.memory.calendars.forget().await;
    }

    /// The notifications that were read last, and their tag.
    pub(super) fn known_notifications(&self) -> Option<(Arc<List<Notification>>, String)> {
        self.memory.notifications.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn keep_notifications(&self, list: &Arc<List<Notification>>, etag: Option<String>) {
        *self.memory.notifications.lock().unwrap_or_else(PoisonError::into_inner) =
            etag.map(|etag| (Arc::clone(list), etag));
    }

    /// Which events of a calendar are in no zone, if nothing changed there since that was asked.
    pub(super) fn known_floating(&self, slug: &str, tag: &str) -> Option<Floating> {
        let floating = self.memory.floating.lock().unwrap_or_else(PoisonError::into_inner);
        floating.get(slug).filter(|known| known.tag == tag).cloned()
    }

    pub(super) fn keep_floating(&self, slug: &str, floating: Floating) {
        self.memory.keep_floating(slug, floating);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_of_an_account_has_a_bound() {
        let memory = Memory::default();
        let floating = |count: usize| Floating {
            tag: String::new(),
            uids: Arc::new((0..count).map(|n| format!("{n:0>150}")).collect()),
        };
        let kept = || memory.floating.lock().unwrap().values().map(|one| one.uids.len()).sum::<usize>();
        for calendar in 0..1000 {
            memory.keep_floating(&format!("c{calendar}"), floating(100));
            assert!((100..=1200).contains(&kept()), "{}", kept());
        }
        memory.keep_floating("large", floating(10_000));
        assert_eq!(kept(), 0, "asked for each time");
    }
}
