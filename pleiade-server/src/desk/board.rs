//! The cards of somebody's board and their readings.

use super::card::DeskCard;
use crate::connectors::{Boards, Connectors};
use pleiade_connectors::engine::{Engine, WidgetCall};
use pleiade_core::{Board, CallContext, Connector, PersonalBoard, Reading, WidgetContent};
use std::sync::Arc;

/// Reads boards from memory alone: which cards stand on one, and what is known of each.
#[derive(Debug, Clone, Copy)]
pub struct BoardReader<'a> {
    pub(crate) boards: &'a Boards,
    pub(crate) connectors: &'a Connectors,
    pub(crate) engine: &'a Engine,
}

impl BoardReader<'_> {
    /// The cards of the person for whom a context calls, in order, of the applications that `is_shown` lets pass; it is asked once a card.
    #[must_use]
    pub fn cards(
        &self,
        context: &CallContext,
        mut is_shown: impl FnMut(&dyn Connector) -> bool,
    ) -> Vec<DeskCard> {
        let acting = &context.actor.acting;
        let board = Board::merge(&self.boards.layers(acting), &PersonalBoard::default());
        let cards = board.placements.into_iter().filter_map(|placement| {
            let connector = self.connectors.get(&acting.tenant, &placement.connector)?;
            if !is_shown(&**connector) {
                return None;
            }
            let widget = connector.widget(&placement.widget)?.clone();
            let call = WidgetCall::new(connector.clone(), widget, context.clone());
            Some(DeskCard { placement, call, ticket_remedy: None })
        });
        cards.collect()
    }

    /// The last readings of every card.
    #[must_use]
    pub fn readings(&self, cards: &[DeskCard]) -> Vec<Reading<Arc<WidgetContent>>> {
        cards.iter().map(|card| self.engine.peek(&card.call)).collect()
    }
}

/// The calls of what is old, in the order of the cards.
#[must_use]
pub fn stale_calls(cards: &[DeskCard], readings: &[Reading<Arc<WidgetContent>>]) -> Vec<WidgetCall> {
    let old = |(card, reading): (&DeskCard, &Reading<_>)| {
        (!matches!(reading, Reading::Fresh { .. })).then(|| card.call.clone())
    };
    cards.iter().zip(readings).filter_map(old).collect()
}
