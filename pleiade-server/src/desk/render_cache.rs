//! Cards already rendered. The same reading is rendered again and again: for a page, for each round of each event stream, for every person
//! of a collectivité when they read the same. Rendering is what costs, so its HTML is kept for the minute in which its words hold.

use super::{
    card::{DeskCard, render_card},
    day::{DayReader, render_day},
    next_meetings::next_meetings,
    ticket_remedy::TicketRemedy,
};
use crate::{connectors::Connectors, web::words::Words};
use chrono::{DateTime, Utc};
use moka::sync::Cache;
use pleiade_core::{ConnectorId, Freshness, Locale, Reading, Reason, TenantId, WidgetContent, WidgetId};
use std::{fmt, sync::Arc, time::Duration};

/// Bytes of HTML kept at most.
const MAX_CACHE_BYTES: u64 = 64 << 20;

/// Everything that the HTML of a piece depends on.
#[derive(PartialEq, Eq, Hash)]
struct RenderKey {
    tenant: TenantId,
    piece: Piece,
    readings: Vec<ReadingKey>,
    locale: Locale,
    zone: chrono_tz::Tz,
    minute: i64,
}

/// What is rendered.
#[derive(PartialEq, Eq, Hash)]
enum Piece {
    /// A card of this placement.
    Card { placement: (ConnectorId, WidgetId), ticket_remedy: Option<TicketRemedy> },
    /// The day of whoever has these calendars, each of a collectivité.
    Day(Vec<(TenantId, ConnectorId)>),
}

/// A reading. The content is told apart by its place in memory, which the entry keeps occupied.
#[derive(PartialEq, Eq, Hash)]
struct ReadingKey {
    content: usize,
    measured_at: Option<DateTime<Utc>>,
    freshness: u8,
    reason: Option<Reason>,
}

impl ReadingKey {
    fn new(reading: &Reading<Arc<WidgetContent>>) -> Self {
        let (freshness, reason) = match reading.freshness() {
            Freshness::Fresh => (0, None),
            Freshness::Stale(reason) => (1, Some(reason.clone())),
            Freshness::Missing(reason) => (2, Some(reason.clone())),
        };
        Self {
            content: reading.value().map_or(0, |content| Arc::as_ptr(content).addr()),
            measured_at: reading.measured_at(),
            freshness,
            reason,
        }
    }
}

impl RenderKey {
    fn new<'a>(
        words: &Words,
        now: DateTime<Utc>,
        tenant: &TenantId,
        piece: Piece,
        readings: impl Iterator<Item = &'a Reading<Arc<WidgetContent>>>,
    ) -> Self {
        Self {
            tenant: tenant.clone(),
            piece,
            readings: readings.map(ReadingKey::new).collect(),
            locale: words.locale,
            zone: words.zone,
            minute: now.timestamp().div_euclid(60),
        }
    }
}

#[derive(Clone)]
struct Rendered {
    html: Arc<str>,
    /// Occupies the places by which the key knows the contents.
    _contents: Vec<Arc<WidgetContent>>,
}

/// The rendered cards and days of the instance.
pub struct RenderCache(Cache<RenderKey, Rendered>);

impl fmt::Debug for RenderCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RenderCache").finish_non_exhaustive()
    }
}

impl Default for RenderCache {
    fn default() -> Self {
        let weigh =
            |_: &RenderKey, entry: &Rendered| u32::try_from(entry.html.len() + 512).unwrap_or(u32::MAX);
        Self(
            Cache::builder()
                .max_capacity(MAX_CACHE_BYTES)
                .weigher(weigh)
                .time_to_live(Duration::from_secs(90))
                .build(),
        )
    }
}

impl RenderCache {
    /// The HTML of a card, rendered if need be. The meetings that its application holds in these calendars of its collectivité lead its lines.
    pub fn html(
        &self,
        words: &Words,
        now: DateTime<Utc>,
        card: &DeskCard,
        reading: &Reading<Arc<WidgetContent>>,
        calendars: &[(&DeskCard, &Reading<Arc<WidgetContent>>)],
        connectors: &Connectors,
    ) -> Arc<str> {
        let placement = &card.placement;
        let piece = Piece::Card {
            placement: (placement.connector.clone(), placement.widget.clone()),
            ticket_remedy: card.ticket_remedy.clone(),
        };
        let readings = std::iter::once(reading).chain(calendars.iter().map(|(_, reading)| *reading));
        let key = RenderKey::new(words, now, card.tenant(), piece, readings.clone());
        let render = || {
            let mut model = card.model(words, now, reading);
            let meetings = next_meetings(words.zone, now, connectors, card, calendars);
            if !meetings.is_empty() && !model.is_waiting() {
                let connector = card.call.connector.descriptor();
                model.lead_with(words, now, card.tenant(), connector, &meetings);
            }
            Rendered {
                html: render_card(words, &model).into(),
                _contents: readings.clone().filter_map(|reading| reading.value().cloned()).collect(),
            }
        };
        self.0.get_with(key, render).html
    }

    /// The HTML of the day that these cards tell of, rendered if need be: a stream asks for it at each event.
    pub(super) fn day(
        &self,
        reader: &DayReader<'_>,
        cards: &[(&DeskCard, &Reading<Arc<WidgetContent>>)],
    ) -> Arc<str> {
        let source = |(card, _): &(&DeskCard, _)| (card.tenant().clone(), card.call.connector_id().clone());
        let piece = Piece::Day(cards.iter().map(source).collect());
        let readings = cards.iter().map(|(_, reading)| *reading);
        let key = RenderKey::new(reader.words, reader.now, reader.tenant, piece, readings.clone());
        let render = || Rendered {
            html: render_day(reader, cards).into(),
            _contents: readings.clone().filter_map(|reading| reading.value().cloned()).collect(),
        };
        self.0.get_with(key, render).html
    }
}
