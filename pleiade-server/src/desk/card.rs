//! The one renderer of cards: a model becomes HTML, for the page and for the stream of fresh cards alike.

use super::{model::CardModel, ticket_remedy::TicketRemedy};
use crate::web::words::Words;
use askama::Template;
use chrono::{DateTime, Utc};
use pleiade_connectors::engine::WidgetCall;
use pleiade_core::{Placement, Reading, TenantId, WidgetContent};
use std::sync::Arc;

/// A card of somebody's board and the call that fills it.
#[derive(Debug, Clone)]
pub struct DeskCard {
    /// Its placement on the board.
    pub placement: Placement,
    /// The call that fills it.
    pub call: WidgetCall,
    /// What its person may do when the application wants a proxy ticket and their session has none; none for other applications.
    pub ticket_remedy: Option<TicketRemedy>,
}

impl DeskCard {
    /// The collectivité for which it is read.
    #[must_use]
    pub fn tenant(&self) -> &TenantId {
        &self.call.context.tenant.id
    }

    /// The card as it shows a reading.
    #[must_use]
    pub fn model(
        &self,
        words: &Words,
        now: DateTime<Utc>,
        reading: &Reading<Arc<WidgetContent>>,
    ) -> CardModel {
        let (connector, widget) = (self.call.connector.descriptor(), self.call.widget.descriptor());
        let ticket_remedy = self.ticket_remedy.as_ref();
        CardModel::new(words, now, self.tenant(), &self.placement, connector, widget, reading, ticket_remedy)
    }
}

#[derive(Template)]
#[template(path = "card.html")]
struct CardTemplate<'a> {
    words: &'a Words,
    card: &'a CardModel,
    waiting_words: String,
    new_window: String,
}

/// The HTML of a card.
#[must_use]
pub fn render_card(words: &Words, card: &CardModel) -> String {
    let waiting_words = words.t("card-loading");
    let template = CardTemplate { words, card, waiting_words, new_window: words.t("new-window") };
    template.render().unwrap_or_default()
}
