//! What others shared: first what waits for an answer, then what came last.

use super::{Visit, clean, count, post, title};
use crate::nextcloud::client::Share;
use chrono::DateTime;
use futures_util::future::{join, try_join};
use pleiade_core::{ConnectorError, ErrorKind, Item, Message, Text, When, WidgetContent};

const LINES: usize = 20;

pub(super) async fn load(visit: Visit<'_>) -> Result<WidgetContent, ConnectorError> {
    let session = visit.session;
    let (local, remote) =
        join(try_join(session.shares_received(), session.shares_pending()), session.remote_shares_pending())
            .await;
    let (mut received, pending) = local?;
    let remote = match remote {
        // Sharing between servers is switched off on many servers.
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::Unsupported | ErrorKind::NotFound | ErrorKind::Forbidden
            ) =>
        {
            Vec::new()
        }
        other => other?,
    };
    received.sort_by_key(|share| std::cmp::Reverse(share.stime));

    let links = session.links();
    let mut content = WidgetContent::default();
    content.indicators = vec![
        count(visit, "shares_pending", "nextcloud-shares-pending-noun", pending.len() + remote.len())?
            .linked(links.pending_shares()),
        count(visit, "shares_received", "nextcloud-shares-received-noun", received.len())?
            .linked(links.shares()),
    ];
    content.link = Some(links.shares());
    content.more = received.len() > LINES;
    for share in &pending {
        let mut item = from(share);
        item.id = format!("pending-{}", share.id);
        item.link = Some(links.pending_shares());
        item.actions = vec![post("accept-share", "nextcloud-accept", share.id.to_string())?];
        content.items.push(waiting(item));
    }
    for share in &remote {
        let mut item = Item::new(
            format!("remote-{}", share.id),
            title(share.name.trim_start_matches('/'), "nextcloud-file-untitled"),
        );
        item.detail = Some(owner(&share.owner));
        item.link = Some(links.pending_shares());
        content.items.push(waiting(item));
    }
    for share in received.iter().take(LINES) {
        let mut item = from(share);
        item.link = Some(links.file(share.file_id));
        content.items.push(item);
    }
    Ok(content)
}

fn from(share: &Share) -> Item {
    let mut item = Item::new(share.id.to_string(), title(share.name(), "nextcloud-file-untitled"));
    item.detail = Some(owner(&share.owner));
    item.when = DateTime::from_timestamp(share.stime, 0).map(When::At);
    item
}

fn owner(name: &str) -> Text {
    Text::Message(Message::new("nextcloud-share-owner").with_text("owner", clean(name)))
}

fn waiting(mut item: Item) -> Item {
    item.task = true;
    item.status = Some(Message::new("nextcloud-share-waiting"));
    item
}
