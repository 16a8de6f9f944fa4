//! What a card shows.

use crate::{
    Action, ActionDescriptor, CallContext, ConnectorError, Event, Indicator, IndicatorKey, Item, Message,
    Sitting, TaskKind, WidgetId,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::{fmt, time::Duration};
use url::Url;

/// The people who share a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Each person has their own.
    Person,
    /// Everybody of one collectivité reads the same, so it is fetched once for all.
    Tenant,
}

/// The description of a widget, known without calling the application.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct WidgetDescriptor {
    /// Its id within the connector.
    pub id: WidgetId,
    /// The title of its card.
    pub title: Message,
    /// The text when there is nothing to show: "Rien à signer".
    pub empty: Message,
    /// The indicators it may show.
    pub indicators: Vec<IndicatorKey>,
    /// The kinds of tasks among its lines.
    pub tasks: Vec<TaskKind>,
    /// Those kinds of which whoever stands in for a person may see some ([`Task::delegable`](crate::Task::delegable)).
    pub delegable: Vec<TaskKind>,
    /// The actions that it may offer, on the card or on a line.
    pub actions: Vec<ActionDescriptor>,
    /// True if it reads a calendar: its content may hold [events](WidgetContent::events).
    pub events: bool,
    /// True if its lines are led by the next meetings that its application holds, as the calendars of the person tell them. A host adds them:
    /// what [`Connector::joining`](crate::Connector::joining) joins.
    pub meetings: bool,
    /// The people who share a reading.
    pub audience: Audience,
    /// The time for which a reading is fresh; the application is not asked more often.
    pub time_to_live: Duration,
    /// The time for which an old reading may still be shown while the application fails.
    pub keep_stale: Duration,
    /// The longest time of one refresh.
    pub deadline: Duration,
}

impl WidgetDescriptor {
    /// A widget per person, fresh for two minutes, shown for a day when the application fails, with ten seconds to answer.
    #[must_use]
    pub fn new(id: WidgetId, title: Message, empty: Message) -> Self {
        Self {
            id,
            title,
            empty,
            indicators: Vec::new(),
            tasks: Vec::new(),
            delegable: Vec::new(),
            actions: Vec::new(),
            events: false,
            meetings: false,
            audience: Audience::Person,
            time_to_live: Duration::from_secs(120),
            keep_stale: Duration::from_secs(24 * 3600),
            deadline: Duration::from_secs(10),
        }
    }

    /// The same widget, whose lines may be tasks of these kinds.
    #[must_use]
    pub fn with_tasks(mut self, tasks: impl IntoIterator<Item = TaskKind>) -> Self {
        self.tasks.extend(tasks);
        self
    }

    /// The same widget, of whose tasks those of these kinds may be seen by whoever stands in for their person.
    #[must_use]
    pub fn with_delegable(mut self, tasks: impl IntoIterator<Item = TaskKind>) -> Self {
        self.delegable.extend(tasks);
        self
    }

    /// The same widget, which may offer these actions.
    #[must_use]
    pub fn with_actions(mut self, actions: impl IntoIterator<Item = ActionDescriptor>) -> Self {
        self.actions.extend(actions);
        self
    }

    /// The same widget, which reads a calendar.
    #[must_use]
    pub fn with_events(mut self) -> Self {
        self.events = true;
        self
    }

    /// The same widget, of the application in which [meetings](Self::meetings) are held.
    #[must_use]
    pub fn with_meetings(mut self) -> Self {
        self.meetings = true;
        self
    }
}

/// The account of an application that a content was read by, as a number that means nothing outside this process: equal for the same
/// account of the same connector. A line of the same id is the same thing then, for whichever collectivité it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AccountTag(pub u64);

/// The content of a card, as one refresh brought it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WidgetContent {
    /// Numbers, most important first.
    pub indicators: Vec<Indicator>,
    /// Lines, in the order to show.
    pub items: Vec<Item>,
    /// The events of the person's calendar that touch this day, in any order, and the later ones that have a meeting, where they were read. The
    /// portal's agenda joins them with those of other applications, whatever the card shows as lines.
    #[serde(default)]
    pub events: Vec<Event>,
    /// The sittings that the person knows of by this application, in any order, whatever the card shows of them as lines. The portal proposes
    /// their days where the collectivité enters its own.
    #[serde(default)]
    pub sittings: Vec<Sitting>,
    /// True if the application holds more lines than these.
    pub more: bool,
    /// The actions of the card as a whole.
    pub actions: Vec<Action>,
    /// The page of the application to which the card's title leads.
    pub link: Option<Url>,
    /// Notices about this content, for example that a part of it could not be read.
    pub notices: Vec<Message>,
    /// The time of what the application had to say, where that is older than the reading: files of the night before.
    #[serde(default)]
    pub as_of: Option<DateTime<Utc>>,
    /// The account by which it was read, where the connector tells.
    pub account: Option<AccountTag>,
}

impl WidgetContent {
    /// True if there is nothing to do: no line, and every count at zero.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
            && self.indicators.iter().all(|indicator| {
                matches!(indicator.amount, crate::Amount::Count { value: 0, at_least: false })
            })
    }
}

/// Indicators, lines and actions of one connector, read together.
#[async_trait]
pub trait Widget: fmt::Debug + Send + Sync + 'static {
    /// Its description.
    fn descriptor(&self) -> &WidgetDescriptor;

    /// Reads the application now. It only reads: calling it twice changes nothing there, which is why the engine may retry it.
    ///
    /// Caching, deadlines, concurrency limits, breakers and retries are the engine's: an implementation has none of its own.
    ///
    /// # Errors
    /// Those of the application.
    async fn load(&self, cx: &CallContext) -> Result<WidgetContent, ConnectorError>;

    /// Reads the numbers alone, for a portal that shows badges on tiles. They come from the same call as the card's, so that tile, card
    /// and bell never disagree.
    ///
    /// # Errors
    /// Those of the application.
    async fn measure(&self, cx: &CallContext) -> Result<Vec<Indicator>, ConnectorError> {
        Ok(self.load(cx).await?.indicators)
    }
}
