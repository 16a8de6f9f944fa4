//! Rules that any content of any widget follows, whatever the application said.

use super::{ensure, messages::Messages, rig::Rig};
use chrono::{DateTime, Utc};
use pleiade_core::{
    Action, Amount, Clock as _, Event, Indicator, Item, Text, WidgetContent, WidgetDescriptor,
    item::EventTime,
};
use std::collections::BTreeSet;
use url::Url;

/// More lines than this are no card.
pub(super) const MAX_ITEMS: usize = 100;

pub(super) fn check(
    rig: &Rig,
    descriptor: &WidgetDescriptor,
    content: &WidgetContent,
    before: DateTime<Utc>,
) -> Result<(), String> {
    let rules = Rules { hosts: rig.link_hosts(), messages: Messages::collect(rig.connector.descriptor())? };
    let mut keys = BTreeSet::new();
    for indicator in &content.indicators {
        ensure!(
            descriptor.indicators.contains(&indicator.key),
            "indicator {} is not declared",
            indicator.key
        );
        ensure!(keys.insert(&indicator.key), "indicator {} comes twice", indicator.key);
        ensure!(
            (before..=rig.clock.now()).contains(&indicator.measured_at),
            "indicator {} was not measured now",
            indicator.key
        );
        rules.indicator(indicator)?;
    }
    ensure!(content.items.len() <= MAX_ITEMS, "{} lines are too many for a card", content.items.len());
    let mut ids = BTreeSet::new();
    for item in &content.items {
        ensure!(
            !item.id.is_empty() && ids.insert(&item.id),
            "a line's id is empty or comes twice: {:?}",
            item.id
        );
        rules.item(item)?;
    }
    let offered = content.items.iter().flat_map(|item| &item.actions).chain(&content.actions);
    for action in offered {
        ensure!(
            descriptor.actions.iter().any(|declared| declared.describes(action)),
            "action {} is not declared as what it is",
            action.id
        );
    }
    for task in content.items.iter().filter_map(|item| item.task.as_ref()) {
        ensure!(
            descriptor.tasks.contains(&task.kind),
            "tasks of the kind `{}` are not declared",
            task.kind.as_str()
        );
        ensure!(
            !task.may_be_delegated() || descriptor.delegable.contains(&task.kind),
            "tasks of the kind `{}` are not declared as delegable",
            task.kind.as_str()
        );
    }
    ensure!(content.events.is_empty() || descriptor.events, "it is not declared that it reads a calendar");
    ensure!(content.events.len() <= MAX_ITEMS, "{} events are too many for a day", content.events.len());
    content.events.iter().try_for_each(|event| rules.event(event))?;
    content.actions.iter().try_for_each(|action| rules.action(action))?;
    content.link.iter().try_for_each(|link| rules.link(link))?;
    content.notices.iter().try_for_each(|notice| rules.messages.check(notice))
}

/// True if `text` is one line that cannot reorder, break or flood the page.
fn is_plain(text: &str) -> bool {
    Text::plain(text) == Text::Plain(text.to_owned())
}

/// True if it does not end before it starts.
fn is_forward(when: EventTime) -> bool {
    match when {
        EventTime::Between(start, end) => start <= end,
        EventTime::Days(first, last) => first <= last,
        _ => true,
    }
}

struct Rules<'a> {
    hosts: Vec<&'a str>,
    messages: Messages,
}

impl Rules<'_> {
    fn indicator(&self, indicator: &Indicator) -> Result<(), String> {
        if let Amount::Percent(share) = indicator.amount {
            // A budget may be exceeded.
            ensure!(share.is_finite() && share >= 0.0, "indicator {} is {share} %", indicator.key);
        }
        self.messages.check(&indicator.noun)?;
        indicator.link.iter().try_for_each(|link| self.link(link))
    }

    fn item(&self, item: &Item) -> Result<(), String> {
        ensure!(!item.title.is_empty(), "line {:?} has an empty title", item.id);
        ensure!(item.id.chars().count() <= 1000, "the id of a line is {} bytes long", item.id.len());
        std::iter::once(&item.title).chain(&item.detail).try_for_each(|text| self.text(text))?;
        ensure!(item.when.is_none_or(is_forward), "line {:?} ends before it starts", item.id);
        item.status.iter().try_for_each(|status| self.messages.check(status))?;
        item.link.iter().try_for_each(|link| self.link(link))?;
        item.actions.iter().try_for_each(|action| self.action(action))
    }

    fn event(&self, event: &Event) -> Result<(), String> {
        ensure!(!event.title.is_empty(), "an event has an empty title");
        std::iter::once(&event.title).chain(&event.place).try_for_each(|text| self.text(text))?;
        ensure!(is_forward(event.when), "an event ends before it starts");
        event.link.iter().chain(&event.meeting).try_for_each(|link| self.link(link))
    }

    fn text(&self, text: &Text) -> Result<(), String> {
        match text {
            Text::Plain(text) => ensure!(is_plain(text), "a text did not pass Text::plain: {text:?}"),
            Text::Message(message) => self.messages.check(message)?,
        }
        Ok(())
    }

    fn action(&self, action: &Action) -> Result<(), String> {
        ensure!(
            action.target.len() <= 4096,
            "the target of action {} is {} bytes long",
            action.id,
            action.target.len()
        );
        self.messages.check(&action.label)?;
        action.link.iter().try_for_each(|link| self.link(link))
    }

    fn link(&self, link: &Url) -> Result<(), String> {
        ensure!(matches!(link.scheme(), "http" | "https"), "a link is neither http nor https: {link}");
        ensure!(link.username().is_empty() && link.password().is_none(), "a link holds a user name: {link}");
        let host = link.host_str().unwrap_or_default();
        ensure!(self.hosts.contains(&host), "a link leads to {host}, which is not declared: {link}");
        Ok(())
    }
}

/// Checks what an action answered.
pub(super) fn check_outcome(rig: &Rig, outcome: &pleiade_core::ActionOutcome) -> Result<(), String> {
    let rules = Rules { hosts: rig.link_hosts(), messages: Messages::collect(rig.connector.descriptor())? };
    match outcome {
        pleiade_core::ActionOutcome::Done(message) => rules.messages.check(message),
        pleiade_core::ActionOutcome::Next { message, next } => {
            rules.messages.check(message)?;
            rules.action(next)
        }
        pleiade_core::ActionOutcome::Continue(address) => rules.link(address.expose()),
        _ => Ok(()),
    }
}

/// True if a message's arguments are fit for a line.
pub(super) fn argument_is_plain(text: &str) -> bool {
    is_plain(text)
}
