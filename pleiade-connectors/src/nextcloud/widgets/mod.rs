//! The cards of Nextcloud.

mod agenda;
mod conversations;
mod files;
mod notifications;
mod shares;
mod tasks;

use super::{config::WidgetKind, sessions::Shared};
use crate::kit::content;
use async_trait::async_trait;
use pleiade_core::{CallContext, ConnectorError, IndicatorKey, Widget, WidgetContent, WidgetDescriptor};
use std::{sync::Arc, time::Duration};

#[derive(Debug)]
struct NextcloudWidget {
    kind: WidgetKind,
    descriptor: WidgetDescriptor,
    shared: Arc<Shared>,
}

/// The widget of a kind.
pub(super) fn build(kind: WidgetKind, shared: &Arc<Shared>) -> Arc<dyn Widget> {
    let (title, empty, indicators, seconds): (_, _, &[IndicatorKey], _) = match kind {
        WidgetKind::Notifications => {
            ("nextcloud-notifications", "nextcloud-notifications-empty", &[notifications::UNREAD], 60)
        }
        WidgetKind::Conversations => (
            "nextcloud-conversations",
            "nextcloud-conversations-empty",
            &[conversations::ROOMS, conversations::MENTIONS, conversations::MESSAGES],
            60,
        ),
        WidgetKind::Agenda => ("nextcloud-agenda", "nextcloud-agenda-empty", &[agenda::NEXT], 300),
        WidgetKind::Tasks => {
            ("nextcloud-tasks", "nextcloud-tasks-empty", &[tasks::OVERDUE, tasks::OPEN, tasks::CARDS], 300)
        }
        WidgetKind::Files => ("nextcloud-files", "nextcloud-files-empty", &[files::QUOTA], 300),
        WidgetKind::Shares => {
            ("nextcloud-shares", "nextcloud-shares-empty", &[shares::PENDING, shares::RECEIVED], 300)
        }
    };
    let mut descriptor = content::widget(kind.id(), title, empty, indicators);
    descriptor.time_to_live = Duration::from_secs(seconds);
    Arc::new(NextcloudWidget { kind, descriptor, shared: Arc::clone(shared) })
}

#[async_trait]
impl Widget for NextcloudWidget {
    fn descriptor(&self) -> &WidgetDescriptor {
        &self.descriptor
    }

    async fn load(&self, cx: &CallContext) -> Result<WidgetContent, ConnectorError> {
        let shared = &self.shared;
        match self.kind {
            WidgetKind::Notifications => shared.with_session(cx, notifications::load).await,
            WidgetKind::Conversations => shared.with_session(cx, conversations::load).await,
            WidgetKind::Agenda => shared.with_session(cx, agenda::load).await,
            WidgetKind::Tasks => shared.with_session(cx, tasks::load).await,
            WidgetKind::Files => shared.with_session(cx, files::load).await,
            WidgetKind::Shares => shared.with_session(cx, shares::load).await,
        }
        .map(|mut content| {
            content::limit_lines(&mut content, content::MAX_LINES);
            content
        })
    }
}
