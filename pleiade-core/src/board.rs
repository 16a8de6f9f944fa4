//! A person's page: which cards, in which order, and who decided.

use crate::{ConnectorId, WidgetId};
use serde::{Deserialize, Serialize};

/// The strength with which a card is placed, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Zone {
    /// Always on the board, before the others; the person cannot remove it.
    Locked,
    /// On the board until the person removes it.
    #[default]
    Default,
    /// Absent until the person adds it.
    Optional,
}

/// A card on a board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Placement {
    /// The connector.
    pub connector: ConnectorId,
    /// The widget of this connector.
    pub widget: WidgetId,
    /// The strength of the placement.
    #[serde(default)]
    pub zone: Zone,
    /// True if the card stands in the wide column, below the tasks.
    #[serde(default)]
    pub wide: bool,
    /// False if no card of it is drawn: its tasks, its events and its numbers are told by the rest of the page alone. Default: true.
    #[serde(default = "yes")]
    pub card: bool,
}

fn yes() -> bool {
    true
}

impl Placement {
    /// A card of ordinary width, in the usual zone.
    #[must_use]
    pub fn new(connector: ConnectorId, widget: WidgetId) -> Self {
        Self { connector, widget, zone: Zone::default(), wide: false, card: true }
    }

    /// The same without a card of its own.
    #[must_use]
    pub fn without_card(mut self) -> Self {
        self.card = false;
        self
    }

    fn is_same_card(&self, other: &Self) -> bool {
        self.connector == other.connector && self.widget == other.widget
    }
}

/// The changes that one person made to their own board.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PersonalBoard {
    /// The person's order; cards that are absent here keep the proposed order, after these.
    pub order: Vec<(ConnectorId, WidgetId)>,
    /// Default cards that the person removed.
    pub hidden: Vec<(ConnectorId, WidgetId)>,
}

/// A merged board: locked cards first, then the others in the person's order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Board {
    /// Cards to show.
    pub placements: Vec<Placement>,
    /// Cards that the person may add.
    pub available: Vec<Placement>,
}

impl Board {
    /// Merges what the operator, the tenant and the groups propose, in that order, with the person's changes.
    ///
    /// The first layer that places a card decides its width and whether it is drawn; the firmest zone wins, so that a tenant cannot unlock what the
    /// operator locked.
    #[must_use]
    pub fn merge(layers: &[Vec<Placement>], personal: &PersonalBoard) -> Self {
        let mut proposed: Vec<Placement> = Vec::new();
        for placement in layers.iter().flatten() {
            match proposed.iter_mut().find(|known| known.is_same_card(placement)) {
                Some(known) => known.zone = known.zone.min(placement.zone),
                None => proposed.push(placement.clone()),
            }
        }
        let listed = |list: &[(ConnectorId, WidgetId)], card: &Placement| {
            list.iter().position(|(connector, widget)| *connector == card.connector && *widget == card.widget)
        };
        let (mut placements, available): (Vec<_>, Vec<_>) =
            proposed.into_iter().partition(|card| match card.zone {
                Zone::Locked => true,
                Zone::Default => listed(&personal.hidden, card).is_none(),
                Zone::Optional => listed(&personal.order, card).is_some(),
            });
        placements.sort_by_key(|card| match card.zone {
            Zone::Locked => (0, 0),
            _ => (1, listed(&personal.order, card).unwrap_or(usize::MAX)),
        });
        Self { placements, available }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(connector: &str, zone: Zone) -> Placement {
        Placement {
            connector: ConnectorId::new(connector).unwrap(),
            widget: WidgetId::new("main").unwrap(),
            zone,
            wide: false,
            card: true,
        }
    }

    fn names(cards: &[Placement]) -> Vec<&str> {
        cards.iter().map(|card| card.connector.as_str()).collect()
    }

    fn key(connector: &str) -> (ConnectorId, WidgetId) {
        (ConnectorId::new(connector).unwrap(), WidgetId::new("main").unwrap())
    }

    #[test]
    fn a_person_orders_and_hides_all_but_locked_cards() {
        let operator = vec![
            card("tasks", Zone::Locked),
            card("mail", Zone::Default),
            card("files", Zone::Default),
            card("rooms", Zone::Optional),
        ];
        let personal = PersonalBoard {
            order: vec![key("rooms"), key("files")],
            hidden: vec![key("mail"), key("tasks")],
        };
        let board = Board::merge(&[operator], &personal);
        assert_eq!(names(&board.placements), ["tasks", "rooms", "files"]);
        assert_eq!(names(&board.available), ["mail"]);
    }

    #[test]
    fn a_later_layer_cannot_unlock() {
        let board = Board::merge(
            &[
                vec![card("tasks", Zone::Locked)],
                vec![card("tasks", Zone::Optional), card("mail", Zone::Locked)],
            ],
            &PersonalBoard::default(),
        );
        assert!(board.placements.iter().all(|card| card.zone == Zone::Locked));
    }

    #[test]
    fn an_empty_board_is_legal() {
        assert_eq!(Board::merge(&[], &PersonalBoard::default()), Board::default());
    }
}
