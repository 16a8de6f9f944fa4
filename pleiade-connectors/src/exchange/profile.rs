//! Cards of what was handed over, and the connector that shows them: what Astre, time and attendance and others have in common.
//!
//! A connector of the contract is a list of [`Card`]s, each of lists and figures by their codes, with its words; see
//! [`ExchangeConnector::new`].

use super::{
    lines,
    source::{ExchangeSource, PersonReading, SourceReader},
};
use crate::{
    kind::Network,
    kit::{
        content,
        memo::Memo,
        sessions::{Account, AccountOpener, AccountSessions, OpenedSession},
        shared::Filter,
    },
};
use async_trait::async_trait;
use chrono_tz::Tz;
use pleiade_core::{
    Amount, CallContext, Connector, ConnectorDescriptor, ConnectorError, Credential, CredentialKind,
    ErrorKind, Indicator, IndicatorKey, Message, Severity, TaskKind, Widget, WidgetContent, WidgetDescriptor,
    WidgetId, connector::Health, place::of_host,
};
use std::{borrow::Cow, cmp::Ordering, sync::Arc, time::Duration};
use url::Url;

/// What a connector of the contract accepts: the technical account of its source, and the key of the person.
pub const ACCEPTS: &[CredentialKind] = &[CredentialKind::Technical];

/// What was read serves the cards of a person that load together.
const SHARED_FOR: Duration = Duration::from_secs(30);
/// The time for which a card is fresh, unless it says otherwise.
const TIME_TO_LIVE: Duration = Duration::from_secs(600);

/// A card: lists and figures, by their codes in the contract.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Card {
    id: WidgetId,
    title: &'static str,
    empty: &'static str,
    time_to_live: Duration,
    pub(super) lists: Vec<List>,
    pub(super) figures: Vec<Figure>,
    /// The messages of coming and going, for a card of clockings.
    pub(super) clockings: Option<[&'static str; 2]>,
}

impl Card {
    /// A card without anything yet; `title` and `empty` are keys of messages.
    #[must_use]
    pub fn new(id: WidgetId, title: &'static str, empty: &'static str) -> Self {
        let (lists, figures) = (Vec::new(), Vec::new());
        Self { id, title, empty, time_to_live: TIME_TO_LIVE, lists, figures, clockings: None }
    }

    /// The same, with these lists, in the order to show.
    #[must_use]
    pub fn with_lists(mut self, lists: impl IntoIterator<Item = List>) -> Self {
        self.lists.extend(lists);
        self
    }

    /// The same, with these figures, in the order to show.
    #[must_use]
    pub fn with_figures(mut self, figures: impl IntoIterator<Item = Figure>) -> Self {
        self.figures.extend(figures);
        self
    }

    /// The same, with when the person came and went today, under these two messages.
    #[must_use]
    pub fn with_clockings(mut self, comes_in: &'static str, goes_out: &'static str) -> Self {
        self.clockings = Some([comes_in, goes_out]);
        self
    }

    /// The same, fresh for so long.
    #[must_use]
    pub fn fresh_for(mut self, time_to_live: Duration) -> Self {
        self.time_to_live = time_to_live;
        self
    }

    fn descriptor(&self) -> WidgetDescriptor {
        let lists = self.lists.iter().flat_map(|list| [list.count.as_ref(), list.late.as_ref()]).flatten();
        let keys: Vec<IndicatorKey> = lists
            .map(|count| count.key.clone())
            .chain(self.figures.iter().map(|figure| figure.key.clone()))
            .collect();
        let mut kinds: Vec<TaskKind> = self.lists.iter().filter_map(|list| list.task).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let delegable =
            |kind: &TaskKind| self.lists.iter().any(|list| list.delegable && list.task == Some(*kind));
        let delegable: Vec<TaskKind> = kinds.iter().copied().filter(delegable).collect();
        let mut descriptor = content::widget(self.id.clone(), self.title, self.empty, &keys)
            .with_tasks(kinds)
            .with_delegable(delegable);
        descriptor.time_to_live = self.time_to_live;
        descriptor
    }
}

/// A number and its noun, which receives `count`.
#[derive(Debug, Clone)]
pub(super) struct Count {
    pub(super) key: IndicatorKey,
    pub(super) noun: &'static str,
}

/// A list of a card, by its code: rows that wait for the person, or that are shown for information.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct List {
    pub(super) code: &'static str,
    pub(super) task: Option<TaskKind>,
    pub(super) delegable: bool,
    pub(super) due_after_days: Option<u16>,
    pub(super) count: Option<Count>,
    pub(super) late: Option<Count>,
}

impl List {
    /// Rows that wait for the person, unless their state says that they do not.
    #[must_use]
    pub fn tasks(code: &'static str, task: TaskKind) -> Self {
        Self { task: Some(task), ..Self::lines(code) }
    }

