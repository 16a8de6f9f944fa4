//! The number of secure mails. Their list and their details, which hold passwords, are never asked for.

use crate::{
    kit::sessions::Account,
    s2low::{
        links::Links,
        sessions::{Opener, SHARED_FOR, Shared},
    },
};
use pleiade_core::{ConnectorError, Indicator, IndicatorKey, WidgetContent};

const MAILS: IndicatorKey = IndicatorKey::from_static("mails");
pub(super) const INDICATORS: [IndicatorKey; 1] = [MAILS];

pub(super) async fn show(shared: &Shared, account: Account<Opener>) -> Result<WidgetContent, ConnectorError> {
    let cx = &account.cx;
    let read = |_| async {
        // It names no authority: the one before it does.
        shared.client().connection().await?;
        Ok((shared.client().count_mails().await?, cx.clock.now()))
    };
    let read = account.memory.mails.get(cx.clock.elapsed(), SHARED_FOR, account.opening, read).await?;
    let (count, read_at) = *read;
    let links = Links::new(shared.config().public().clone());
    let mut content = WidgetContent::default();
    content.indicators =
        vec![Indicator::count(MAILS, count, "s2low-mails-count", read_at).with_link(links.mails())];
    content.link = Some(links.mails());
    Ok(content)
}
