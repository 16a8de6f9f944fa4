//! The words for flows and states.

use super::super::{
    client::{Document, Flow},
    sessions::PersonSession,
    states,
};
use crate::kit::{content, json::Map};
use pleiade_core::{ConnectorError, ErrorKind, Message, WidgetContent};
use std::sync::Arc;

/// The names of flows, as Pastell tells them or as the standard flows are called.
#[derive(Debug, Default)]
pub(super) struct FlowNames(Option<Arc<Map<Flow>>>);

impl FlowNames {
    /// Reads the names. Without them the card stands all the same, and says that a part is missing.
    pub(super) async fn read(
        session: &PersonSession,
        content: &mut WidgetContent,
    ) -> Result<Self, ConnectorError> {
        match session.flows().await {
            Ok(flows) => {
                content::note_unreadable(content, flows.unreadable.len());
                Ok(Self(Some(flows)))
            }
            Err(error) if ends_session(&error) => Err(error),
            Err(error) => {
                content::note_missing(content, &session.cx, &error);
                Ok(Self::default())
            }
        }
    }

    pub(super) fn name(&self, flow: &str) -> String {
        let told = self.0.as_ref().and_then(|flows| flows.items.get(flow)).map(|flow| flow.name.as_str());
        let names = [told, states::flow_words(flow), Some(flow)];
        names.into_iter().flatten().map(content::plain).find(|name| !name.is_empty()).unwrap_or_default()
    }
}

/// The state of a document in the application's words. Pastell sometimes gives the code in the place of the words.
pub(super) fn state(document: &Document) -> Message {
    let told = Some(document.state_words.as_str()).filter(|words| *words != document.state);
    let words = [told, states::state_words(&document.flow, &document.state), Some(&document.state)];
    let words = words.into_iter().flatten().map(content::plain).find(|words| !words.is_empty());
    Message::new("pastell-state").with_text("state", words.unwrap_or_default())
}

/// True if an error says that no further call of this session will be let in.
pub(super) fn ends_session(error: &ConnectorError) -> bool {
    error.refuses_credential() || error.kind() == ErrorKind::Unauthenticated
}
