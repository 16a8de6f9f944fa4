//! What others shared: first what waits for an answer, then what came last.

use super::super::{actions, sessions::PersonSession};
use crate::{
    kit::{
        content::{self, plain},
        json::List,
        parts::Parts,
    },
    nextcloud::client::{PendingRemoteShare, Share},
};
use chrono::DateTime;
use futures_util::future::join3;
use pleiade_core::{
    ConnectorError, ErrorKind, EventTime, IndicatorKey, Item, Message, Task, TaskKind, Text, WidgetContent,
};
use std::cmp::Reverse;

pub(super) const PENDING: IndicatorKey = IndicatorKey::from_static("shares_pending");
pub(super) const RECEIVED: IndicatorKey = IndicatorKey::from_static("shares_received");

const MAX_LINES: usize = 20;

/// The result of one call of the card.
enum CallResult {
    Received(List<Share>),
    Pending(List<Share>),
    Remote(List<PendingRemoteShare>),
}

pub(super) async fn load(session: PersonSession) -> Result<WidgetContent, ConnectorError> {
    let api = &session.api;
    let (received, pending, remote) =
        join3(api.shares_received(), api.shares_pending(), api.remote_shares_pending()).await;
    let remote = match remote {
        // Sharing between servers is switched off on many servers.
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::Unsupported | ErrorKind::NotFound | ErrorKind::Forbidden
            ) && received.is_ok() =>
        {
            Ok(List::default())
        }
        other => other,
    };
    let calls = [
        received.map(CallResult::Received),
        pending.map(CallResult::Pending),
        remote.map(CallResult::Remote),
    ];
    let parts = Parts::join(calls)?;
    let mut content = WidgetContent::default();
    let links = session.links(&mut content).await;
    let (mut received, mut waiting, mut unreadable) = (Vec::new(), Vec::new(), 0);
    for part in &parts.read {
        match part {
            CallResult::Received(list) => {
                unreadable += list.unreadable;
                received.extend(&list.items);
            }
            CallResult::Pending(list) => {
                unreadable += list.unreadable;
                waiting.extend(list.items.iter().map(|share| {
                    let mut item = line(share);
                    item.id = format!("pending-{}", share.id);
                    item.actions =
                        vec![actions::post(actions::ACCEPT_SHARE, "nextcloud-accept", share.id.to_string())];
                    item
                }));
            }
            CallResult::Remote(list) => {
                unreadable += list.unreadable;
                waiting.extend(list.items.iter().map(|share| {
                    let title = content::title(share.name.trim_start_matches('/'), "nextcloud-file-untitled");
                    let mut item = Item::new(format!("remote-{}", share.id), title);
                    item.detail = Some(owner(&share.owner));
                    item
                }));
            }
        }
    }
    received.sort_by_key(|share| Reverse(share.stime));
    let minimum = unreadable > 0 || parts.missing.is_some();
    let count =
        |key, noun, value: usize| content::exact(&session.cx, key, noun, value as u64).at_least(minimum);
    // Of what could not be read nothing is counted: "at least 0" would be taken for none.
    let is_read = |wanted: fn(&CallResult) -> bool| parts.read.iter().any(wanted);
    if is_read(|part| matches!(part, CallResult::Pending(_))) {
        content.indicators.push(
            count(PENDING, "nextcloud-shares-pending-noun", waiting.len()).with_link(links.pending_shares()),
        );
    }
    if is_read(|part| matches!(part, CallResult::Received(_))) {
        content.indicators.push(
            count(RECEIVED, "nextcloud-shares-received-noun", received.len()).with_link(links.shares()),
        );
    }
    content.link = links.shares();
    content.more = received.len() > MAX_LINES;
    content::note_unreadable(&mut content, unreadable);
    parts.note(&mut content, &session.cx);
    for item in &mut waiting {
        item.task = Some(Task::new(TaskKind::Answer).delegable());
        item.status = Some(Message::new("nextcloud-share-waiting"));
        item.link = links.pending_shares();
    }
    content.items = waiting;
    content.items.extend(received.into_iter().take(MAX_LINES).map(|share| {
        let mut item = line(share);
        item.link = Some(links.file(share.file_id));
        item
    }));
    Ok(content)
}

fn line(share: &Share) -> Item {
    let title = content::title(share.name(), "nextcloud-file-untitled");
    let mut item = Item::new(share.id.to_string(), title);
    item.detail = Some(owner(&share.owner));
    item.when = DateTime::from_timestamp(share.stime, 0).map(EventTime::At);
    item
}

fn owner(name: &str) -> Text {
    Message::new("nextcloud-share-owner").with_text("owner", plain(name)).into()
}
