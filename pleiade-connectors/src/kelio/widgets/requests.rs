//! The person's own requests: those that are not decided, and those of days to come.

use super::{REQUESTS, around, duration, own, today, told};
use crate::{
    kelio::{
        config::RequestState,
        links::home,
        sessions::{Person, Shared},
    },
    kit::content,
};
use pleiade_core::{ConnectorError, EventTime, Item, Message, WidgetContent};

/// Days in which a request may lie that is still to be decided.
const DAYS_BEFORE: u64 = 60;
const DAYS_AFTER: u64 = 400;

pub(super) async fn show(shared: &Shared, person: Person) -> Result<WidgetContent, ConnectorError> {
    let (cx, today) = (&person.account.cx, today(shared, &person));
    let read = shared
        .client()
        .requests(cx.clock.now(), &person.number, around(today, DAYS_BEFORE, DAYS_AFTER))
        .await?;
    let (list, is_foreign) = own(read, |request| shared.owns(cx, &person.number, &request.person));
    let state = |code: i64| shared.rules().states.get(&code).copied();
    let pending = list.iter().filter(|request| state(request.state) == Some(RequestState::Pending)).count();
    let mut content = WidgetContent::default();
    told(&mut content, &person, (REQUESTS, "kelio-requests-count"), pending, (&list, is_foreign));
    let mut shown: Vec<_> = list
        .items
        .iter()
        .filter(|request| request.last >= today || state(request.state) == Some(RequestState::Pending))
        .collect();
    shown.sort_by_key(|request| (request.first, request.key));
    content.items = shown
        .into_iter()
        .map(|request| {
            let title = content::title(request.kind.as_deref().unwrap_or_default(), "kelio-request");
            let mut item = Item::new(format!("request-{}", request.key), title);
            item.detail = duration(request, None);
            item.when = Some(EventTime::Days(request.first, request.last));
            item.status = Some(Message::new(match state(request.state) {
                Some(RequestState::Pending) => "kelio-state-pending",
                Some(RequestState::Approved) => "kelio-state-approved",
                Some(RequestState::Refused) => "kelio-state-refused",
                Some(RequestState::Cancelled) => "kelio-state-cancelled",
                None => "kelio-state-unknown",
            }));
            item.link = Some(home(shared.config()));
            item
        })
        .collect();
    Ok(content)
}
