//! Convocations to answer and to acknowledge. Both are done in i-delibRE, by whoever is convened.

use super::{counted, own};
use crate::idelibre::{
    links::Links,
    sessions::{Shared, View},
};
use pleiade_core::{ConnectorError, IndicatorKey, WidgetContent};

pub(super) const UNANSWERED: IndicatorKey = IndicatorKey::from_static("to_answer");
pub(super) const UNREAD: IndicatorKey = IndicatorKey::from_static("to_acknowledge");

pub(super) async fn show(shared: &Shared, view: View) -> Result<WidgetContent, ConnectorError> {
    let reading = &view.reading;
    let mut content = own(shared, &view, &reading.tasks, UNANSWERED, "idelibre-to-answer")?;
    let counts = [
        counted(shared, &view, &reading.unanswered, UNANSWERED, "idelibre-to-answer")?,
        counted(shared, &view, &reading.unread, UNREAD, "idelibre-to-acknowledge")?,
    ];
    let link = Links::new(shared.config().public().clone()).sittings(reading.is_easy);
    content.indicators = counts.into_iter().flatten().map(|one| one.with_link(link.clone())).collect();
    content.link = Some(link);
    content.notices.extend(view.notice);
    Ok(content)
}
