//! How the server is opened for one person, and what is remembered of them between two readings.

use super::{
    client::{Apps, Authorization, Calendar, Capabilities, Client, Notification, Session, User},
    config::{NextcloudAuthMethod, NextcloudConfig},
    links::Links,
};
use crate::kit::{
    content,
    json::List,
    meeting::MeetingPlaces,
    memo::Memo,
    sessions::{Account, AccountOpener, AccountSessions, OpenedSession},
};
use async_trait::async_trait;
use pleiade_core::{AccountTag, CallContext, ConnectorError, Credential, ErrorKind, WidgetContent};
use std::{
    collections::{HashMap, HashSet},
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// The time for which reading the account proves the credential, for every card that is read within the minute.
const PROOF_TTL: Duration = Duration::from_secs(55);
/// The same for a login and password: revoked ones cost a failure each time they are sent, and ten close the server to the portal, so they
/// are proved again for each set of cards.
const PASSWORD_PROOF_TTL: Duration = Duration::from_secs(5);
/// Lifetime of capabilities and apps, which change rarely.
const CAPABILITIES_TTL: Duration = Duration::from_secs(3600);
/// Lifetime of the list of calendars, which the cards that load together share.
const CALENDARS_TTL: Duration = Duration::from_secs(20);

/// The opener of accounts on the server.
#[derive(Debug)]
pub(super) struct Opener {
    pub(super) client: Client,
    pub(super) auth_method: NextcloudAuthMethod,
}

/// An account that a credential opened.
#[derive(Debug, Clone)]
pub(super) struct OpenAccount {
    session: Session,
    user: Arc<User>,
}

/// The data kept for an account. Never a secret.
#[derive(Debug, Default)]
pub(super) struct Memory {
    capabilities: Memo<(Capabilities, Option<String>)>,
    apps: Memo<Apps>,
    calendars: Memo<List<Calendar>>,
    notifications: Mutex<Option<(Arc<List<Notification>>, String)>>,
    floating: Mutex<HashMap<String, FloatingEvents>>,
}

/// The most bytes of ids of floating events kept for an account: some hundred events of each of some calendars.
const MAX_FLOATING_BYTES: usize = 256 << 10;

impl Memory {
    /// Keeps the floating events of a calendar, and forgets those of the others where that would be too much.
    fn keep_floating(&self, slug: &str, floating: FloatingEvents) {
        let size = |floating: &FloatingEvents| floating.uids.iter().map(|uid| uid.len() + 64).sum::<usize>();
        let mut kept = self.floating.lock().unwrap_or_else(PoisonError::into_inner);
        kept.remove(slug);
        let others: usize = kept.iter().map(|(slug, floating)| slug.len() + 64 + size(floating)).sum();
        let new = slug.len() + 64 + size(&floating);
        if others + new > MAX_FLOATING_BYTES {
            kept.clear();
        }
        if new <= MAX_FLOATING_BYTES {
            kept.insert(slug.to_owned(), floating);
        }
    }
}

/// The events of a calendar that are in no zone, good as long as nothing changes in it.
#[derive(Debug, Clone)]
pub(super) struct FloatingEvents {
    pub(super) tag: String,
    pub(super) uids: Arc<HashSet<String>>,
}

#[async_trait]
impl AccountOpener for Opener {
    type Session = OpenAccount;
    type Memory = Memory;

    async fn open(
        &self,
        cx: &CallContext,
        credential: &Credential,
        _: &Memory,
    ) -> Result<OpenedSession<OpenAccount>, ConnectorError> {
        let session = self.client.session(&self.authorization(credential)?, cx.locale);
        let user = Arc::new(session.user().await?);
        let good_for = match self.auth_method {
            NextcloudAuthMethod::AppPasswordBasic => PASSWORD_PROOF_TTL,
            _ => PROOF_TTL,
        };
        Ok(OpenedSession::from_credential(OpenAccount { session, user }, good_for))
    }
}

impl Opener {
    fn authorization(&self, credential: &Credential) -> Result<Authorization, ConnectorError> {
        match (self.auth_method, credential) {
            (NextcloudAuthMethod::AppPassword, Credential::LinkedAccount { secret, .. }) => {
                Ok(Authorization::Bearer(secret.clone()))
            }
            (NextcloudAuthMethod::AppPasswordBasic, Credential::LinkedAccount { login, secret }) => {
                Ok(Authorization::Basic { login: login.clone(), password: secret.clone() })
            }
            (NextcloudAuthMethod::OidcToken, Credential::PersonToken { token, .. }) => {
                Ok(Authorization::Bearer(token.clone()))
            }
            _ => Err(ConnectorError::new(ErrorKind::BadConfiguration, "open the account")
                .with_hint("the credential given is not of the kind that `access` asks for")),
        }
    }
}

/// The state that the connector and its widgets share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) config: NextcloudConfig,
    pub(super) accounts: AccountSessions<Opener>,
}

