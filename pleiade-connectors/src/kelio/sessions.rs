//! Who somebody is in Kelio, and what is kept of it.
//!
//! Threat: the account reads everybody, so that every row is compared again with the employee number of whoever asks, whole and with its zeros.

use super::{
    client::{Client, Family},
    config::{KelioConfig, Rules},
    wire::Counter,
};
use crate::kit::{
    json::List,
    memo::Memo,
    sessions::{Account, AccountOpener, AccountSessions, OpenedSession},
};
use async_trait::async_trait;
use pleiade_core::{CallContext, ConnectorError, Credential, ErrorKind, Message, WidgetContent};
use std::{
    collections::HashMap,
    fmt,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// The time after which Kelio is asked again whether it knows a person, and which counters there are.
const KNOWN_FOR: Duration = Duration::from_secs(3600);
/// The most people of whom it is kept that Kelio knows them.
const MAX_PEOPLE: usize = 20_000;

/// What is kept of a server from one reading to the next.
#[derive(Default)]
pub(super) struct Memory {
    /// Whether Kelio knows the person of a number.
    people: Mutex<HashMap<String, Arc<Memo<bool>>>>,
    leave: Memo<List<Counter>>,
    hours: Memo<List<Counter>>,
}

/// What was read stays out of debug output.
impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}

impl Memory {
    fn person(&self, number: &str) -> Arc<Memo<bool>> {
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        if people.len() >= MAX_PEOPLE {
            people.clear();
        }
        Arc::clone(people.entry(number.to_owned()).or_default())
    }
}

/// An opener without sessions: the account of the settings signs every call.
#[derive(Debug)]
pub(super) struct Opener {
    pub(super) client: Client,
    pub(super) config: KelioConfig,
    pub(super) rules: Rules,
}

#[async_trait]
impl AccountOpener for Opener {
    type Session = ();
    type Memory = Memory;

    async fn open(
        &self,
        _: &CallContext,
        _: &Credential,
        _: &Memory,
    ) -> Result<OpenedSession<()>, ConnectorError> {
        Ok(OpenedSession::from_credential((), Duration::MAX))
    }
}

/// What the cards of a server share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) accounts: AccountSessions<Opener>,
}

/// Somebody whom Kelio knows, and who looks at a card.
pub(super) struct Person {
    pub(super) account: Account<Opener>,
    /// Their employee number.
    pub(super) number: String,
}

impl Shared {
    pub(super) fn config(&self) -> &KelioConfig {
        &self.accounts.opener().config
    }

    pub(super) fn rules(&self) -> &Rules {
        &self.accounts.opener().rules
    }

    pub(super) fn client(&self) -> &Client {
        &self.accounts.opener().client
    }

    /// Loads a card of somebody. Whoever stands in for them is shown nothing: an absence is nobody's to look at who does not decide on it.
    pub(super) async fn load<F>(
        &self,
        cx: &CallContext,
        show: impl Fn(Person) -> F,
    ) -> Result<WidgetContent, ConnectorError>
    where
        F: Future<Output = Result<WidgetContent, ConnectorError>>,
    {
        self.config().filter.tenant(cx)?;
        let show = &show;
        let work = |account: Account<Opener>| async move {
            if account.cx.stands_in {
                return Ok(WidgetContent::default());
            }
            match self.person(account).await? {
                Some(person) => show(person).await,
                None => {
                    let mut content = WidgetContent::default();
                    content.notices.push(Message::new("kelio-unknown-person"));
                    Ok(content)
                }
            }
        };
        self.accounts.load(cx, work).await
    }

    /// Nobody when Kelio has no employee of this number.
    async fn person(&self, account: Account<Opener>) -> Result<Option<Person>, ConnectorError> {
        let number =
            account.key.as_deref().map(str::trim).filter(|key| !key.is_empty()).ok_or_else(|| {
                ConnectorError::new(ErrorKind::BadConfiguration, "find the person").with_hint(
                    "`credentials` of this connector give no employee number for a person: write `key`",
                )
            })?;
        let number = number.to_owned();
        let now = account.cx.clock.now();
        let read = |_| async {
            let found = self.client().employees(now, &number).await?;
            let mut own = found.iter().filter(|employee| self.owns(&account.cx, &number, &employee.number));
            match (own.next(), own.next()) {
                (Some(one), Some(other)) if one.key != other.key => {
                    Err(ConnectorError::new(ErrorKind::BadConfiguration, "find the person")
                        .with_hint("several people of Kelio have the employee number of this person"))
                }
                (own, _) => Ok(own.is_some()),
            }
        };
        // Whoever is unknown may be entered at any moment.
        let is_good = |known: &bool, age: Option<Duration>| age.is_none_or(|age| *known && age < KNOWN_FOR);
        let memo = account.memory.person(&number);
        let known = memo.get_if(account.cx.clock.elapsed(), account.opening, is_good, read).await?;
        Ok(known.then_some(Person { account, number }))
    }

    /// True if a row of this employee number is the person's.
    pub(super) fn owns(&self, cx: &CallContext, number: &str, row: &str) -> bool {
        // The whole server is one collectivité's: rows name none.
        let filter = &self.config().filter;
        let Ok(tenant) = filter.tenant(cx) else { return false };
        filter.viewer(cx, Some(number)).is_ok_and(|viewer| viewer.owns(row, tenant))
    }

    /// The technical key of a counter.
    pub(super) async fn counter(
        &self,
        account: &Account<Opener>,
        family: Family,
        abbreviation: &str,
    ) -> Result<i64, ConnectorError> {
        let memo = match family {
            Family::Leave => &account.memory.leave,
            Family::Hours => &account.memory.hours,
        };
        let read = |_| async { self.client().counters(account.cx.clock.now(), family).await };
        let counters = memo.get(account.cx.clock.elapsed(), KNOWN_FOR, account.opening, read).await?;
        let mut own = counters.iter().filter(|counter| counter.abbreviation == abbreviation);
        match (own.next(), own.next()) {
            (Some(counter), None) => Ok(counter.key),
            _ => {
                let found =
                    crate::kit::soap::listed(counters.iter().map(|counter| counter.abbreviation.as_str()));
                Err(ConnectorError::new(ErrorKind::BadConfiguration, "find a counter").with_hint(format!(
                    "a counter of the settings is not in Kelio, or there twice; those found: {found}"
                )))
            }
        }
    }
}
