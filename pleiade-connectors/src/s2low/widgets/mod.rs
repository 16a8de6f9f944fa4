//! The cards of S²LOW.

mod acts;
mod flows;
mod mails;

use super::{
    actions::{MARK_LETTER, MARK_PES, OPEN},
    config::WidgetKind,
    lines::Maker,
    links::Links,
    reading::Count,
    sessions::{SHARED_FOR, Shared},
};
use crate::kit::content;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::{
    ActionDescriptor, CallContext, ConnectorError, Indicator, IndicatorKey, Severity, TaskKind, Widget,
    WidgetContent, WidgetDescriptor,
};
use std::{sync::Arc, time::Duration};

/// One call after the other, each of which may take long.
const DEADLINE: Duration = Duration::from_secs(60);

#[derive(Debug)]
struct S2lowWidget {
    kind: WidgetKind,
    descriptor: WidgetDescriptor,
    shared: Arc<Shared>,
}

/// The widget of a kind.
pub(super) fn build(kind: WidgetKind, shared: &Arc<Shared>) -> Arc<dyn Widget> {
    let (title, empty, indicators): (_, _, &[IndicatorKey]) = match kind {
        WidgetKind::Actes => ("s2low-acts", "s2low-acts-empty", &acts::INDICATORS),
        WidgetKind::Helios => ("s2low-flows", "s2low-flows-empty", &flows::INDICATORS),
        WidgetKind::Mails => ("s2low-mails", "s2low-mails-empty", &mails::INDICATORS),
    };
    let mut descriptor = content::widget(kind.id(), title, empty, indicators);
    descriptor = match kind {
        WidgetKind::Actes => descriptor
            .with_tasks([TaskKind::Answer, TaskKind::Correct, TaskKind::Read])
            .with_actions([ActionDescriptor::open(OPEN), ActionDescriptor::post(MARK_LETTER).asked()]),
        WidgetKind::Helios => descriptor
            .with_tasks([TaskKind::Correct, TaskKind::Read])
            .with_actions([ActionDescriptor::open(OPEN), ActionDescriptor::post(MARK_PES).asked()]),
        WidgetKind::Mails => descriptor,
    };
    (descriptor.time_to_live, descriptor.deadline) = (SHARED_FOR, DEADLINE);
    Arc::new(S2lowWidget { kind, descriptor, shared: Arc::clone(shared) })
}

#[async_trait]
impl Widget for S2lowWidget {
    fn descriptor(&self) -> &WidgetDescriptor {
        &self.descriptor
    }

    async fn load(&self, cx: &CallContext) -> Result<WidgetContent, ConnectorError> {
        let shared = &self.shared;
        match self.kind {
            WidgetKind::Actes => shared.load(cx, |account| acts::show(shared, account)).await,
            WidgetKind::Helios => shared.load(cx, |account| flows::show(shared, account)).await,
            WidgetKind::Mails => shared.load(cx, |account| mails::show(shared, account)).await,
        }
    }
}

/// The lines of a person, and the links behind them.
fn maker<'a>(shared: &Shared, links: &'a Links, cx: &CallContext) -> Maker<'a> {
    Maker { links, time_zone: shared.config().time_zone, may_mark_read: shared.may_mark_read(cx) }
}

/// An indicator of a number that could be read, which presses when it is not zero.
fn indicator(
    (key, noun): (IndicatorKey, &'static str),
    count: Option<Count>,
    read_at: DateTime<Utc>,
    pressing: Severity,
) -> Option<Indicator> {
    let count = count?;
    let severity = if count.value > 0 { pressing } else { Severity::Info };
    Some(Indicator::count(key, count.value, noun, read_at).at_least(count.at_least).with_severity(severity))
}
