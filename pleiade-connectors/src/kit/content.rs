//! Lines, counts and notices of a card.

use super::json::List;
use pleiade_core::{
    CallContext, ConnectorError, Indicator, IndicatorKey, Message, MessageArg, Text, WidgetContent,
    WidgetDescriptor, WidgetId,
};
use std::collections::HashSet;

/// The most lines of a card; a person takes in no more.
pub const MAX_LINES: usize = 100;
/// Longer than the id that any application gives.
const MAX_ID_CHARS: usize = 300;

/// A widget's description with the indicators that it may show.
#[must_use]
pub fn widget(
    id: WidgetId,
    title: &'static str,
    empty: &'static str,
    indicators: &[IndicatorKey],
) -> WidgetDescriptor {
    let mut descriptor = WidgetDescriptor::new(id, Message::new(title), Message::new(empty));
    descriptor.indicators = indicators.to_vec();
    descriptor
}

/// An application's words made fit to stand inside a sentence of ours: one line, as [`Text::plain`] makes it.
#[must_use]
pub fn plain(words: &str) -> String {
    match Text::plain(words) {
        Text::Plain(words) => words,
        Text::Message(_) => String::new(),
    }
}

/// A title in the application's words, or the message `otherwise` when nothing visible is left of them.
#[must_use]
pub fn title(words: &str, otherwise: &'static str) -> Text {
    detail(words).unwrap_or_else(|| Message::new(otherwise).into())
}

/// A detail in the application's words, or none when nothing visible is left of them.
#[must_use]
pub fn detail(words: &str) -> Option<Text> {
    Some(Text::plain(words)).filter(|words| !words.is_empty())
}

/// A count, measured now. It is a minimum when something in the list could not be read.
#[must_use]
pub fn count<T>(
    cx: &CallContext,
    key: IndicatorKey,
    noun: &'static str,
    value: usize,
    of: &List<T>,
) -> Indicator {
    exact(cx, key, noun, value as u64).at_least(of.is_partial())
}

/// A count that the application gives itself, measured now.
#[must_use]
pub fn exact(cx: &CallContext, key: IndicatorKey, noun: &'static str, value: u64) -> Indicator {
    Indicator::count(key, value, noun, cx.clock.now())
}

/// Notes on the card how many items could not be read, in one notice for all its lists.
pub fn note_unreadable(content: &mut WidgetContent, unreadable: usize) {
    const KEY: &str = "kit-unreadable";
    if unreadable == 0 {
        return;
    }
    #[expect(clippy::cast_precision_loss, reason = "display only")]
    let mut count = unreadable as f64;
    for known in content.notices.iter().filter(|known| known.key() == KEY) {
        for (_, told) in known.args() {
            if let MessageArg::Number(told) = told {
                count += told;
            }
        }
    }
    content.notices.retain(|known| known.key() != KEY);
    content.notices.push(Message::new(KEY).with("count", MessageArg::Number(count)));
}

/// Notes on the card, once, that a part of it could not be read, and logs the reason.
pub fn note_missing(content: &mut WidgetContent, cx: &CallContext, error: &ConnectorError) {
    tracing::warn!(tenant = %cx.tenant.id, operation = error.operation(), kind = error.kind().as_str(), "a part of a card is missing: {error}");
    let notice = Message::new("kit-missing");
    if !content.notices.contains(&notice) {
        content.notices.push(notice);
    }
}

/// Keeps each id once and at most `lines` lines, and sets `more` when some are left out: ids come from a server that may repeat itself.
pub fn limit_lines(content: &mut WidgetContent, lines: usize) {
    let mut seen = HashSet::new();
    for item in &mut content.items {
        if item.id.chars().count() > MAX_ID_CHARS {
            item.id = item.id.chars().take(MAX_ID_CHARS).collect();
        }
    }
    content.items.retain(|item| !item.id.is_empty() && seen.insert(item.id.clone()));
    let lines = lines.min(MAX_LINES);
    content.more |= content.items.len() > lines;
    content.items.truncate(lines);
}

#[cfg(test)]
mod tests {
    use super::*;
    use pleiade_core::Item;

    #[test]
    fn lines_are_few_and_each_comes_once() {
        let mut content = WidgetContent::default();
        content.items = ["a", "b", "a", "", "c"].map(|id| Item::new(id, Text::plain(id))).into();
        limit_lines(&mut content, 10);
        assert_eq!(content.items.iter().map(|item| item.id.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
        assert!(!content.more);
        limit_lines(&mut content, 2);
        assert_eq!((content.items.len(), content.more), (2, true));
        content.items = (0..500).map(|n| Item::new(n.to_string(), Text::plain("x"))).collect();
        limit_lines(&mut content, 1000);
        assert_eq!(content.items.len(), MAX_LINES);
    }

    #[test]
    fn words_that_show_nothing_are_replaced_or_left_out() {
        assert_eq!(title(" \u{200b}", "kit-missing"), Message::new("kit-missing").into());
        assert_eq!((title("Été", "kit-missing"), detail("\u{feff}")), (Text::plain("Été"), None));
    }

    #[test]
    fn what_could_not_be_read_is_counted() {
        let mut content = WidgetContent::default();
        note_unreadable(&mut content, 0);
        assert!(content.notices.is_empty());
        note_unreadable(&mut content, 2);
        note_unreadable(&mut content, 1);
        assert_eq!(content.notices, [Message::new("kit-unreadable").with_number("count", 3)]);
    }
}
