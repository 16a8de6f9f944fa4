//! The documents behind the counts: asked for by the very states that were counted.

use super::{
    super::{
        client::{Counts, Document, DocumentQuery, is_word},
        scope::Scope,
        sessions::{PersonSession, Rules},
        states::{self, StateClass},
    },
    names::{self, FlowNames},
};
use crate::kit::{content, days, json::List};
use futures_util::future::join_all;
use pleiade_core::{
    Action, ActionId, ConnectorError, ErrorKind, EventTime, Item, Message, Task, Text, WidgetContent,
};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

/// The classes whose documents ask something of a person.
pub(super) const TASKS: &[StateClass] = &[StateClass::Error, StateClass::Refused, StateClass::Waiting];
/// The class of documents that are shown for information.
pub(super) const DRAFTS: &[StateClass] = &[StateClass::Draft];

/// Calls at the same time.
const MAX_CONCURRENT: usize = 4;
/// Documents read for their folder in the signature book, for one card.
const MAX_DETAILS: usize = 20;
/// Characters of the number of a folder.
const MAX_FOLDER_CHARS: usize = 200;
/// What the number of a folder is called where several applications name it.
const FOLDER: &str = "i-parapheur";

pub(super) const EDIT: ActionId = ActionId::from_static("edit");
pub(super) const DELETE: ActionId = ActionId::from_static("delete");

/// The lists that hold the documents of some classes: one for each entity, and one more for each flow in which a state has another class
/// than elsewhere in it.
pub(super) fn queries(
    rules: &Rules,
    counts: &Counts,
    classes: &[StateClass],
    limit: usize,
) -> Vec<DocumentQuery> {
    let mut queries = Vec::new();
    for entity in &counts.entities {
        let mut wanted: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let mut elsewhere: BTreeSet<&str> = BTreeSet::new();
        for (flow, states) in &entity.flows {
            for state in states.iter().filter(|(_, count)| **count > 0).map(|(state, _)| state) {
                match classes.contains(&rules.classifier.class(flow, state)) {
                    true if is_word(state) && is_word(flow) => wanted.entry(state).or_default().push(flow),
                    true => {}
                    false => drop(elsewhere.insert(state)),
                }
            }
        }
        let query = |flow: Option<&str>, states: Vec<String>| DocumentQuery {
            entity: entity.id,
            flow: flow.map(str::to_owned),
            states,
            limit,
        };
        let mut everywhere = Vec::new();
        let mut by_flow: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (state, flows) in wanted {
            match elsewhere.contains(state) {
                false => everywhere.push(state.to_owned()),
                true => flows.iter().for_each(|flow| by_flow.entry(flow).or_default().push(state.to_owned())),
            }
        }
        if !everywhere.is_empty() {
            queries.push(query(None, everywhere));
        }
        queries.extend(by_flow.into_iter().map(|(flow, states)| query(Some(flow), states)));
    }
    queries
}

/// The documents of several lists, and the error of the first list that could not be read.
///
/// # Errors
/// Those that end the session.
pub(super) async fn read(
    session: &PersonSession,
    queries: &[DocumentQuery],
) -> Result<(List<Document>, Option<ConnectorError>), ConnectorError> {
    let (mut documents, mut missing) = (List::default(), None);
    // The first alone: a token that has just ended is refused once, not four times of the five that close Pastell to everybody.
    let (first, rest) = queries.split_at(queries.len().min(1));
    for group in std::iter::once(first).chain(rest.chunks(MAX_CONCURRENT)) {
        for list in join_all(group.iter().map(|query| session.api.documents(query))).await {
            match list {
                Ok(list) => documents.extend(list),
                Err(error) if names::ends_session(&error) => return Err(error),
                Err(error) => drop(missing.get_or_insert(error)),
            }
        }
    }
    Ok((documents, missing))
}

/// The lines of documents, the most pressing class first and the last that changed first in each.
pub(super) fn lines<'a>(
    session: &PersonSession,
    scope: &Scope,
    names: &FlowNames,
    documents: &'a [Document],
) -> Vec<(&'a Document, Item)> {
    let class = |document: &Document| session.rules.classifier.class(&document.flow, &document.state);
    // What has gone on since it was counted is no line of the card.
    let is_shown = |document: &&Document| [TASKS, DRAFTS].concat().contains(&class(document));
    let mut sorted: Vec<&Document> = documents.iter().filter(is_shown).collect();
    sorted.sort_by_key(|document| (class(document), Reverse(document.since), document.entity, &document.id));
    // A document that moved while two lists were read stands in both.
    let mut seen = BTreeSet::new();
    sorted.retain(|document| seen.insert((document.entity, &document.id)));
    sorted
        .iter()
        .map(|document| (*document, line(session, scope, names, document, class(document))))
        .collect()
}

