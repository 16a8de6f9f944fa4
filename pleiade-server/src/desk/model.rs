//! A card as data: the one value from which its HTML is rendered and that programs get as JSON, so that both say the same.
//!
//! Everything in words is in the reader's language and zone; what a program needs to compute with stands beside it.

use super::{
    line::{ActionModel, LineModel, more_label},
    number,
    ticket_remedy::TicketRemedy,
    tile::TileModel,
};
use crate::{
    linked_accounts,
    web::{href, words::Words},
};
use chrono::{DateTime, Utc};
use pleiade_core::{
    Amount, ConnectorDescriptor, CredentialKind, ErrorKind, Freshness, Indicator, Item, Message, MessageArg,
    Placement, Reading, Reason, Severity, TenantId, WidgetContent, WidgetDescriptor,
};
use serde::Serialize;
use std::{cmp::Reverse, sync::Arc};

/// Lines on a card; the application shows the rest.
const MAX_LINES: usize = 3;
/// Actions on the whole card that are not folded.
const MAX_ACTIONS: usize = 1;
/// Numbers on a card, the most urgent ones.
const MAX_FIGURES: usize = 2;

/// A card.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CardModel {
    /// Names the card on its page: `card-<connector>-<widget>`, or `card-todo` for the queue of things to do.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The application, where the title does not name it.
    pub source: Option<String>,
    /// The address of its title. None before the first answer.
    pub href: Option<String>,
    /// True if it leads out of the desk.
    pub external: bool,
    /// Its picture.
    #[serde(skip)]
    pub tile: TileModel,
    /// The state of its reading: how far it can be trusted.
    pub state: CardState,
    /// Remarks, the most important first.
    pub notes: Vec<NoteModel>,
    /// Numbers. A zero beside other numbers is left out.
    pub figures: Vec<FigureModel>,
    /// Parts of what it shows, each with its number: those of the queue.
    pub chips: Vec<ChipModel>,
    /// Lines in the order of the application; in groups under headings, those of the queue.
    pub groups: Vec<LineGroup>,
    /// The text when there is nothing.
    pub empty: Option<String>,
    /// Actions on the whole card.
    pub actions: Vec<ActionModel>,
    /// Its age, in a sentence.
    pub updated: Option<String>,
    /// Its age, in a few words.
    pub age: Option<String>,
    /// The address of the rest, where there is more than what is shown.
    pub more: Option<LinkModel>,
}

/// Lines that belong together.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct LineGroup {
    /// Its heading; none for lines that need none.
    pub title: Option<String>,
    /// True if they are late.
    pub is_late: bool,
    /// The lines.
    pub lines: Vec<LineModel>,
}

/// The state of a reading: how far it can be trusted. Moments are in UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "freshness", rename_all = "snake_case")]
#[non_exhaustive]
pub enum CardState {
    /// Its application has not answered yet.
    Waiting,
    /// The reading is young.
    Fresh {
        /// When the application said it; none for a card made of others.
        measured_at: Option<DateTime<Utc>>,
    },
    /// The reading is old, and the application is being asked.
    Refreshing {
        /// When the application said it.
        measured_at: DateTime<Utc>,
    },
    /// The reading is old, because the last attempt failed.
    Stale {
        /// When the application said it.
        measured_at: DateTime<Utc>,
        /// The failure.
        #[serde(flatten)]
        failure: FailureModel,
    },
    /// It says nothing, because the last attempt failed.
    Missing {
        /// The failure.
        #[serde(flatten)]
        failure: FailureModel,
    },
}

/// A failed attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FailureModel {
    /// The kind of the failure.
    pub reason: ErrorKind,
    /// The reference that the person may quote; it stands in the log.
    pub reference: String,
    /// When the application is asked again at the earliest, where that is known.
    pub retry_at: Option<DateTime<Utc>>,
}

/// A remark on a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoteModel {
    /// True if something is wrong that keeps the card from showing anything.
    pub error: bool,
    /// The remark.
    pub text: String,
    /// The path of ours at which the person can do something about it.
    pub remedy: Option<LinkModel>,
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LinkModel {
    /// Its words.
    pub label: String,
    /// The target: an address, or a path of ours.
    pub href: String,
}

/// A part of a list, and how much of it there is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChipModel {
    /// Its words.
    pub label: String,
    /// The number, in the digits of the language.
    pub count: String,
    /// The address at which it is shown.
    pub href: String,
    /// True if it is what the page shows.
    pub current: bool,
}

