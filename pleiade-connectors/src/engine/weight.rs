//! How many bytes a reading takes, near enough for a cap.

use pleiade_core::{Action, Indicator, Item, Message, MessageArg, Text, WidgetContent};

/// What an entry weighs beside its content, in bytes: its key and the cache's own book-keeping.
const ENTRY_BYTES: usize = 768;

pub(super) fn entry(content: Option<&WidgetContent>) -> u32 {
    u32::try_from(ENTRY_BYTES + content.map_or(0, of_content)).unwrap_or(u32::MAX)
}

fn of_content(content: &WidgetContent) -> usize {
    size_of::<WidgetContent>()
        + each(&content.indicators, |indicator: &Indicator| {
            message(&indicator.noun) + optional(indicator.link.as_ref(), |url| url.as_str().len())
        })
        + each(&content.items, item)
        + each(&content.actions, action)
        + optional(content.link.as_ref(), |url| url.as_str().len())
        + each(&content.notices, message)
}

fn each<T>(list: &Vec<T>, inside: impl Fn(&T) -> usize) -> usize {
    list.capacity() * size_of::<T>() + list.iter().map(inside).sum::<usize>()
}

fn optional<T>(value: Option<&T>, inside: impl Fn(&T) -> usize) -> usize {
    value.map_or(0, inside)
}

fn item(item: &Item) -> usize {
    item.id.capacity()
        + text(&item.title)
        + optional(item.detail.as_ref(), text)
        + optional(item.status.as_ref(), message)
        + optional(item.link.as_ref(), |url| url.as_str().len())
        + each(&item.actions, action)
}

fn action(action: &Action) -> usize {
    action.target.capacity()
        + message(&action.label)
        + optional(action.link.as_ref(), |url| url.as_str().len())
}

fn text(text: &Text) -> usize {
    match text {
        Text::Plain(text) => text.capacity(),
        Text::Message(own) => message(own),
    }
}

/// Arguments live in a tree whose first node has room for eleven.
fn message(message: &Message) -> usize {
    let mut args = message.args().peekable();
    let tree = if args.peek().is_some() {
        11 * (size_of::<MessageArg>() + size_of::<std::borrow::Cow<'static, str>>())
    } else {
        0
    };
    let words: usize =
        args.map(|(_, value)| if let MessageArg::Text(text) = value { text.capacity() } else { 0 }).sum();
    tree + words
}
