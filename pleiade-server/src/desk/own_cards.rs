//! Everything that may hold a task of somebody, from memory: the cards where they act, and those of the other collectivités that their
//! session's link gives.

use super::{
    board::stale_calls,
    card::DeskCard,
    day::DayReader,
    figures::render_figures,
    launcher::LauncherBuilder,
    portal_tasks::{KnownDeadlines, PortalTasks, load_deadlines, peek_deadlines},
    snoozed::Snoozed,
    todo::{QueueChoices, Todo, TodoReader},
};
use crate::{
    app::App, delegation::ProposedDelegation, legal::LegalCalendar, session::Session, web::words::Words,
};
use pleiade_connectors::queue::{Queue, QueueEntry, QueueFilter};
use pleiade_core::{Locale, Reading, WidgetContent};
use std::sync::Arc;

/// The reading of a card.
pub(super) type CardReading = Reading<Arc<WidgetContent>>;

/// The cards of somebody and their last readings.
pub(super) struct OwnCards {
    /// Those of the collectivité acted for, in order.
    pub(super) cards: Vec<DeskCard>,
    pub(super) readings: Vec<CardReading>,
    others: Vec<DeskCard>,
    other_readings: Vec<CardReading>,
    proposed: Vec<ProposedDelegation>,
    deadlines: KnownDeadlines,
}

impl OwnCards {
    /// What is known now. What is old of the other collectivités is asked for behind what somebody looks at.
    pub(super) fn new(app: &App, session: &Arc<Session>, locale: Locale) -> Self {
        let (cards, others) = (app.board_cards(session, locale), app.other_cards(session, locale));
        let boards = app.board_reader();
        let (readings, other_readings) = (boards.readings(&cards), boards.readings(&others));
        app.keep_fresh(stale_calls(&others, &other_readings));
        let proposed = app.received_delegations().peek_proposed(session);
        let deadlines = peek_deadlines(app, session);
        Self { cards, readings, others, other_readings, proposed, deadlines }
    }

    /// The same with what storage has, unless it was read a moment ago, where a page may wait for it.
    pub(super) async fn with_storage(mut self, app: &App, session: &Session) -> Self {
        self.proposed = app.received_delegations().load_proposed(session).await;
        self.deadlines = load_deadlines(app, session).await;
        self
    }

    /// Looks again at the readings of the other collectivités.
    pub(super) fn look_at_others(&mut self, app: &App) {
        self.other_readings = app.board_reader().readings(&self.others);
    }

    /// Every card with its reading.
    pub(super) fn all(&self) -> impl Iterator<Item = (&DeskCard, &CardReading)> {
        self.cards.iter().zip(&self.readings).chain(self.others.iter().zip(&self.other_readings))
    }

    /// The cards that are drawn, with their readings.
    pub(super) fn drawn(&self) -> impl Iterator<Item = (&DeskCard, &CardReading)> {
        self.cards.iter().zip(&self.readings).filter(|(card, _)| card.placement.card)
    }

    /// The figures that count today; nothing where there are too few.
    pub(super) fn figures(&self, words: &Words) -> String {
        render_figures(words, &self.cards, &self.readings)
    }

    /// The HTML of a card of the collectivité acted for, with the meetings of the person's calendars there that its application holds.
    pub(super) fn card_html(
        &self,
        app: &App,
        words: &Words,
        card: &DeskCard,
        reading: &CardReading,
    ) -> Arc<str> {
        let all = self.cards.iter().zip(&self.readings).filter(|_| card.call.widget.descriptor().meetings);
        let calendars: Vec<_> = all.filter(|(other, _)| other.call.widget.descriptor().events).collect();
        app.render_cache().html(words, app.clock.now(), card, reading, &calendars, &app.connectors)
    }

    /// The queue in words: its first lines.
    pub(super) fn todo(
        &self,
        app: &App,
        session: &Session,
        words: &Words,
        snoozed: &Snoozed,
        max_lines: usize,
    ) -> Todo {
        let portal = PortalTasks::new(app, words, &self.proposed, &self.deadlines);
        reader(app, session, words, snoozed, portal.as_ref()).read(self.all(), max_lines)
    }

    /// The day of the person, of the calendars of all these cards; nothing for whom no card reads a calendar.
    pub(super) fn day(&self, app: &App, session: &Session, words: &Words) -> Arc<str> {
        let calendars: Vec<_> = self.all().filter(|(card, _)| card.call.widget.descriptor().events).collect();
        if calendars.is_empty() {
            return "".into();
        }
        let (now, tenant) = (app.clock.now(), &session.actor.acting.tenant);
        let reader = DayReader { words, now, tenant, connectors: &app.connectors };
        app.render_cache().day(&reader, &calendars)
    }

    /// The part of the queue that a filter lets pass, and the other choices.
    pub(super) fn tasks(
        &self,
        app: &App,
        session: &Session,
        words: &Words,
        snoozed: &Snoozed,
        filter: &QueueFilter,
    ) -> (Todo, QueueChoices) {
        let portal = PortalTasks::new(app, words, &self.proposed, &self.deadlines);
        reader(app, session, words, snoozed, portal.as_ref()).read_part(self.all(), filter)
    }

    /// Keeps the deadlines of the queue for the calendar that the person subscribes to, if they do.
    pub(super) fn keep_deadlines(&self, app: &App, session: &Session, words: &Words, snoozed: &Snoozed) {
        let feeds = app.deadline_feeds();
        if !feeds.is_kept(session) {
            return;
        }
        let cards: Vec<_> = self.all().map(|(card, _)| card.call.connector.descriptor()).collect();
        let name = |entry: &QueueEntry<'_>| {
            let first = entry.items.first().and_then(|item| cards.get(item.source));
            first.map_or_else(|| words.t("desk-title"), |connector| connector.name.clone())
        };
        self.with_queue(app, session, words, snoozed, |queue| feeds.keep(session, queue, &name));
    }

    /// Looks at the queue itself.
    pub(super) fn with_queue<T>(
        &self,
        app: &App,
        session: &Session,
        words: &Words,
        snoozed: &Snoozed,
        look: impl FnOnce(&Queue<'_>) -> T,
    ) -> T {
        let portal = PortalTasks::new(app, words, &self.proposed, &self.deadlines);
        look(&reader(app, session, words, snoozed, portal.as_ref()).queue(self.all()))
    }
}

/// The launcher of a page.
pub(super) fn launcher_builder(app: &App) -> LauncherBuilder<'_> {
    LauncherBuilder {
        menus: app.menus.as_ref(),
        catalogue: &app.catalogue,
        connectors: &app.connectors,
        legal: app.legal().map(LegalCalendar::rules),
    }
}

fn reader<'a>(
    app: &'a App,
    session: &'a Session,
    words: &'a Words,
    snoozed: &'a Snoozed,
    portal: Option<&'a PortalTasks>,
) -> TodoReader<'a> {
    let (now, acting) = (app.clock.now(), &session.actor.acting.tenant);
    TodoReader { words, now, tenants: &app.tenants, acting, snoozed: Some(snoozed), portal }
}
