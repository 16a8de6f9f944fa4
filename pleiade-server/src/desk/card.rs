//! The one renderer of cards: a reading becomes HTML, for the page and for the stream of fresh cards alike.

use super::{
    line::{ActionView, LineView},
    number,
};
use crate::web::{link, words::Words};
use askama::Template;
use chrono::{DateTime, Utc};
use pleiade_connectors::engine::WidgetCall;
use pleiade_core::{
    Amount, ConnectorDescriptor, CredentialKind, ErrorKind, Freshness, Indicator, Message, Placement,
    Reading, Reason, Severity, TenantId, WidgetContent, WidgetDescriptor,
};
use std::sync::Arc;

/// Lines on a card; the application shows the rest.
const MAX_LINES: usize = 5;

/// A card of somebody's board and the call that fills it.
#[derive(Debug, Clone)]
pub struct DeskCard {
    /// Where it stands.
    pub placement: Placement,
    /// What fills it.
    pub call: WidgetCall,
}

impl DeskCard {
    /// The collectivité for which it is read.
    #[must_use]
    pub fn tenant(&self) -> &TenantId {
        &self.call.context.tenant.id
    }
}

/// The HTML of a card: what the cache of rendered cards calls when it has none.
pub(super) fn render_card(
    words: &Words,
    now: DateTime<Utc>,
    card: &DeskCard,
    reading: &Reading<Arc<WidgetContent>>,
) -> String {
    let (connector, widget) = (card.call.connector.descriptor(), card.call.widget.descriptor());
    CardView::new(words, now, card.tenant(), &card.placement, connector, widget, reading).html()
}

/// A card, ready to render.
#[derive(Debug, Template)]
#[template(path = "card.html")]
pub struct CardView {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) title_link: Option<String>,
    pub(super) external: bool,
    pub(super) source: Option<String>,
    pub(super) wide: bool,
    pub(super) aged: bool,
    pub(super) waiting: bool,
    pub(super) waiting_words: String,
    pub(super) new_window: String,
    pub(super) notes: Vec<Note>,
    pub(super) figures: Vec<Figure>,
    pub(super) lines: Vec<LineView>,
    pub(super) empty: Option<String>,
    pub(super) actions: Vec<ActionView>,
    pub(super) updated: Option<String>,
    pub(super) more: Option<(String, String)>,
}

/// A remark on a card.
#[derive(Debug)]
pub(super) struct Note {
    pub(super) error: bool,
    pub(super) text: String,
    /// Where the person can do something about it, in words and as a path of ours.
    pub(super) remedy: Option<(String, &'static str)>,
}

impl Note {
    pub(super) fn new(error: bool, text: String) -> Self {
        Self { error, text, remedy: None }
    }
}

/// Whether the person connected the account that the application refuses: nothing but connecting it again helps.
fn is_refused_account(connector: &ConnectorDescriptor, kind: ErrorKind) -> bool {
    kind == ErrorKind::Unauthenticated && connector.credentials.contains(&CredentialKind::LinkedAccount)
}

/// An account that is to be connected, or connected again, is so on the page of accesses.
fn remedy(words: &Words, connector: &ConnectorDescriptor, kind: ErrorKind) -> Option<(String, &'static str)> {
    let label = match kind {
        ErrorKind::NotLinked => "accesses-card-link",
        kind if is_refused_account(connector, kind) => "accesses-card-relink",
        _ => return None,
    };
    Some((words.t(label), "/profile/accesses"))
}

/// The cause of a failure, and what the person can do.
fn cause(words: &Words, connector: &ConnectorDescriptor, kind: ErrorKind) -> String {
    words.message(&match is_refused_account(connector, kind) {
        true => Message::new("card-relink").with_text("application", &connector.name),
        false => kind.for_person(&connector.name),
    })
}

/// A number with its noun.
#[derive(Debug)]
pub(super) struct Figure {
    value: String,
    noun: String,
    link: Option<String>,
    severity: Option<String>,
    class: &'static str,
    /// A date, which is wider than a number.
    moment: bool,
}

/// The id of a card's element.
#[must_use]
pub fn card_id(placement: &Placement) -> String {
    format!("card-{}-{}", placement.connector, placement.widget)
}

impl CardView {
    /// An empty frame, filled by the caller.
    pub(super) fn frame(words: &Words, id: String, title: String, wide: bool) -> Self {
        Self {
            id,
            title,
            wide,
            title_link: None,
            external: true,
            source: None,
            aged: false,
            waiting: false,
            waiting_words: words.t("card-loading"),
            new_window: words.t("new-window"),
            notes: Vec::new(),
            figures: Vec::new(),
            lines: Vec::new(),
            empty: None,
            actions: Vec::new(),
            updated: None,
            more: None,
        }
    }

