//! The card: the permanent rooms with who is in them, and what opens a meeting.

use super::{Shared, actions, config::PermanentRoom};
use crate::kit::content;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use futures_util::{StreamExt as _, stream};
use pleiade_core::{
    Action, ActionDescriptor, CallContext, ConnectorError, Indicator, IndicatorKey, Item, Message, Text,
    Widget, WidgetContent, WidgetDescriptor, WidgetId,
};
use std::{sync::Arc, time::Duration};

const IN_PROGRESS: IndicatorKey = IndicatorKey::from_static("rooms_in_progress");
const PARTICIPANTS: IndicatorKey = IndicatorKey::from_static("participants");
/// The time for which a reading of the card is new: who is in a room changes by the minute.
const TIME_TO_LIVE: Duration = Duration::from_secs(60);
/// The time for which numbers serve everybody: less, since what they serve is told as new.
const SHARED_FOR: Duration = Duration::from_secs(10);
const MAX_CALLS_AT_ONCE: usize = 4;

/// The state of the rooms, the same for everybody.
#[derive(Debug)]
pub(super) struct Reading {
    read_at: DateTime<Utc>,
    /// How many take part in each of the permanent rooms, in their order; empty when that is not asked for.
    sizes: Vec<Result<u64, ConnectorError>>,
}

#[derive(Debug)]
pub(super) struct Rooms {
    descriptor: WidgetDescriptor,
    shared: Arc<Shared>,
}

impl Rooms {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        let keys: &[IndicatorKey] = if shared.client.counts() { &[IN_PROGRESS, PARTICIPANTS] } else { &[] };
        let mut descriptor =
            content::widget(WidgetId::from_static("rooms"), "jitsi-rooms-title", "jitsi-rooms-empty", keys)
                .with_actions([
                    ActionDescriptor::opening(actions::CREATE),
                    ActionDescriptor::post(actions::INVITE),
                    ActionDescriptor::opening(actions::JOIN),
                    ActionDescriptor::open(actions::JOIN),
                ])
                .with_meetings();
        descriptor.time_to_live = TIME_TO_LIVE;
        Self { descriptor, shared }
    }

    async fn read(&self, cx: &CallContext) -> Result<Arc<Reading>, ConnectorError> {
        let shared = &self.shared;
        let read = |_| async {
            shared.client.service().await?;
            let mut sizes = Vec::new();
            if shared.client.counts() {
                let calls: Vec<_> = shared
                    .rooms
                    .iter()
                    .map(|permanent| shared.client.participants(&permanent.room))
                    .collect();
                sizes = stream::iter(calls).buffered(MAX_CALLS_AT_ONCE).collect().await;
            }
            Ok(Reading { read_at: cx.clock.now(), sizes })
        };
        shared.reading.get(cx.clock.elapsed(), SHARED_FOR, 0, read).await
    }

    fn line(&self, permanent: &PermanentRoom, participants: Option<u64>) -> Item {
        let mut item = Item::new(permanent.room.as_str(), Text::plain(&permanent.name));
        item.status = participants
            .filter(|count| *count > 0)
            .map(|count| Message::new("jitsi-room-participants").with_number("count", count));
        item.actions = vec![actions::join(&self.shared, &permanent.room)];
        item
    }
}

#[async_trait]
impl Widget for Rooms {
    fn descriptor(&self) -> &WidgetDescriptor {
        &self.descriptor
    }

    async fn load(&self, cx: &CallContext) -> Result<WidgetContent, ConnectorError> {
        self.shared.key(cx).await?;
        if cx.stands_in {
            return Ok(WidgetContent::default());
        }
        let reading = self.read(cx).await?;
        let mut content = WidgetContent::default();
        content.link = Some(self.shared.config.url.clone());
        let (mut in_progress, mut participants, mut is_partial) = (0_u64, 0_u64, false);
        let theirs = self.shared.rooms.iter().enumerate().filter(|(_, permanent)| permanent.is_for(cx));
        for (place, permanent) in theirs {
            let size = reading.sizes.get(place);
            if let Some(Err(error)) = size {
                is_partial = true;
                content::note_missing(&mut content, cx, error);
            }
            let size = size.and_then(|size| size.as_ref().ok()).copied();
            in_progress += u64::from(size.unwrap_or_default() > 0);
            participants = participants.saturating_add(size.unwrap_or_default());
            content.items.push(self.line(permanent, size));
        }
        if self.shared.client.counts() {
            let count =
                |key, value, noun| Indicator::count(key, value, noun, reading.read_at).at_least(is_partial);
            content.indicators = vec![
                count(IN_PROGRESS, in_progress, "jitsi-rooms-in-progress"),
                count(PARTICIPANTS, participants, "jitsi-participants"),
            ];
        }
        content.actions = vec![
            Action::opening(actions::CREATE, Message::new("jitsi-action-create"), ""),
            Action::post(actions::INVITE, Message::new("jitsi-action-invite"), ""),
        ];
        Ok(content)
    }
}