fn line(
    session: &PersonSession,
    scope: &Scope,
    names: &FlowNames,
    document: &Document,
    class: StateClass,
) -> Item {
    let zone = session.rules.config.time_zone.unwrap_or(session.cx.tenant.time_zone);
    let since = document.since.map(|local| days::instant(&zone, local));
    let links = session.api.links();
    let title = content::title(&document.title, "pastell-document-untitled");
    let mut item = Item::new(format!("{}/{}", document.entity, document.id), title);
    let entity = scope.entities.get(&document.entity).filter(|_| scope.entities.len() > 1);
    let place = entity.map(|entity| content::plain(&entity.name)).filter(|name| !name.is_empty());
    let flow = names.name(&document.flow);
    item.detail = Some(Text::plain(&place.map_or(flow.clone(), |place| format!("{flow} · {place}"))));
    item.when = since.map(EventTime::At);
    item.status = Some(names::state(document));
    item.link = Some(links.document(document.entity, &document.id));
    item.task = states::asks(class, &document.state).map(|(kind, delegable)| {
        let mut task = Task::new(kind);
        task.since = since;
        task.delegable = delegable;
        task
    });
    if class == StateClass::Draft {
        let edit = links.edit(document.entity, &document.id);
        let delete = links.delete(document.entity, &document.id);
        item.actions = vec![
            Action::open(EDIT, Message::new("pastell-edit"), edit),
            Action::open(DELETE, Message::new("pastell-delete"), delete),
        ];
    }
    item
}

/// Gives the lines that wait for somebody the number of their folder in the signature book. Whoever may not read a document whole has
/// lines without.
///
/// # Errors
/// Those that end the session.
pub(super) async fn identify(
    session: &PersonSession,
    lines: &mut [(&Document, Item)],
    content: &mut WidgetContent,
) -> Result<(), ConnectorError> {
    let field = session.rules.config.parapheur_field.as_str();
    if field.is_empty() {
        return Ok(());
    }
    let waiting: Vec<&mut (&Document, Item)> =
        lines.iter_mut().filter(|(_, item)| item.task.is_some()).take(MAX_DETAILS).collect();
    let mut waiting = waiting.into_iter();
    loop {
        let group: Vec<_> = waiting.by_ref().take(MAX_CONCURRENT).collect();
        if group.is_empty() {
            return Ok(());
        }
        let read = group.iter().map(|(document, _)| folder(session, document, field));
        let folders = join_all(read).await;
        for ((_, item), folder) in group.into_iter().zip(folders) {
            match folder {
                Ok(folder) => {
                    if let Some((task, folder)) = item.task.as_mut().zip(folder) {
                        task.identifiers.push(format!("{FOLDER}/{folder}"));
                    }
                }
                Err(error) if names::ends_session(&error) => return Err(error),
                Err(error) if matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::NotFound) => {}
                Err(error) => content::note_missing(content, &session.cx, &error),
            }
        }
    }
}

/// The number of a document's folder. It is read once for each state in which the document is.
async fn folder(
    session: &PersonSession,
    document: &Document,
    field: &str,
) -> Result<Option<String>, ConnectorError> {
    let key = format!("{}/{}/{}/{:?}", document.entity, document.id, document.state, document.since);
    let folder = match session.known_folder(&key) {
        Some(known) => known,
        None => {
            let told = session.api.field(document.entity, &document.id, field).await?;
            let folder = told.map(|folder| folder.trim().to_owned()).filter(|folder| is_number(folder));
            let folder = folder.unwrap_or_default();
            session.keep_folder(&key, &folder);
            folder
        }
    };
    Ok(Some(folder).filter(|folder| !folder.is_empty()))
}

fn is_number(folder: &str) -> bool {
    folder.chars().count() <= MAX_FOLDER_CHARS
        && folder.chars().all(|c| !c.is_whitespace() && !c.is_control())
}