    /// The card of a reading in a collectivité. It holds nothing of a person or a session but what the application said of them: its
    /// buttons belong to a form of the page, whoever's page it stands on.
    #[must_use]
    pub fn new(
        words: &Words,
        now: DateTime<Utc>,
        tenant: &TenantId,
        placement: &Placement,
        connector: &ConnectorDescriptor,
        widget: &WidgetDescriptor,
        reading: &Reading<Arc<WidgetContent>>,
    ) -> Self {
        let mut card = Self::frame(words, card_id(placement), words.message(&widget.title), placement.wide);
        card.source = (connector.name != card.title).then(|| connector.name.clone());
        card.title_link = Some(connector.home.to_string());
        card.more = Some((
            words.message(&Message::new("card-open").with_text("application", &connector.name)),
            connector.home.to_string(),
        ));
        if let Some(content) = reading.value() {
            card.fill(words, now, tenant, connector, widget, content);
        }
        match reading.freshness() {
            Freshness::Fresh | Freshness::Stale(Reason::Waiting) => {
                card.updated = reading.measured_at().map(|at| words.at("card-updated", "time", at));
            }
            Freshness::Stale(reason) => {
                card.aged = true;
                card.notes
                    .insert(0, stale_note(words, connector, reading.measured_at().unwrap_or(now), reason));
                card.updated = reading.measured_at().map(|at| words.at("card-aged", "time", at));
            }
            Freshness::Missing(Reason::Waiting) => {
                card.waiting = true;
                card.title_link = None;
            }
            Freshness::Missing(reason) => {
                card.notes.push(missing_note(words, connector, reason));
                card.updated = Some(String::new());
            }
        }
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
        if let Some(link) = content.link.as_ref().and_then(link) {
            if let Some((_, more)) = &mut self.more {
                more.clone_from(&link);
            }
            self.title_link = Some(link);
        }
        for notice in &content.notices {
            self.notes.push(Note::new(false, words.message(notice)));
        }
        if content.is_empty() {
            self.empty = Some(words.message(&widget.empty));
        } else {
            self.figures = content
                .indicators
                .iter()
                .filter(|i| worth_showing(i))
                .map(|i| Figure::new(words, i))
                .collect();
        }
        let line = |item| LineView::new(words, now, tenant, connector, item);
        self.lines = content.items.iter().take(MAX_LINES).map(line).collect();
        let button = |action| ActionView::new(words, tenant, connector, action, "");
        self.actions = content.actions.iter().map(button).collect();
    }

    /// The HTML of the card.
    #[must_use]
    pub fn html(&self) -> String {
        self.render().unwrap_or_default()
    }
}

/// A zero says nothing beside other numbers.
fn worth_showing(indicator: &Indicator) -> bool {
    !matches!(indicator.amount, Amount::Count { value: 0, at_least: false })
}

impl Figure {
    fn new(words: &Words, indicator: &Indicator) -> Self {
        let (severity, class) = match indicator.severity {
            Severity::Info => (None, ""),
            Severity::Warning => (Some(words.t("severity-warning")), "soon"),
            Severity::Alert => (Some(words.t("severity-alert")), "late"),
        };
        Self {
            value: number::amount(words, indicator.amount),
            noun: words.message(&indicator.noun),
            link: indicator.link.as_ref().and_then(link),
            severity,
            class,
            moment: matches!(indicator.amount, Amount::Instant(_)),
        }
    }
}

fn stale_note(
    words: &Words,
    connector: &ConnectorDescriptor,
    measured_at: DateTime<Utc>,
    reason: &Reason,
) -> Note {
    let Reason::Failed { kind, reference, retry_at } = reason else {
        return Note::new(false, words.at("card-stale", "time", measured_at));
    };
    // A person who must act first gains nothing from knowing when we try again.
    let state = match retry_at.filter(|_| kind.is_outage()) {
        Some(retry) => words.message(
            &Message::new("card-stale-retry")
                .with("time", pleiade_core::MessageArg::Instant(measured_at))
                .with("retry", pleiade_core::MessageArg::Instant(retry)),
        ),
        None => words.at("card-stale", "time", measured_at),
    };
    let text = [cause(words, connector, *kind), state, quotable(words, reference)].join(" ");
    Note { error: false, text, remedy: remedy(words, connector, *kind) }
}

fn missing_note(words: &Words, connector: &ConnectorDescriptor, reason: &Reason) -> Note {
    let Reason::Failed { kind, reference, retry_at } = reason else {
        return Note::new(false, words.t("card-loading"));
    };
    let mut sentences = vec![cause(words, connector, *kind)];
    if kind.is_outage() {
        sentences.extend(retry_at.map(|retry| words.at("card-retry", "retry", retry)));
    }
    sentences.push(quotable(words, reference));
    Note {
        error: *kind != ErrorKind::NotLinked,
        text: sentences.join(" "),
        remedy: remedy(words, connector, *kind),
    }
}

fn quotable(words: &Words, reference: &str) -> String {
    words.message(&Message::new("card-reference").with_text("reference", reference))
}
