//! Links to make new documents, for each flow that the person may read in an entity, and the number of documents under way.

use super::{
    super::{config::matches, deposit::flow_rules, sessions::PersonSession, states::StateClass},
    names::FlowNames,
    tally::Tally,
};
use crate::kit::content;
use pleiade_core::{Action, ActionId, ConnectorError, IndicatorKey, Message, WidgetContent};

pub(super) const IN_PROGRESS: IndicatorKey = IndicatorKey::from_static("in_progress");

/// Opens the page that makes a new document.
pub(super) const CREATE: ActionId = ActionId::from_static("create");

/// Opens the page on which files are given.
pub(super) const DEPOSIT: ActionId = ActionId::from_static("deposit");

/// Links of a card. Whoever works for more entities and flows finds the others in Pastell.
const MAX_LINKS: usize = 12;

pub(super) async fn load(session: PersonSession) -> Result<WidgetContent, ConnectorError> {
    let scope = session.scope().await?;
    let counts = session.counts(&scope).await?;
    let mut content = WidgetContent::default();
    let names = FlowNames::read(&session, &mut content).await?;
    let rules = &session.rules;
    let links = session.api.links();

    // Entities from the top of the tree down, the flows of each in the order of the families.
    let mut offers = Vec::new();
    for entity in &counts.entities {
        let depth = scope.entities.get(&entity.id).map_or(usize::MAX, |entity| entity.depth);
        for flow in entity.flows.keys() {
            if rules.config.creation.iter().any(|pattern| matches(pattern, flow)) {
                let family = rules.family(flow).map_or(usize::MAX, |(place, _)| place);
                offers.push(((depth, entity.id, family, names.name(flow)), flow));
            }
        }
    }
    offers.sort();
    // Pastell itself says, at the first file, whether the person may only read.
    let takes_files = counts
        .entities
        .iter()
        .flat_map(|entity| entity.flows.keys())
        .any(|flow| flow_rules(rules, flow).is_some());
    if takes_files {
        content.actions.push(Action::deposit(DEPOSIT, Message::new("pastell-deposit")));
    }
    let is_alone = counts.entities.len() == 1;
    for ((_, entity, _, name), flow) in offers.into_iter().take(MAX_LINKS) {
        let place = scope.entities.get(&entity).map(|entity| content::plain(&entity.name));
        let label = match place.filter(|place| !is_alone && !place.is_empty()) {
            None => Message::new("pastell-create").with_text("flow", name),
            Some(place) => {
                Message::new("pastell-create-in").with_text("flow", name).with_text("entity", place)
            }
        };
        content.actions.push(Action::open(CREATE, label, links.new_document(entity, flow)));
    }

    let unreadable = scope.unreadable + counts.unreadable;
    let under_way = Tally::new(rules, &counts).count(StateClass::InProgress);
    let indicator = content::exact(&session.cx, IN_PROGRESS, "pastell-in-progress-noun", under_way);
    let entity = scope.entities.keys().next().copied().filter(|_| scope.entities.len() == 1);
    let page = entity.map_or_else(|| links.home(), |entity| links.entity(entity));
    content.indicators = vec![indicator.at_least(unreadable > 0).with_link(page.clone())];
    content.link = Some(page);
    content::note_unreadable(&mut content, unreadable);
    Ok(content)
}