impl Shared {
    /// Calls `work` with the person's session, and once more with a renewed credential when it is refused.
    pub(super) async fn with_session<T, F>(
        &self,
        cx: &CallContext,
        work: impl Fn(PersonSession) -> F,
    ) -> Result<T, ConnectorError>
    where
        F: Future<Output = Result<T, ConnectorError>>,
    {
        let work = |account: Account<Opener>| {
            let session = PersonSession {
                api: account.session.session.in_locale(cx.locale),
                user: account.session.user,
                account: account.tag,
                memory: account.memory,
                opening: account.opening,
                agenda_days: self.config.agenda_days,
                meetings: MeetingPlaces::new(&account.cx, &self.config.conference_hosts),
                cx: account.cx,
            };
            let memory = Arc::clone(&session.memory);
            let work = work(session);
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

/// One person's session on the server, for one call.
#[derive(Debug, Clone)]
pub(super) struct PersonSession {
    pub(super) api: Session,
    pub(super) user: Arc<User>,
    pub(super) account: AccountTag,
    pub(super) cx: CallContext,
    pub(super) agenda_days: u8,
    /// Where the meetings of events may be, besides the calls of this server.
    pub(super) meetings: MeetingPlaces,
    memory: Arc<Memory>,
    opening: u64,
}

impl PersonSession {
    fn now(&self) -> Duration {
        self.cx.clock.elapsed()
    }

    /// The features that the server offers to this person, at most an hour old.
    pub(super) async fn capabilities(&self) -> Result<Capabilities, ConnectorError> {
        let read = |known: Option<Arc<(Capabilities, Option<String>)>>| async move {
            let etag = known.as_ref().and_then(|known| known.1.as_deref());
            match (self.api.capabilities(etag).await?, &known) {
                (Some(read), _) => Ok(read),
                (None, Some(known)) => Ok(known.as_ref().clone()),
                (None, None) => Err(ConnectorError::new(ErrorKind::BadAnswer, "read the capabilities")),
            }
        };
        let known = self.memory.capabilities.get(self.now(), CAPABILITIES_TTL, self.opening, read).await?;
        Ok(known.0.clone())
    }

    /// The pages that exist for this person. A page that the server does not name is absent, rather than a link to one that may not exist;
    /// the card says so when that may change in a moment.
    pub(super) async fn links(&self, content: &mut WidgetContent) -> Links {
        let read = |_| async { self.api.apps().await };
        match self.memory.apps.get(self.now(), CAPABILITIES_TTL, self.opening, read).await {
            Ok(apps) => self.api.links().with_apps(apps.iter()),
            Err(error) => {
                if error.kind().is_outage() {
                    content::note_missing(content, &self.cx, &error);
                }
                self.api.links().clone()
            }
        }
    }

    /// The person's calendars and task lists.
    pub(super) async fn calendars(&self) -> Result<Arc<List<Calendar>>, ConnectorError> {
        let read = |_| async { self.api.calendars(&self.user.id).await };
        self.memory.calendars.get(self.now(), CALENDARS_TTL, self.opening, read).await
    }

    /// Forgets the calendars: one of them is gone.
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

    /// The floating events of a calendar, if nothing has changed there since they were read.
    pub(super) fn known_floating(&self, slug: &str, tag: &str) -> Option<FloatingEvents> {
        let floating = self.memory.floating.lock().unwrap_or_else(PoisonError::into_inner);
        floating.get(slug).filter(|known| known.tag == tag).cloned()
    }

    pub(super) fn keep_floating(&self, slug: &str, floating: FloatingEvents) {
        self.memory.keep_floating(slug, floating);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_of_an_account_has_a_bound() {
        let memory = Memory::default();
        let floating = |count: usize| FloatingEvents {
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
