//! The cards of somebody's board and their readings.

use super::card::DeskCard;
use crate::{app::App, session::Session, web::words::Words};
use chrono::{DateTime, Utc};
use pleiade_connectors::engine::WidgetCall;
use pleiade_core::{Board, CallContext, PersonalBoard, Placement, Reading, Tenant, WidgetContent};
use std::sync::Arc;

/// Every card of a person, in order.
#[must_use]
pub fn cards(app: &App, session: &Arc<Session>, words: &Words) -> Vec<DeskCard> {
    let acting = &session.actor.acting;
    let Some(tenant) = app.tenants.by_id(&acting.tenant) else { return Vec::new() };
    let context = call_context(app, session, tenant, words);
    let board = Board::merge(app.boards.layers(acting), &PersonalBoard::default());
    let call = |placement: Placement| {
        let connector = app.connectors.get(&acting.tenant, &placement.connector)?.clone();
        let widget = connector.widget(&placement.widget)?.clone();
        Some(DeskCard { call: WidgetCall::new(connector, widget, context.clone()), placement })
    };
    board.placements.into_iter().filter_map(call).collect()
}

/// For whom the calls of a session are made.
#[must_use]
pub fn call_context(app: &App, session: &Arc<Session>, tenant: Arc<Tenant>, words: &Words) -> CallContext {
    CallContext::new(tenant, session.actor.clone(), app.credentials_of(session), app.clock.clone())
        .with_locale(words.locale)
}

/// The last readings of every card.
#[must_use]
pub fn readings(app: &App, cards: &[DeskCard]) -> Vec<Reading<Arc<WidgetContent>>> {
    cards.iter().map(|card| app.engine.peek(&card.call)).collect()
}

/// The calls of what is old, in the order of the cards.
#[must_use]
pub fn stale_calls(cards: &[DeskCard], readings: &[Reading<Arc<WidgetContent>>]) -> Vec<WidgetCall> {
    let old = |(card, reading): (&DeskCard, &Reading<_>)| {
        (!matches!(reading, Reading::Fresh { .. })).then(|| card.call.clone())
    };
    cards.iter().zip(readings).filter_map(old).collect()
}

/// One card as HTML.
#[must_use]
pub fn render(
    app: &App,
    words: &Words,
    now: DateTime<Utc>,
    card: &DeskCard,
    reading: &Reading<Arc<WidgetContent>>,
) -> Arc<str> {
    app.render_cache().html(words, now, card, reading)
}
