//! The sentences: always the same ones for the same state, the most pressing first, and few enough to be heard out.

use crate::{
    app::App,
    desk::{
        own_cards::OwnCards,
        sittings::{SittingView, known_sittings},
        snoozed::Snoozed,
    },
    session::Session,
    web::words::Words,
};
use pleiade_connectors::{
    agenda::{Agenda, AgendaSource},
    queue::{DueGroup, Queue, QueueEntry, QueueFilter, last_day},
};
use pleiade_core::{Amount, EventStatus, Message, TaskKind};
use std::sync::Arc;

/// Tasks that are told one by one.
const MAX_TASKS: usize = 3;

/// Everything that is told of.
pub(super) struct Facts<'a> {
    pub(super) app: &'a App,
    pub(super) session: &'a Arc<Session>,
    pub(super) words: &'a Words,
    pub(super) own: &'a OwnCards,
    pub(super) snoozed: &'a Snoozed,
}

impl Facts<'_> {
    /// The sentences, in the order in which they are said.
    pub(super) fn sentences(&self) -> Vec<String> {
        let todo = self.own.todo(self.app, self.session, self.words, self.snoozed, 0);
        let queue = |look: &mut dyn FnMut(&Queue<'_>)| {
            self.own.with_queue(self.app, self.session, self.words, self.snoozed, |queue| look(queue));
        };
        let mut tasks = Vec::new();
        queue(&mut |queue| {
            tasks.extend(self.kinds(queue));
            tasks.extend(self.first_tasks(queue));
        });
        let mut sentences = vec![self.now(), todo.counted(self.words)];
        sentences.extend(tasks);
        sentences.extend(self.next_event());
        sentences.extend(self.next_sitting());
        sentences.extend(todo.incomplete(self.words));
        sentences.retain(|sentence| !sentence.is_empty());
        sentences
    }

    fn now(&self) -> String {
        let now = self.app.clock.now();
        let day = self.words.day(now.with_timezone(&self.words.zone).date_naive());
        let message = Message::new("briefing-now").with_text("day", day);
        self.words.message(&message.with_text("time", self.words.time(now)))
    }

    /// What is asked, by kind; nothing where one kind says it all.
    fn kinds(&self, queue: &Queue<'_>) -> Option<String> {
        let kinds = queue.kinds(&QueueFilter::default());
        let counted = kinds.iter().filter_map(|(kind, amount)| match amount {
            Amount::Count { value, .. } if *value > 0 => {
                Some(self.words.count(kind_key(*kind), "count", *value))
            }
            _ => None,
        });
        let counted: Vec<String> = counted.collect();
        (counted.len() > 1).then(|| {
            self.words.message(&Message::new("briefing-kinds").with_text("kinds", counted.join(", ")))
        })
    }

    fn first_tasks(&self, queue: &Queue<'_>) -> Vec<String> {
        let entries = queue.select(&QueueFilter::default());
        entries.into_iter().take(MAX_TASKS).filter_map(|entry| self.task(entry)).collect()
    }

    fn task(&self, entry: &QueueEntry<'_>) -> Option<String> {
        let item = entry.items.first()?;
        let title = self.words.text(&item.item.title);
        let day = entry.deadline.map(|deadline| self.words.day(last_day(self.words.zone, deadline)));
        let key = match (entry.group, &day) {
            (DueGroup::Late, Some(_)) => "briefing-late",
            (DueGroup::Today, _) => "briefing-today",
            (DueGroup::First, _) => "briefing-first",
            (_, Some(_)) => "briefing-due",
            (_, None) => "briefing-undated",
        };
        let mut message = Message::new(key).with_text("title", title);
        if let Some(day) = day {
            message = message.with_text("day", day);
        }
        let sentence = self.words.message(&message);
        // For which collectivité is said where there is a choice.
        let tenant = (self.session.affiliations.len() > 1).then(|| self.app.tenants.by_id(&entry.key.tenant));
        Some(match tenant.flatten() {
            Some(tenant) => self.words.message(
                &Message::new("briefing-for").with_text("what", sentence).with_text("tenant", &tenant.name),
            ),
            None => sentence,
        })
    }

    /// The next event of today; that there is none where a calendar was read.
    fn next_event(&self) -> Option<String> {
        let now = self.app.clock.now();
        let calendars = self.own.all().filter(|(card, _)| card.call.widget.descriptor().events);
        let sources: Vec<_> = calendars
            .map(|(card, reading)| {
                let connector = card.call.connector.descriptor();
                AgendaSource::new(&connector.id, &connector.name, reading.map_ref().map(AsRef::as_ref))
            })
            .collect();
        if sources.is_empty() {
            return None;
        }
        let agenda = Agenda::new(self.words.zone, now, sources);
        let mut coming = agenda
            .entries()
            .iter()
            .filter(|entry| !entry.is_whole_day && entry.end > now && entry.status != EventStatus::Cancelled);
        let Some(next) = coming.next() else {
            return (!agenda.is_waiting()).then(|| self.words.t("briefing-no-event"));
        };
        let title = next.items.first().map(|item| self.words.text(&item.event.title))?;
        let key = if next.start <= now { "briefing-event-now" } else { "briefing-event" };
        let place = next.place.map(|place| self.words.text(place)).filter(|place| !place.is_empty());
        let mut message = Message::new(key)
            .with_text("title", title)
            .with_text("time", self.words.time(if next.start <= now { next.end } else { next.start }));
        if let Some(place) = place {
            message = message.with_text("place", place).with_text("where", "yes");
        } else {
            message = message.with_text("place", "").with_text("where", "no");
        }
        Some(self.words.message(&message))
    }

    /// The next sitting of any of their collectivités.
    fn next_sitting(&self) -> Option<String> {
        let today = self.app.clock.now().with_timezone(&self.words.zone).date_naive();
        let tenants = self.session.affiliations.iter().map(|affiliation| &affiliation.tenant);
        let known = tenants.flat_map(|tenant| known_sittings(self.app, self.session, tenant, self.words));
        let next: SittingView = known.filter(|sitting| sitting.day >= today).min()?;
        let message = Message::new("briefing-sitting").with_text("title", next.title);
        Some(self.words.message(&message.with_text("day", self.words.day(next.day))))
    }
}

fn kind_key(kind: TaskKind) -> &'static str {
    match kind {
        TaskKind::Sign => "briefing-sign",
        TaskKind::Approve => "briefing-approve",
        TaskKind::Correct => "briefing-correct",
        TaskKind::Answer => "briefing-answer",
        TaskKind::Read => "briefing-read",
        TaskKind::Do => "briefing-do",
    }
}
