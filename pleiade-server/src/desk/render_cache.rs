//! Cards already rendered. The same reading is rendered again and again: for a page, for each round of each event stream, for every person
//! of a collectivité when they read the same. Rendering is what costs, so its HTML is kept for the minute in which its words hold.

use super::{
    card::{DeskCard, render_card},
    ticket_remedy::TicketRemedy,
};
use crate::web::words::Words;
use chrono::{DateTime, Utc};
use moka::sync::Cache;
use pleiade_core::{Freshness, Locale, Reading, Reason, TenantId, WidgetContent};
use std::{fmt, sync::Arc, time::Duration};

/// Bytes of HTML kept at most.
const MAX_CACHE_BYTES: u64 = 64 << 20;

/// Everything that a card's HTML depends on. The content is told apart by its place in memory, which the entry keeps occupied.
#[derive(PartialEq, Eq, Hash)]
struct RenderKey {
    tenant: TenantId,
    placement: (String, String, bool),
    content: usize,
    measured_at: Option<DateTime<Utc>>,
    freshness: u8,
    reason: Option<Reason>,
    ticket_remedy: Option<TicketRemedy>,
    locale: Locale,
    zone: chrono_tz::Tz,
    minute: i64,
}

impl RenderKey {
    fn new(
        words: &Words,
        now: DateTime<Utc>,
        card: &DeskCard,
        reading: &Reading<Arc<WidgetContent>>,
    ) -> Self {
        let (freshness, reason) = match reading.freshness() {
            Freshness::Fresh => (0, None),
            Freshness::Stale(reason) => (1, Some(reason.clone())),
            Freshness::Missing(reason) => (2, Some(reason.clone())),
        };
        let placement = &card.placement;
        Self {
            tenant: card.tenant().clone(),
            placement: (placement.connector.to_string(), placement.widget.to_string(), placement.wide),
            content: reading.value().map_or(0, |content| Arc::as_ptr(content).addr()),
            measured_at: reading.measured_at(),
            freshness,
            reason,
            ticket_remedy: card.ticket_remedy.clone(),
            locale: words.locale,
            zone: words.zone,
            minute: now.timestamp().div_euclid(60),
        }
    }
}

#[derive(Clone)]
struct Rendered {
    html: Arc<str>,
    /// Occupies the place by which the key knows the content.
    _content: Option<Arc<WidgetContent>>,
}

/// The rendered cards of the instance.
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
    /// The HTML of a card, rendered if need be.
    pub fn html(
        &self,
        words: &Words,
        now: DateTime<Utc>,
        card: &DeskCard,
        reading: &Reading<Arc<WidgetContent>>,
    ) -> Arc<str> {
        let render = || Rendered {
            html: render_card(words, &card.model(words, now, reading)).into(),
            _content: reading.value().cloned(),
        };
        self.0.get_with(RenderKey::new(words, now, card, reading), render).html
    }
}
