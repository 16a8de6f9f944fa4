//! The sittings that somebody knows of, by the last readings of their own cards.

use super::board::stale_calls;
use crate::{app::App, session::Session, web::words::Words};
use chrono::NaiveDate;
use pleiade_core::TenantId;
use std::sync::Arc;

/// A sitting of a collectivité, in words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SittingView {
    /// Its day.
    pub(crate) day: NaiveDate,
    /// Its name.
    pub(crate) title: String,
    /// The application that knows it.
    pub(crate) application: String,
}

/// The sittings of a collectivité of theirs that somebody knows of now, the next first. Nothing is waited for: what is old is asked for
/// beside.
pub(crate) fn known_sittings(
    app: &App,
    session: &Session,
    tenant: &TenantId,
    words: &Words,
) -> Vec<SittingView> {
    let Some(there) = session.acting_for(tenant) else { return Vec::new() };
    let cards = app.board_cards(&Arc::new(there), words.locale);
    let readings = app.board_reader().readings(&cards);
    app.keep_fresh(stale_calls(&cards, &readings));
    let mut known: Vec<SittingView> = Vec::new();
    for (card, content) in cards.iter().zip(&readings).filter_map(|(card, one)| Some((card, one.value()?))) {
        let application = &card.call.connector.descriptor().name;
        known.extend(content.sittings.iter().map(|sitting| SittingView {
            day: sitting.day,
            title: words.text(&sitting.title),
            application: application.clone(),
        }));
    }
    known.sort();
    known.dedup();
    known
}
