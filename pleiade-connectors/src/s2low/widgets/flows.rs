//! Accounting flows. The numbers of PES in error are an archivist's: where the account is none they are hidden, and not 0.

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
use pleiade_core::{ConnectorError, IndicatorKey, Severity, WidgetContent};

const RETURNS: IndicatorKey = IndicatorKey::from_static("pes_retour");
const ERRORS: IndicatorKey = IndicatorKey::from_static("pes_erreur");
const REFUSED: IndicatorKey = IndicatorKey::from_static("pes_refuses");
pub(super) const INDICATORS: [IndicatorKey; 3] = [RETURNS, ERRORS, REFUSED];

pub(super) async fn show(shared: &Shared, account: Account<Opener>) -> Result<WidgetContent, ConnectorError> {
    let (cx, config) = (&account.cx, shared.config());
    let read = |_| reading::flows(shared.client(), config, account.session, cx);
    let reading = account.memory.flows.get(cx.clock.elapsed(), SHARED_FOR, account.opening, read).await?;
    let links = Links::new(config.public().clone());
    let maker = maker(shared, &links, cx);
    let lines = usize::from(config.lines);

    let mut content = WidgetContent::default();
    let returns = reading
        .returns
        .as_ref()
        .map(|returns| Count { value: returns.len() as u64, at_least: returns.is_partial() });
    let count = |pes: &Option<reading::FailedPes>| pes.as_ref().map(|pes| pes.count);
    let indicators = [
        ((RETURNS, "s2low-returns-count"), returns, Severity::Info),
        ((ERRORS, "s2low-pes-errors-count"), count(&reading.errors), Severity::Alert),
        ((REFUSED, "s2low-pes-refused-count"), count(&reading.refused), Severity::Alert),
    ];
    let made = indicators.into_iter().filter_map(|(name, count, severity)| {
        indicator(name, count, reading.read_at, severity).map(|one| one.with_link(links.flows()))
    });
    content.indicators = made.collect();

    for (pes, state) in [(&reading.errors, "s2low-state-error"), (&reading.refused, "s2low-state-refused")] {
        let Some(pes) = pes else { continue };
        content.items.extend(pes.first.iter().map(|failed| maker.failed_pes(failed, state)));
        content.more |= pes.count.at_least || pes.count.value > pes.first.len() as u64;
        note_unreadable(&mut content, pes.unreadable);
    }
    if let Some(returns) = &reading.returns {
        content.items.extend(returns.iter().take(lines).map(|found| maker.pes_return(found)));
        content.more |= returns.len() > lines;
        note_unreadable(&mut content, returns.unreadable);
    }
    if let Some(error) = &reading.missing {
        note_missing(&mut content, cx, error);
    }
    content.link = Some(links.flows());
    limit_lines(&mut content, MAX_LINES);
    Ok(content)
}
