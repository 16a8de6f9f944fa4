//! Acts, and the letters of the préfecture.

use super::{indicator, maker};
use crate::{
    kit::{
        content::{MAX_LINES, limit_lines, note_missing, note_unreadable},
        sessions::Account,
    },
    s2low::{
        links::Links,
        reading::{self, Count},
        sessions::{Opener, SHARED_FOR, Shared},
    },
};
use pleiade_core::{ConnectorError, IndicatorKey, Message, MessageArg, Severity, WidgetContent};

const LETTERS: IndicatorKey = IndicatorKey::from_static("courriers_prefecture");
const ERRORS: IndicatorKey = IndicatorKey::from_static("actes_erreur");
const WAITING: IndicatorKey = IndicatorKey::from_static("actes_attente");
const IN_PROGRESS: IndicatorKey = IndicatorKey::from_static("actes_en_cours");
pub(super) const INDICATORS: [IndicatorKey; 4] = [LETTERS, ERRORS, WAITING, IN_PROGRESS];

pub(super) async fn show(shared: &Shared, account: Account<Opener>) -> Result<WidgetContent, ConnectorError> {
    let (cx, config) = (&account.cx, shared.config());
    let read = |_| reading::acts(shared.client(), config, &account.memory, cx);
    let reading = account.memory.acts.get(cx.clock.elapsed(), SHARED_FOR, account.opening, read).await?;
    let links = Links::new(config.public().clone());
    let maker = maker(shared, &links, cx);

    let mut content = WidgetContent::default();
    let letters = reading
        .letters
        .as_ref()
        .map(|letters| Count { value: letters.len() as u64, at_least: letters.is_partial() });
    // Where some wait for too long the number presses more.
    let progress = if reading.overdue.is_some() { Severity::Warning } else { Severity::Info };
    let indicators = [
        ((LETTERS, "s2low-letters-count"), letters, Severity::Alert),
        ((ERRORS, "s2low-errors-count"), reading.errors, Severity::Alert),
        ((WAITING, "s2low-waiting-count"), reading.waiting, Severity::Info),
        ((IN_PROGRESS, "s2low-in-progress-count"), reading.in_progress, progress),
    ];
    let made = indicators.into_iter().filter_map(|(name, count, severity)| {
        indicator(name, count, reading.read_at, severity).map(|one| one.with_link(links.acts()))
    });
    content.indicators = made.collect();
    if let Some(overdue) = reading.overdue {
        #[expect(clippy::cast_precision_loss, reason = "display only")]
        let count = MessageArg::Number(overdue.value as f64);
        let key = if overdue.at_least { "s2low-overdue-at-least" } else { "s2low-overdue" };
        let notice = Message::new(key).with("count", count).with_number("hours", config.overdue_hours.into());
        content.notices.push(notice);
    }

    let letters = reading.letters.iter().flat_map(|letters| letters.iter());
    let (pressing, plain): (Vec<_>, Vec<_>) = letters.partition(|letter| letter.kind().awaits_answer());
    content.items.extend(pressing.into_iter().chain(plain).map(|letter| maker.letter(letter)));
    content.items.extend(reading.failed.iter().map(|failed| maker.failed_act(failed)));
    content.more = reading.errors.is_some_and(|errors| errors.value > reading.failed.len() as u64);
    let unreadable =
        reading.letters.as_ref().map_or(0, |letters| letters.unreadable) + reading.failed.unreadable;
    note_unreadable(&mut content, unreadable);
    if let Some(error) = &reading.missing {
        note_missing(&mut content, cx, error);
    }
    content.link = Some(links.acts());
    limit_lines(&mut content, MAX_LINES);
    Ok(content)
}
