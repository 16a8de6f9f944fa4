//! Requests on which the person decides. Kelio lists their validators, delegates included: whoever is not among them is shown nothing.

use super::{APPROVALS, OPEN, around, duration, own, today, told};
use crate::{
    kelio::{
        config::RequestState,
        links::home,
        sessions::{Person, Shared},
        wire::Request,
    },
    kit::{content, days},
};
use pleiade_core::{Action, ConnectorError, EventTime, Item, Message, Task, TaskKind, WidgetContent};

/// Days in which a request may lie that is still to be decided.
const DAYS_BEFORE: u64 = 60;
const DAYS_AFTER: u64 = 400;

pub(super) async fn show(shared: &Shared, person: Person) -> Result<WidgetContent, ConnectorError> {
    let (cx, config, today) = (&person.account.cx, shared.config(), today(shared, &person));
    let pending: Vec<i64> = shared
        .rules()
        .states
        .iter()
        .filter(|(_, state)| **state == RequestState::Pending)
        .map(|(code, _)| *code)
        .collect();
    // One code can be asked for; of several, all requests are read and compared here.
    let state = if let [only] = pending.as_slice() { Some(*only) } else { None };
    let read = shared
        .client()
        .decisions(cx.clock.now(), &person.number, state, around(today, DAYS_BEFORE, DAYS_AFTER))
        .await?;
    let is_validator = |request: &Request| {
        let mut numbers =
            request.validators.split(|c: char| c.is_whitespace() || config.validator_separators.contains(c));
        numbers.any(|number| shared.owns(cx, &person.number, number))
    };
    let (mut list, is_foreign) = own(read, is_validator);
    list.items.retain(|request| pending.contains(&request.state));
    list.items.sort_by_key(|request| (request.first, request.key));
    let mut content = WidgetContent::default();
    told(&mut content, &person, (APPROVALS, "kelio-approvals-count"), list.len(), (&list, is_foreign));
    content.items = list
        .items
        .iter()
        .map(|request| {
            let mut item =
                Item::new(format!("request-{}", request.key), content::title(&request.name, "kelio-request"));
            item.detail = duration(request, request.kind.as_deref());
            item.when = Some(EventTime::Days(request.first, request.last));
            let task = Task::new(TaskKind::Approve);
            item.task = Some(match request.made {
                Some(made) => task.since(days::midnight(&config.time_zone, made)),
                None => task,
            });
            item.actions = vec![Action::open(OPEN, Message::new("kelio-open"), home(config))];
            item.link = Some(home(config));
            item
        })
        .collect();
    Ok(content)
}