    /// Rows for information.
    #[must_use]
    pub fn lines(code: &'static str) -> Self {
        Self { code, task: None, delegable: false, due_after_days: None, count: None, late: None }
    }

    /// The same, told as a number: of what waits for the person, or of what is not decided yet. Where the application hands over a figure of
    /// the same code, the larger of both is told.
    #[must_use]
    pub fn counted(mut self, key: IndicatorKey, noun: &'static str) -> Self {
        self.count = Some(Count { key, noun });
        self
    }

    /// The same, with the number of what waits beyond its deadline, or the figure whose code is the key, where that is larger.
    #[must_use]
    pub fn counted_late(mut self, key: IndicatorKey, noun: &'static str) -> Self {
        self.late = Some(Count { key, noun });
        self
    }

    /// The same, of which whoever stands in for the person sees what waits.
    #[must_use]
    pub fn delegable(mut self) -> Self {
        self.delegable = true;
        self
    }

    /// The same, due so many days after the date of the row where that has no deadline of its own; 0 for never.
    #[must_use]
    pub fn due_after_days(mut self, days: u16) -> Self {
        self.due_after_days = Some(days).filter(|days| *days > 0);
        self
    }
}

/// A figure of a card, by its code.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Figure {
    pub(super) code: Cow<'static, str>,
    pub(super) key: IndicatorKey,
    noun: Option<&'static str>,
    counts: bool,
    urgency: Severity,
}

impl Figure {
    /// A number of things; `noun` receives `count`.
    #[must_use]
    pub fn count(code: &'static str, key: IndicatorKey, noun: &'static str) -> Self {
        Self { code: code.into(), key, noun: Some(noun), counts: true, urgency: Severity::Info }
    }

    /// An amount of money, of days or of hours, or a share, under a name of ours; `noun` receives `sign`: `plus`, `zero` or `minus`.
    #[must_use]
    pub fn amount(code: &'static str, key: IndicatorKey, noun: &'static str) -> Self {
        Self { counts: false, ..Self::count(code, key, noun) }
    }

    /// An amount under the name that the application gives it, for what each town names its own way.
    #[must_use]
    pub fn labelled(code: impl Into<Cow<'static, str>>, key: IndicatorKey) -> Self {
        Self { code: code.into(), key, noun: None, counts: false, urgency: Severity::Info }
    }

    /// The same, urgent where there are any, where it is negative, or where a share is beyond 100.
    #[must_use]
    pub fn urgent(mut self, urgency: Severity) -> Self {
        self.urgency = urgency;
        self
    }

    /// The figure of a reading; none where there is none, and where one is no number of things although it is to be one. A number of things
    /// is a minimum where the card misses rows.
    pub(super) fn indicator(&self, own: &PersonReading, at_least: bool) -> Option<Indicator> {
        let row = own.figures.iter().find(|row| row.code == self.code)?;
        let is_urgent = match row.value {
            Amount::Count { value, .. } => value > 0,
            Amount::Percent(share) => share > 100.0,
            Amount::Money { hundredths, .. } | Amount::Days { hundredths } => hundredths < 0,
            Amount::HoursBalance { minutes } => minutes < 0,
            _ => false,
        };
        let noun = match (self.noun, row.value) {
            (Some(noun), Amount::Count { value, .. }) if self.counts => {
                Message::new(noun).with_number("count", value)
            }
            (Some(_), _) if self.counts => return None,
            (Some(noun), _) => Message::new(noun).with_text("sign", sign(row.value)),
            (None, _) => Message::new("kit-exchange-figure").with_text("label", content::plain(&row.label)),
        };
        let severity = if is_urgent { self.urgency } else { Severity::Info };
        let indicator = Indicator::new(self.key.clone(), row.value, noun, own.read_at);
        Some(indicator.at_least(at_least).with_severity(severity))
    }
}

fn sign(amount: Amount) -> &'static str {
    let order = match amount {
        Amount::Money { hundredths, .. } | Amount::Days { hundredths } => hundredths.cmp(&0),
        Amount::HoursBalance { minutes } => minutes.cmp(&0),
        _ => Ordering::Greater,
    };
    match order {
        Ordering::Less => "minus",
        Ordering::Equal => "zero",
        Ordering::Greater => "plus",
    }
}

/// What the connectors of the contract read, and for whom.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Exchange {
    /// Where it comes from.
    pub source: ExchangeSource,
    /// Who sees what.
    pub filter: Filter,
    /// The code of the application, where several hand over together.
    pub application: Option<String>,
    /// The zone of times that come without one; that of the collectivité where none is written.
    pub time_zone: Option<Tz>,
    /// Other hosts than the application's home that lines may lead to by `https`: `agenda.ville.fr`, or `agenda.ville.fr:8443`.
    pub link_hosts: Vec<String>,
}

