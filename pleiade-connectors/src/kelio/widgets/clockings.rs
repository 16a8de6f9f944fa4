//! Today's clockings. The portal never clocks for anybody.

use super::{CLOCKINGS, own, today, told};
use crate::{
    kelio::{
        config::Direction,
        sessions::{Person, Shared},
    },
    kit::days,
};
use pleiade_core::{ConnectorError, EventTime, Item, Message, WidgetContent};

pub(super) async fn show(shared: &Shared, person: Person) -> Result<WidgetContent, ConnectorError> {
    let (cx, today) = (&person.account.cx, today(shared, &person));
    let read = shared.client().clockings(cx.clock.now(), &person.number, today).await?;
    let (mut list, is_foreign) = own(read, |clocking| shared.owns(cx, &person.number, &clocking.person));
    list.items.retain(|clocking| clocking.day == today);
    list.items.sort_by_key(|clocking| (clocking.time, clocking.key));
    let mut content = WidgetContent::default();
    told(&mut content, &person, (CLOCKINGS, "kelio-clockings-count"), list.len(), (&list, is_foreign));
    content.items = list
        .items
        .iter()
        .map(|clocking| {
            let direction = clocking.direction.and_then(|code| shared.rules().directions.get(&code));
            let direction = match direction {
                Some(Direction::In) => "in",
                Some(Direction::Out) => "out",
                None => "unknown",
            };
            let title = Message::new("kelio-clocking").with_text("direction", direction);
            let mut item = Item::new(format!("clocking-{}", clocking.key), title);
            item.when = Some(EventTime::At(days::instant(
                &shared.config().time_zone,
                clocking.day.and_time(clocking.time),
            )));
            item
        })
        .collect();
    Ok(content)
}
