//! The cards of Pastell.

mod creation;
mod flows;
mod lines;
mod names;
mod tally;

use super::{config::WidgetKind, sessions::Shared};
use crate::kit::content;
use async_trait::async_trait;
use pleiade_core::{
    ActionDescriptor, CallContext, ConnectorError, IndicatorKey, TaskKind, Widget, WidgetContent,
    WidgetDescriptor,
};
use std::{sync::Arc, time::Duration};

pub(super) use tally::family_keys;

#[derive(Debug)]
struct PastellWidget {
    kind: WidgetKind,
    descriptor: WidgetDescriptor,
    shared: Arc<Shared>,
}

/// The widget of a kind.
pub(super) fn build(kind: WidgetKind, shared: &Arc<Shared>) -> Arc<dyn Widget> {
    let descriptor = match kind {
        WidgetKind::Flows => {
            let indicators = tally::keys(&shared.rules);
            let mut descriptor =
                content::widget(kind.id(), "pastell-flows", "pastell-flows-empty", &indicators);
            descriptor.time_to_live = Duration::from_secs(120);
            descriptor
                .with_tasks([TaskKind::Correct, TaskKind::Approve, TaskKind::Do])
                .with_delegable([TaskKind::Correct, TaskKind::Do])
                .with_actions([lines::EDIT, lines::DELETE].map(ActionDescriptor::open))
        }
        WidgetKind::Creation => {
            const INDICATORS: &[IndicatorKey] = &[creation::IN_PROGRESS];
            let mut descriptor =
                content::widget(kind.id(), "pastell-creation", "pastell-creation-empty", INDICATORS);
            descriptor.time_to_live = Duration::from_secs(600);
            descriptor.with_actions([creation::DEPOSIT, creation::CREATE].map(ActionDescriptor::open))
        }
    };
    // Counting takes seconds on a large platform.
    let mut descriptor = descriptor;
    descriptor.deadline = Duration::from_secs(30);
    Arc::new(PastellWidget { kind, descriptor, shared: Arc::clone(shared) })
}

#[async_trait]
impl Widget for PastellWidget {
    fn descriptor(&self) -> &WidgetDescriptor {
        &self.descriptor
    }

    async fn load(&self, cx: &CallContext) -> Result<WidgetContent, ConnectorError> {
        match self.kind {
            WidgetKind::Flows => self.shared.load(cx, flows::load).await,
            WidgetKind::Creation => self.shared.load(cx, creation::load).await,
        }
    }
}