impl Exchange {
    /// A source whose rows a filter shares out.
    #[must_use]
    pub fn new(source: ExchangeSource, filter: Filter) -> Self {
        Self { source, filter, application: None, time_zone: None, link_hosts: Vec::new() }
    }
}

/// A connector that shows cards of what was handed over.
#[derive(Debug)]
pub struct ExchangeConnector {
    descriptor: ConnectorDescriptor,
    shared: Arc<Shared>,
    widgets: Vec<Arc<dyn Widget>>,
}

impl ExchangeConnector {
    /// Joins what describes it, its source and its cards.
    ///
    /// # Errors
    /// [`BadConfiguration`](ErrorKind::BadConfiguration), whose hint names the key.
    pub fn new(
        descriptor: ConnectorDescriptor,
        exchange: Exchange,
        cards: impl IntoIterator<Item = Card>,
        network: Network,
    ) -> Result<Self, ConnectorError> {
        let Exchange { source, filter, application, time_zone, link_hosts } = exchange;
        let source = SourceReader::new(&source, filter, application, time_zone, network)?;
        let accounts = AccountSessions::new(descriptor.id.clone(), ACCEPTS, Keys);
        let home = descriptor.home.clone();
        let places: Option<Vec<Url>> = link_hosts.iter().map(|host| of_host(host)).collect();
        let mut link_places = places.ok_or_else(|| {
            ConnectorError::new(ErrorKind::BadConfiguration, "read the configuration")
                .with_hint("`link_hosts` are hosts alone, as `agenda.ville.fr` or `agenda.ville.fr:8443`")
        })?;
        link_places.push(home.clone());
        let shared = Arc::new(Shared { accounts, source, home, link_places });
        let widget = |card: Card| {
            let (descriptor, shared) = (card.descriptor(), Arc::clone(&shared));
            Arc::new(ExchangeWidget { descriptor, card, shared }) as Arc<dyn Widget>
        };
        let widgets = cards.into_iter().map(widget).collect();
        Ok(Self { descriptor, shared, widgets })
    }
}

#[async_trait]
impl Connector for ExchangeConnector {
    fn descriptor(&self) -> &ConnectorDescriptor {
        &self.descriptor
    }

    fn widgets(&self) -> &[Arc<dyn Widget>] {
        &self.widgets
    }

    async fn probe(&self) -> Result<Health, ConnectorError> {
        let findings = self.shared.source.probe().await?;
        Ok(findings.into_iter().fold(Health::new(None), Health::with_finding))
    }

    fn retry(&self) {
        self.shared.accounts.retry();
        self.shared.source.believe_next();
    }
}

/// What the cards of a connector share.
#[derive(Debug)]
pub(super) struct Shared {
    accounts: AccountSessions<Keys>,
    source: SourceReader,
    pub(super) home: Url,
    /// Where lines may lead.
    pub(super) link_places: Vec<Url>,
}

/// An opener that opens nothing: the secret of the source stands in the settings. What is kept is kept by the key of the person.
#[derive(Debug)]
struct Keys;

#[async_trait]
impl AccountOpener for Keys {
    type Session = ();
    type Memory = Memo<PersonReading>;

    fn account(&self, _: &CallContext, credential: &Credential) -> Result<String, ConnectorError> {
        match credential {
            Credential::Technical { key: Some(key) } if !key.trim_ascii().is_empty() => Ok(key.clone()),
            _ => Err(ConnectorError::new(ErrorKind::NotLinked, "find the key of the person")),
        }
    }

    async fn open(
        &self,
        _: &CallContext,
        _: &Credential,
        _: &Memo<PersonReading>,
    ) -> Result<OpenedSession<()>, ConnectorError> {
        Ok(OpenedSession::from_credential((), Duration::MAX))
    }
}

#[derive(Debug)]
struct ExchangeWidget {
    descriptor: WidgetDescriptor,
    card: Card,
    shared: Arc<Shared>,
}

#[async_trait]
impl Widget for ExchangeWidget {
    fn descriptor(&self) -> &WidgetDescriptor {
        &self.descriptor
    }

    async fn load(&self, cx: &CallContext) -> Result<WidgetContent, ConnectorError> {
        let work = |account: Account<Keys>| async move {
            let key = account.key.as_deref().unwrap_or_default();
            let read = |_| self.shared.source.read(cx, key);
            let own = account.memory.get(cx.clock.elapsed(), SHARED_FOR, account.opening, read).await?;
            Ok(lines::content(&self.card, cx, &own, &self.shared))
        };
        self.shared.accounts.load(cx, work).await
    }
}
