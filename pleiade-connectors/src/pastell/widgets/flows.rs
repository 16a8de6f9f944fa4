//! Documents in error, refused, waiting for a person or being drafted: how many in each family, and which.

use super::{
    super::sessions::PersonSession,
    lines::{self, DRAFTS, TASKS},
    names::FlowNames,
    tally::Tally,
};
use crate::kit::content;
use pleiade_core::{ConnectorError, WidgetContent};

/// Lines that wait for somebody.
const MAX_TASKS: usize = 50;
/// Lines of documents that are being written.
const MAX_DRAFTS: usize = 10;
/// Lists read for the lines that wait for somebody: one for each entity that has any.
const MAX_TASK_LISTS: usize = 12;
/// Lists read for documents that are being written.
const MAX_DRAFT_LISTS: usize = 4;
/// Documents asked for in one list.
const MAX_LISTED: usize = 25;

pub(super) async fn load(session: PersonSession) -> Result<WidgetContent, ConnectorError> {
    let scope = session.scope().await?;
    let counts = session.counts(&scope).await?;
    let mut content = WidgetContent::default();
    let names = FlowNames::read(&session, &mut content).await?;
    let tally = Tally::new(&session.rules, &counts);

    let mut queries = lines::queries(&session.rules, &counts, TASKS, MAX_LISTED);
    queries.truncate(MAX_TASK_LISTS);
    let mut drafts = lines::queries(&session.rules, &counts, DRAFTS, MAX_DRAFTS);
    drafts.truncate(MAX_DRAFT_LISTS);
    queries.append(&mut drafts);
    let (documents, missing) = lines::read(&session, &queries).await?;
    if let Some(error) = &missing {
        content::note_missing(&mut content, &session.cx, error);
    }

    let mut shown = lines::lines(&session, &scope, &names, &documents);
    let (mut tasks, mut drafts) = (0, 0);
    shown.retain(|(_, item)| {
        let (count, max) = match item.task {
            Some(_) => (&mut tasks, MAX_TASKS),
            None => (&mut drafts, MAX_DRAFTS),
        };
        *count += 1;
        *count <= max
    });
    lines::identify(&session, &mut shown, &mut content).await?;
    content.items = shown.into_iter().map(|(_, item)| item).collect();

    let unreadable = scope.unreadable + counts.unreadable + documents.unreadable;
    content::note_unreadable(&mut content, unreadable);
    let links = session.api.links();
    let entity = scope.entities.keys().next().copied().filter(|_| scope.entities.len() == 1);
    let indicators = tally.indicators(&session.cx, &session.rules, links, entity);
    content.indicators = indicators.into_iter().map(|indicator| indicator.at_least(unreadable > 0)).collect();
    content.link = Some(entity.map_or_else(|| links.home(), |entity| links.entity(entity)));
    content::limit_lines(&mut content, content::MAX_LINES);
    content.more |= tally.counted() > content.items.len() as u64;
    Ok(content)
}