/// A number with its noun.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FigureModel {
    /// The number.
    pub amount: Amount,
    /// The number in the digits of the language.
    pub value: String,
    /// The thing counted.
    pub noun: String,
    /// The urgency.
    pub severity: Severity,
    /// That in a word, when it does.
    pub severity_words: Option<String>,
    /// The address at which the things counted are shown.
    pub href: Option<String>,
}

impl FigureModel {
    pub(super) fn new(words: &Words, indicator: &Indicator) -> Self {
        let key = match indicator.severity {
            Severity::Info => None,
            Severity::Warning => Some("severity-warning"),
            Severity::Alert => Some("severity-alert"),
        };
        Self {
            amount: indicator.amount,
            value: number::amount(words, indicator.amount),
            noun: words.message(&indicator.noun),
            severity: indicator.severity,
            severity_words: key.map(|key| words.t(key)),
            href: indicator.link.as_ref().and_then(href),
        }
    }

    /// True if it is a date, which is wider than a number.
    #[must_use]
    pub fn is_moment(&self) -> bool {
        matches!(self.amount, Amount::Instant(_))
    }

    /// The class of its word in the style sheet.
    #[must_use]
    pub fn class(&self) -> &'static str {
        match self.severity {
            Severity::Info => "",
            Severity::Warning => "soon",
            Severity::Alert => "late",
        }
    }
}

/// The id of a card's element.
#[must_use]
pub fn card_id(placement: &Placement) -> String {
    format!("card-{}-{}", placement.connector, placement.widget)
}

impl CardModel {
    /// A card without content, filled by the caller.
    pub(super) fn empty(id: String, title: String, tile: TileModel, state: CardState) -> Self {
        Self {
            id,
            title,
            source: None,
            href: None,
            external: true,
            tile,
            state,
            notes: Vec::new(),
            figures: Vec::new(),
            chips: Vec::new(),
            groups: Vec::new(),
            empty: None,
            actions: Vec::new(),
            updated: None,
            age: None,
            more: None,
        }
    }

