//! The cards of Nextcloud.

mod agenda;
mod conversations;
mod files;
mod notifications;
mod shares;
mod tasks;

use super::{
    actions,
    config::WidgetKind,
    sessions::{PersonSession, Shared},
};
use crate::kit::content;
use async_trait::async_trait;
use pleiade_core::{
    ActionDescriptor, CallContext, ConnectorError, IndicatorKey, TaskKind, Widget, WidgetContent,
    WidgetDescriptor,
};
use std::{future::Future, sync::Arc, time::Duration};

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
    let (post, open) = (ActionDescriptor::post, ActionDescriptor::open);
    descriptor = match kind {
        WidgetKind::Notifications => {
            descriptor.with_actions([post(actions::DISMISS), post(actions::SET_PRESENCE)])
        }
        WidgetKind::Conversations => {
            descriptor.with_actions([post(actions::MARK_READ), open(actions::JOIN_CALL)])
        }
        WidgetKind::Agenda => descriptor.with_actions([open(actions::JOIN_CALL)]).with_events(),
        WidgetKind::Tasks => descriptor.with_tasks([TaskKind::Do]).with_delegable([TaskKind::Do]),
        WidgetKind::Files => descriptor.with_actions([open(files::NEW_FILE), open(files::FAVOURITES)]),
        WidgetKind::Shares => {
            let answers = [TaskKind::Answer];
            descriptor.with_tasks(answers).with_delegable(answers).with_actions([post(actions::ACCEPT_SHARE)])
        }
    };
    descriptor.time_to_live = Duration::from_secs(seconds);
    Arc::new(NextcloudWidget { kind, descriptor, shared: Arc::clone(shared) })
}

#[async_trait]
impl Widget for NextcloudWidget {
    fn descriptor(&self) -> &WidgetDescriptor {
        &self.descriptor
    }

    async fn load(&self, cx: &CallContext) -> Result<WidgetContent, ConnectorError> {
        match self.kind {
            WidgetKind::Notifications => self.load_by(cx, notifications::load).await,
            WidgetKind::Conversations => self.load_by(cx, conversations::load).await,
            WidgetKind::Agenda => self.load_by(cx, agenda::load).await,
            WidgetKind::Tasks => self.load_by(cx, tasks::load).await,
            WidgetKind::Files => self.load_by(cx, files::load).await,
            WidgetKind::Shares => self.load_by(cx, shares::load).await,
        }
        .map(|mut content| {
            content::limit_lines(&mut content, content::MAX_LINES);
            content
        })
    }
}

impl NextcloudWidget {
    /// Loads a card, and notes on it by which account.
    async fn load_by<F>(
        &self,
        cx: &CallContext,
        load: impl Fn(PersonSession) -> F,
    ) -> Result<WidgetContent, ConnectorError>
    where
        F: Future<Output = Result<WidgetContent, ConnectorError>>,
    {
        let tagged = |session: PersonSession| {
            let (account, loading) = (session.account, load(session));
            async move {
                let mut content = loading.await?;
                content.account = Some(account);
                Ok(content)
            }
        };
        self.shared.with_session(cx, tagged).await
    }
}
