//! Every state of a card side by side, on the administrator's desk of the demonstration: what people see when applications are well, old,
//! silent, refusing or broken. The browser tests read it too.

use async_trait::async_trait;
use pleiade_core::{
    Amount, CallContext, Connector, ConnectorDescriptor, ConnectorError, ConnectorId, CredentialKind,
    Deadline, ErrorKind, IdError, Indicator, IndicatorKey, Item, Message, Severity, Task, TaskKind, Text,
    Widget, WidgetContent, WidgetDescriptor, WidgetId,
    connector::{Health, Messages},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use url::Url;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Many,
    Empty,
    Long,
    Stale,
    Hanging,
    Failing(ErrorKind),
}

#[derive(Debug)]
struct Exhibit {
    descriptor: WidgetDescriptor,
    state: State,
    shown_once: AtomicBool,
}

/// An application that is always in one state. Each state has one of its own, because an application that fails is asked less.
#[derive(Debug)]
struct Room {
    descriptor: ConnectorDescriptor,
    widgets: [Arc<dyn Widget>; 1],
}

/// One application for each state of a card; their links lead to this address.
///
/// # Errors
/// Never: the ids are constants.
pub(super) fn rooms(home: &Url) -> Result<Vec<Arc<dyn Connector>>, IdError> {
    [State::Many, State::Empty, State::Long, State::Stale, State::Hanging]
        .into_iter()
        .chain(ErrorKind::ALL.map(State::Failing))
        .map(|state| room(state, home.clone()))
        .collect()
}

fn room(state: State, home: Url) -> Result<Arc<dyn Connector>, IdError> {
    let name = match state {
        State::Many => "many",
        State::Empty => "empty",
        State::Long => "long",
        State::Stale => "stale",
        State::Hanging => "hanging",
        State::Failing(kind) => kind.as_str(),
    };
    let title = Message::new(format!("gallery-{}", name.replace('_', "-")));
    let mut descriptor =
        WidgetDescriptor::new(WidgetId::new("state")?, title, Message::new("gallery-nothing"))
            .with_tasks([TaskKind::Do])
            .with_delegable([TaskKind::Do]);
    descriptor.deadline = Duration::from_secs(if state == State::Hanging { 3600 } else { 5 });
    if state == State::Stale {
        descriptor.time_to_live = Duration::from_secs(1);
    }
    let exhibit = Exhibit { descriptor, state, shown_once: AtomicBool::new(false) };
    let id = ConnectorId::new(format!("gallery-{name}"))?;
    let descriptor = ConnectorDescriptor::new(
        "gallery",
        id,
        "Galerie",
        home,
        &[CredentialKind::Technical],
        Messages::new(include_str!("locales/fr.ftl"), include_str!("locales/en.ftl")),
    );
    Ok(Arc::new(Room { descriptor, widgets: [Arc::new(exhibit)] }))
}

#[async_trait]
impl Connector for Room {
    fn descriptor(&self) -> &ConnectorDescriptor {
        &self.descriptor
    }

    fn widgets(&self) -> &[Arc<dyn Widget>] {
        &self.widgets
    }

    async fn probe(&self) -> Result<Health, ConnectorError> {
        Ok(Health::new(None))
    }
}

#[async_trait]
impl Widget for Exhibit {
    fn descriptor(&self) -> &WidgetDescriptor {
        &self.descriptor
    }

    async fn load(&self, cx: &CallContext) -> Result<WidgetContent, ConnectorError> {
        match self.state {
            State::Empty => Ok(WidgetContent::default()),
            State::Many => many(cx),
            State::Long => Ok(long()),
            State::Hanging => std::future::pending().await,
            State::Stale if !self.shown_once.swap(true, Ordering::Relaxed) => many(cx),
            State::Stale => Err(ConnectorError::new(ErrorKind::Unreachable, "show the gallery")),
            State::Failing(kind) => Err(ConnectorError::new(kind, "show the gallery")),
        }
    }
}

fn many(cx: &CallContext) -> Result<WidgetContent, ConnectorError> {
    let now = cx.clock.now();
    let today = now.with_timezone(&cx.tenant.time_zone).date_naive();
    let key = |name| {
        IndicatorKey::new(name).map_err(|_| ConnectorError::new(ErrorKind::Internal, "show the gallery"))
    };
    let mut content = WidgetContent::default();
    let things = |amount, count| (amount, Message::new("gallery-things").with_number("count", count));
    for (name, severity, (amount, noun)) in [
        ("plain", Severity::Info, things(Amount::count(1), 1)),
        ("capped", Severity::Warning, things(Amount::Count { value: 25, at_least: true }, 25)),
        ("share", Severity::Alert, (Amount::Percent(97.4), Message::new("gallery-share"))),
    ] {
        content.indicators.push(Indicator::new(key(name)?, amount, noun, now).with_severity(severity));
    }
    for days in [-2_i64, -1, 0, 1, 7] {
        let day = today + chrono::Duration::days(days);
        let mut item = Item::new(days.to_string(), Text::from(Message::new("gallery-task")));
        item.deadline = Some(Deadline::Day(day));
        item.task = Some(Task::new(TaskKind::Do).delegable());
        content.items.push(item);
    }
    content.more = true;
    Ok(content)
}

fn long() -> WidgetContent {
    let mut content = WidgetContent::default();
    content.items.push(Item::new("1", Text::plain(&"Anticonstitutionnellement".repeat(12))));
    content.items.push(Item::new("2", Text::plain("<script>alert(1)</script> & \u{202e}texte hostile")));
    content
}