    /// The card of a reading in a collectivité. It holds nothing of a person or a session but what the application said of them: its
    /// buttons belong to a form of the page, whoever's page it stands on. `ticket_remedy` is what the reader may do when the application wants
    /// a proxy ticket that their session does not have.
    #[must_use]
    #[expect(
        clippy::too_many_arguments,
        reason = "everything that a card depends on, none of which belongs to another"
    )]
    pub fn new(
        words: &Words,
        now: DateTime<Utc>,
        tenant: &TenantId,
        placement: &Placement,
        connector: &ConnectorDescriptor,
        widget: &WidgetDescriptor,
        reading: &Reading<Arc<WidgetContent>>,
        ticket_remedy: Option<&TicketRemedy>,
    ) -> Self {
        let title = words.message(&widget.title);
        let tile = TileModel::of_connector(connector);
        let mut card = Self::empty(card_id(placement), title, tile, CardState::new(reading));
        card.source = (connector.name != card.title).then(|| connector.name.clone());
        let content = reading.value();
        if card.state != CardState::Waiting {
            let own = content.and_then(|content| content.link.as_ref()).and_then(href);
            card.href = Some(own.unwrap_or_else(|| connector.home.to_string()));
        }
        let remedies = Remedies { connector, ticket: ticket_remedy };
        let failure = match &card.state {
            CardState::Stale { measured_at, failure } => {
                Some(failure.stale_note(words, remedies, *measured_at))
            }
            CardState::Missing { failure } => Some(failure.missing_note(words, remedies)),
            _ => None,
        };
        card.notes.extend(failure);
        if let Some(content) = content {
            card.fill(words, now, tenant, connector, widget, content);
        }
        // What was handed over last night is not of this minute, although it was read now.
        let as_of = content.and_then(|content| content.as_of);
        let age = |key| as_of.or(reading.measured_at()).map(|at| words.t_with_time(key, "time", at));
        card.updated = match &card.state {
            CardState::Fresh { .. } | CardState::Refreshing { .. } => age("card-updated"),
            CardState::Stale { .. } => age("card-aged"),
            _ => None,
        };
        card.age = card.updated.as_ref().and_then(|_| age("card-age"));
        card
    }

    fn fill(
        &mut self,
        words: &Words,
        now: DateTime<Utc>,
        tenant: &TenantId,
        connector: &ConnectorDescriptor,
        widget: &WidgetDescriptor,
        content: &WidgetContent,
    ) {
        let notice = |notice| NoteModel::remark(words.message(notice));
        self.notes.extend(content.notices.iter().map(notice));
        if content.is_empty() {
            // A notice may say that something is not shown: that there is nothing is not said beside it.
            self.empty = content.notices.is_empty().then(|| words.message(&widget.empty));
        } else {
            let shown = content.indicators.iter().enumerate().filter(|(_, one)| is_worth_showing(one));
            // Nothing that presses is left out for what does not.
            let mut shown: Vec<_> = shown.collect();
            shown.sort_by_key(|(place, one)| (Reverse(one.severity), *place));
            shown.truncate(MAX_FIGURES);
            shown.sort_by_key(|(place, _)| *place);
            self.figures = shown.into_iter().map(|(_, one)| FigureModel::new(words, one)).collect();
        }
        let line = |item| LineModel::new(words, now, tenant, connector, item);
        let lines: Vec<_> = content.items.iter().take(MAX_LINES).map(line).collect();
        if !lines.is_empty() {
            self.groups = vec![LineGroup { lines, ..LineGroup::default() }];
        }
        self.more =
            self.href.clone().and_then(|href| Some(LinkModel { label: see_all(words, content)?, href }));
        let action = |action| ActionModel::new(words, tenant, connector, action, "");
        self.actions = content.actions.iter().map(action).collect();
    }

    /// Puts lines of the connector before its own, which beside them are not nothing.
    pub(super) fn lead_with(
        &mut self,
        words: &Words,
        now: DateTime<Utc>,
        tenant: &TenantId,
        connector: &ConnectorDescriptor,
        items: &[Item],
    ) {
        let lines = items.iter().map(|item| LineModel::new(words, now, tenant, connector, item));
        if self.groups.is_empty() {
            self.groups.push(LineGroup::default());
        }
        if let Some(group) = self.groups.first_mut() {
            group.lines.splice(0..0, lines);
            group.lines.truncate(MAX_LINES);
        }
        self.empty = None;
    }

    /// The actions on the whole card for which there is room.
    #[must_use]
    pub fn shown_actions(&self) -> &[ActionModel] {
        self.actions.split_at_checked(self.room_for_actions()).map_or(&self.actions, |(shown, _)| shown)
    }

    /// The others, which are folded.
    #[must_use]
    pub fn folded_actions(&self) -> &[ActionModel] {
        self.actions.get(self.room_for_actions()..).unwrap_or_default()
    }

    /// Beside the link to the rest there is room for the menu alone.
    fn room_for_actions(&self) -> usize {
        if self.more.is_some() && self.actions.len() > 1 { 0 } else { MAX_ACTIONS }
    }

    /// The words of the menu of the folded actions.
    #[must_use]
    pub fn more_label(&self, words: &Words) -> String {
        more_label(words, &self.title)
    }

    /// True if its application has not answered yet.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.state == CardState::Waiting
    }

    /// True if what it says is old because the last attempt failed.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        matches!(self.state, CardState::Stale { .. })
    }
}

/// The words that lead to the lines which a card has no room for. The number is told where the application says how many there are.
fn see_all(words: &Words, content: &WidgetContent) -> Option<String> {
    let known = content.items.len() as u64;
    if known <= MAX_LINES as u64 && !content.more {
        return None;
    }
    let counted = content.indicators.iter().find_map(|one| match one.amount {
        Amount::Count { value, at_least: false } if value >= known => Some(value),
        _ => None,
    });
    Some(match counted.or((!content.more).then_some(known)) {
        Some(count) => words.count("card-see-all", "count", count),
        None => words.t("card-see-rest"),
    })
}

/// A zero says nothing beside other numbers.
fn is_worth_showing(indicator: &Indicator) -> bool {
    !matches!(indicator.amount, Amount::Count { value: 0, at_least: false })
}

impl CardState {
    pub(super) fn new(reading: &Reading<Arc<WidgetContent>>) -> Self {
        let measured_at = reading.measured_at();
        match (reading.freshness(), measured_at) {
            (Freshness::Stale(Reason::Waiting), Some(measured_at)) => Self::Refreshing { measured_at },
            (Freshness::Stale(reason), Some(measured_at)) => match FailureModel::new(reason) {
                Some(failure) => Self::Stale { measured_at, failure },
                None => Self::Refreshing { measured_at },
            },
            (Freshness::Missing(reason), _) => {
                FailureModel::new(reason).map_or(Self::Waiting, |failure| Self::Missing { failure })
            }
            _ => Self::Fresh { measured_at },
        }
    }
}

