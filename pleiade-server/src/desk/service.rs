//! How an application answers, in a word or two, from the readings of a person's cards.

use super::{card::DeskCard, model::CardState};
use crate::web::words::Words;
use pleiade_core::{ConnectorId, ErrorKind, Reading, WidgetContent};
use std::sync::Arc;

/// How an application answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ServiceState {
    /// No card of the person has asked it yet.
    Unknown,
    /// At least one card has what it asked for.
    Answers,
    /// No card has: the reason of the first one.
    Fails(ErrorKind),
}

impl ServiceState {
    /// How the application of a connector answers these cards.
    pub(super) fn new(
        cards: &[DeskCard],
        readings: &[Reading<Arc<WidgetContent>>],
        connector: &ConnectorId,
    ) -> Self {
        let own = cards.iter().zip(readings).filter(|(card, _)| card.placement.connector == *connector);
        let mut state = Self::Unknown;
        for (_, reading) in own {
            match CardState::new(reading) {
                CardState::Fresh { .. } | CardState::Refreshing { .. } => return Self::Answers,
                CardState::Stale { failure, .. } | CardState::Missing { failure }
                    if state == Self::Unknown =>
                {
                    state = Self::Fails(failure.reason);
                }
                _ => {}
            }
        }
        state
    }

    /// In words; none while it is unknown.
    pub(super) fn words(self, words: &Words) -> Option<String> {
        match self {
            Self::Unknown => None,
            Self::Answers => Some(words.t("service-answers")),
            Self::Fails(kind) => Some(words.t(failure_key(kind))),
        }
    }

    /// In words where something is wrong.
    pub(super) fn warning(self, words: &Words) -> Option<String> {
        matches!(self, Self::Fails(_)).then(|| self.words(words)).flatten()
    }
}

pub(super) fn failure_key(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::NotLinked => "service-not-linked",
        ErrorKind::Unauthenticated | ErrorKind::Forbidden => "service-refuses",
        ErrorKind::Maintenance => "service-maintenance",
        ErrorKind::RateLimited => "service-busy",
        ErrorKind::Unreachable | ErrorKind::Timeout | ErrorKind::NotHandedOver | ErrorKind::Cancelled => {
            "service-silent"
        }
        _ => "service-broken",
    }
}
