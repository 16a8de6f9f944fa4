//! What a card says that wants proxy tickets, in a session that has none.

use super::model::LinkModel;
use crate::{
    sign_in::{TicketWay, ticket_path::path_of_visit},
    web::words::Words,
};
use pleiade_core::Message;

/// What somebody may do who has no proxy tickets. Nobody is named in it: cards are rendered once for all who read the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TicketRemedy {
    /// Go to the CAS server that is paired with the source of their session.
    Visit {
        /// The name of the CAS source.
        title: String,
        /// The path that leads there.
        path: String,
    },
    /// Sign in by another source.
    OtherSource {
        /// Its name.
        title: String,
    },
    /// Nothing: no source of the site gives them.
    Nothing,
}

impl TicketRemedy {
    /// None for whoever was let in by the CAS server itself: they sign in again.
    pub(crate) fn new(way: TicketWay<'_>) -> Option<Self> {
        match way {
            TicketWay::Own => None,
            TicketWay::Paired(paired) => {
                let path = path_of_visit(paired.provider.id());
                Some(Self::Visit { title: paired.title.clone(), path })
            }
            TicketWay::OtherSource(source) => Some(Self::OtherSource { title: source.title.clone() }),
            TicketWay::Nowhere => Some(Self::Nothing),
        }
    }

    /// The cause, and what the person can do.
    pub(super) fn cause(&self, application: &str) -> Message {
        let (key, title) = match self {
            Self::Visit { title, .. } => ("card-ticket-visit", title.as_str()),
            Self::OtherSource { title } => ("card-ticket-other", title.as_str()),
            Self::Nothing => ("card-ticket-nowhere", ""),
        };
        Message::new(key).with_text("application", application).with_text("source", title)
    }

    /// The way there.
    pub(super) fn link(&self, words: &Words) -> Option<LinkModel> {
        let Self::Visit { title, path } = self else { return None };
        let label = Message::new("card-ticket-visit-link").with_text("source", title);
        Some(LinkModel { label: words.message(&label), href: path.clone() })
    }
}