impl NoteModel {
    /// A remark that keeps nothing from being shown.
    pub(super) fn remark(text: String) -> Self {
        Self { error: false, text, remedy: None }
    }
}

/// What the remedy of a failure depends on.
#[derive(Clone, Copy)]
struct Remedies<'a> {
    connector: &'a ConnectorDescriptor,
    ticket: Option<&'a TicketRemedy>,
}

impl FailureModel {
    /// None while the application is being asked.
    fn new(reason: &Reason) -> Option<Self> {
        let Reason::Failed { kind, reference, retry_at } = reason else { return None };
        Some(Self { reason: *kind, reference: reference.clone(), retry_at: *retry_at })
    }

    fn stale_note(&self, words: &Words, remedies: Remedies<'_>, measured_at: DateTime<Utc>) -> NoteModel {
        // A person who must act first gains nothing from knowing when we try again.
        let state = match self.retry_at.filter(|_| self.reason.is_outage()) {
            Some(retry) => words.message(
                &Message::new("card-stale-retry")
                    .with("time", MessageArg::Instant(measured_at))
                    .with("retry", MessageArg::Instant(retry)),
            ),
            None => words.t_with_time("card-stale", "time", measured_at),
        };
        let text = [self.cause(words, remedies), state, self.quotable(words)].join(" ");
        NoteModel { error: false, text, remedy: self.remedy(words, remedies) }
    }

    fn missing_note(&self, words: &Words, remedies: Remedies<'_>) -> NoteModel {
        let mut sentences = vec![self.cause(words, remedies)];
        if self.reason.is_outage() {
            sentences.extend(self.retry_at.map(|retry| words.t_with_time("card-retry", "retry", retry)));
        }
        // Whoever has not connected an account yet has no failure to quote.
        if self.reason != ErrorKind::NotLinked {
            sentences.push(self.quotable(words));
        }
        NoteModel {
            error: self.reason != ErrorKind::NotLinked,
            text: sentences.join(" "),
            remedy: self.remedy(words, remedies),
        }
    }

    /// The cause, and what the person can do.
    fn cause(&self, words: &Words, remedies: Remedies<'_>) -> String {
        let application = &remedies.connector.name;
        words.message(
            &match (self.ticket_remedy(remedies), self.refuses_linked_account(remedies.connector)) {
                (Some(ticket), _) => ticket.cause(application),
                (None, true) => Message::new("card-relink").with_text("application", application),
                (None, false) => self.reason.for_person(application),
            },
        )
    }

    /// What helps when a proxy ticket is wanting, if that is what is wanting.
    fn ticket_remedy<'a>(&self, remedies: Remedies<'a>) -> Option<&'a TicketRemedy> {
        // Where an account serves too, that is what was refused to whoever has no way to a ticket.
        let may_visit = |ticket: &&TicketRemedy| {
            matches!(ticket, TicketRemedy::Visit { .. })
                || !remedies.connector.credentials.contains(&CredentialKind::LinkedAccount)
        };
        remedies.ticket.filter(|_| self.reason == ErrorKind::Unauthenticated).filter(may_visit)
    }

    /// True if the application refuses an account that the person connected: nothing but connecting it again helps.
    fn refuses_linked_account(&self, connector: &ConnectorDescriptor) -> bool {
        self.reason == ErrorKind::Unauthenticated
            && connector.credentials.contains(&CredentialKind::LinkedAccount)
    }

    /// An account that is to be connected, or connected again, is so on its page of the profile.
    fn remedy(&self, words: &Words, remedies: Remedies<'_>) -> Option<LinkModel> {
        if let Some(ticket) = self.ticket_remedy(remedies) {
            return ticket.link(words);
        }
        let key = match self.reason {
            ErrorKind::NotLinked => "accesses-card-link",
            _ if self.refuses_linked_account(remedies.connector) => "accesses-card-relink",
            _ => return None,
        };
        Some(LinkModel { label: words.t(key), href: linked_accounts::PATH.to_owned() })
    }

    fn quotable(&self, words: &Words) -> String {
        words.message(&Message::new("card-reference").with_text("reference", &self.reference))
    }
}
