//! The figures that count today, at the head of the desk: the first number of each application of the board. It calls nobody.

use super::{card::DeskCard, model::FigureModel, number, own_cards::CardReading};
use crate::web::{href, words::Words};
use askama::Template;
use pleiade_core::{Amount, ConnectorId, Freshness, Indicator, Message, Reason, WidgetContent};
use std::collections::{BTreeMap, BTreeSet};

/// The id of the element, which the stream replaces.
pub(super) const FIGURES_ID: &str = "figures";

/// Figures at most: one row of a wide screen.
const MAX_FIGURES: usize = 6;
/// Fewer make no row: they stand on their cards.
const MIN_FIGURES: usize = 2;

#[derive(Template)]
#[template(path = "figures.html")]
struct Figures {
    id: &'static str,
    label: String,
    figures: Vec<Figure>,
    new_window: String,
}

struct Figure {
    family: &'static str,
    /// The number; none while its application is asked.
    value: Option<String>,
    /// The thing counted.
    noun: String,
    /// How old it is, where it is not of now.
    age: Option<String>,
    /// That it presses, in a word and by a class.
    tag: Option<(&'static str, String)>,
    /// How full it is, in percent, where there is a limit.
    share: Option<u8>,
    href: Option<String>,
}

/// The element; nothing for whom too few applications count anything. Which figures there are depends on the board alone, so that none moves
/// when a number comes.
pub(super) fn render_figures(words: &Words, cards: &[DeskCard], readings: &[CardReading]) -> String {
    let mut seen: BTreeSet<&ConnectorId> = BTreeSet::new();
    let counting = cards.iter().zip(readings).filter(|(card, _)| {
        !card.call.widget.descriptor().indicators.is_empty() && seen.insert(card.call.connector_id())
    });
    let figures: Vec<_> = by_family(counting.collect())
        .into_iter()
        .take(MAX_FIGURES)
        .map(|(card, reading)| Figure::new(words, card, reading))
        .collect();
    if figures.len() < MIN_FIGURES {
        return String::new();
    }
    let (label, new_window) = (words.t("figures-title"), words.t("new-window"));
    Figures { id: FIGURES_ID, label, figures, new_window }.render().unwrap_or_default()
}

/// One of each family in turn, each family in the order of the board.
fn by_family<'a>(cards: Vec<(&'a DeskCard, &'a CardReading)>) -> Vec<(&'a DeskCard, &'a CardReading)> {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut ranked: Vec<_> = cards
        .into_iter()
        .map(|one| {
            let place = places.entry(one.0.call.connector.descriptor().family.as_str()).or_default();
            *place += 1;
            (*place, one)
        })
        .collect();
    ranked.sort_by_key(|(place, _)| *place);
    ranked.into_iter().map(|(_, one)| one).collect()
}

impl Figure {
    fn new(words: &Words, card: &DeskCard, reading: &CardReading) -> Self {
        let connector = card.call.connector.descriptor();
        let mut figure = Self {
            family: connector.family.as_str(),
            value: None,
            noun: connector.name.clone(),
            age: None,
            tag: None,
            share: None,
            href: None,
        };
        let Some(content) = reading.value() else {
            if !matches!(reading.freshness(), Freshness::Missing(Reason::Waiting)) {
                figure.value = Some("–".to_owned());
                let silent = Message::new("figures-unknown").with_text("application", &connector.name);
                figure.noun = words.message(&silent);
            }
            return figure;
        };
        let key = if matches!(reading.freshness(), Freshness::Stale(Reason::Failed { .. })) {
            Some("card-aged")
        } else {
            content.as_of.map(|_| "card-updated")
        };
        let told = content.as_of.or(reading.measured_at());
        figure.age = key.zip(told).map(|(key, at)| words.t_with_time(key, "time", at));
        let home = content.link.as_ref().unwrap_or(&connector.home);
        let Some(indicator) = first(content) else {
            figure.value = Some(number::amount(words, Amount::count(0)));
            figure.href = href(home);
            return figure;
        };
        let model = FigureModel::new(words, indicator);
        figure.href = model.href.clone().or_else(|| href(home));
        figure.tag = model.severity_words.clone().map(|told| (model.class(), told));
        figure.share = match indicator.amount {
            Amount::Percent(share) => Some(percent(share)),
            _ => None,
        };
        (figure.value, figure.noun) = (Some(model.value), model.noun);
        figure
    }
}

/// The first number that says something, else the first.
fn first(content: &WidgetContent) -> Option<&Indicator> {
    let is_zero = |one: &&Indicator| matches!(one.amount, Amount::Count { value: 0, at_least: false });
    content.indicators.iter().find(|one| !is_zero(one)).or(content.indicators.first())
}

/// A whole share, which a full gauge ends.
fn percent(share: f64) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let whole = share.clamp(0.0, 100.0).round() as u8;
    whole
}
