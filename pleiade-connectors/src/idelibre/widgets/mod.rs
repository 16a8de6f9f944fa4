//! The cards of i-delibRE.

mod convocations;
mod sittings;

use super::{
    config::WidgetKind,
    lines,
    reading::{ANSWERS, MISSING_ANSWERS},
    sessions::{Besides, SHARED_FOR, Shared, View},
};
use crate::kit::{
    content,
    shared::{RowCount, Rows},
};
use async_trait::async_trait;
use pleiade_core::{
    ActionDescriptor, CallContext, ConnectorError, Indicator, IndicatorKey, TaskKind, Widget, WidgetContent,
    WidgetDescriptor,
};
use std::{sync::Arc, time::Duration};

/// Long enough for the sittings of a large structure, four calls at once.
const DEADLINE: Duration = Duration::from_secs(30);

#[derive(Debug)]
struct IdelibreWidget {
    kind: WidgetKind,
    descriptor: WidgetDescriptor,
    shared: Arc<Shared>,
}

/// The widget of a kind.
pub(super) fn build(kind: WidgetKind, shared: &Arc<Shared>) -> Arc<dyn Widget> {
    let (title, empty, indicators): (_, _, &[IndicatorKey]) = match kind {
        WidgetKind::Sittings => {
            ("idelibre-sittings", "idelibre-sittings-empty", &[sittings::UPCOMING, MISSING_ANSWERS, ANSWERS])
        }
        WidgetKind::Convocations => (
            "idelibre-convocations",
            "idelibre-convocations-empty",
            &[convocations::UNANSWERED, convocations::UNREAD],
        ),
    };
    let mut descriptor = content::widget(kind.id(), title, empty, indicators);
    descriptor = match kind {
        WidgetKind::Sittings => descriptor.with_actions([ActionDescriptor::open(lines::OPEN)]).with_events(),
        WidgetKind::Convocations => descriptor
            .with_tasks([TaskKind::Answer, TaskKind::Read])
            .with_actions([lines::ANSWER, lines::ACKNOWLEDGE].map(ActionDescriptor::open)),
    };
    (descriptor.time_to_live, descriptor.deadline) = (SHARED_FOR, DEADLINE);
    Arc::new(IdelibreWidget { kind, descriptor, shared: Arc::clone(shared) })
}

#[async_trait]
impl Widget for IdelibreWidget {
    fn descriptor(&self) -> &WidgetDescriptor {
        &self.descriptor
    }

    async fn load(&self, cx: &CallContext) -> Result<WidgetContent, ConnectorError> {
        let shared = &self.shared;
        match self.kind {
            WidgetKind::Sittings => {
                shared.load(cx, Besides::Documents, |view| sittings::show(shared, view)).await
            }
            WidgetKind::Convocations => {
                shared.load(cx, Besides::Nothing, |view| convocations::show(shared, view)).await
            }
        }
    }
}

/// The part of some rows that the person may see, with their count.
fn own(
    shared: &Shared,
    view: &View,
    rows: &Rows,
    key: IndicatorKey,
    noun: &'static str,
) -> Result<WidgetContent, ConnectorError> {
    let count = RowCount { key, noun };
    shared.config().filter.content(&view.account.cx, view.user.as_deref(), rows, &count)
}

/// The count alone of the rows that the person may see.
fn counted(
    shared: &Shared,
    view: &View,
    rows: &Rows,
    key: IndicatorKey,
    noun: &'static str,
) -> Result<Option<Indicator>, ConnectorError> {
    let content = own(shared, view, rows, key.clone(), noun)?;
    Ok(content.indicators.into_iter().find(|indicator| indicator.key == key))
}
