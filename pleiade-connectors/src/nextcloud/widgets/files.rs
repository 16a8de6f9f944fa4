//! Recent and favourite files on one card, and the space used.

use super::super::{links::Links, sessions::PersonSession};
use crate::{
    kit::{content, json::List, parts::Parts},
    nextcloud::client::File,
};
use futures_util::future::join;
use pleiade_core::{
    Action, ActionId, Amount, ConnectorError, EventTime, Indicator, IndicatorKey, Item, Message, Severity,
    WidgetContent,
};
use std::cmp::Reverse;

pub(super) const QUOTA: IndicatorKey = IndicatorKey::from_static("quota_used_pct");
pub(super) const NEW_FILE: ActionId = ActionId::from_static("new-file");
pub(super) const FAVOURITES: ActionId = ActionId::from_static("favourites");

/// Lines of each of the two.
const MAX_LINES_EACH: usize = 8;
/// Asked for, because hidden files are left out.
const MAX_RECENT: u8 = 24;

pub(super) async fn load(session: PersonSession) -> Result<WidgetContent, ConnectorError> {
    let user = &session.user;
    let (recent, favourites) =
        join(session.api.recent_files(&user.id, MAX_RECENT), session.api.favourite_files(&user.id)).await;
    let is_recent = |part: List<File>| (true, part);
    let is_favourite = |part: List<File>| (false, part);
    let parts = Parts::join([recent.map(is_recent), favourites.map(is_favourite)])?;
    let (mut recent, mut favourites) = (Vec::new(), Vec::new());
    let mut content = WidgetContent::default();
    let links = session.links(&mut content).await;
    for (is_recent, part) in &parts.read {
        content::note_unreadable(&mut content, part.unreadable);
        let shown = part.items.iter().filter(|file| !file.is_hidden());
        if *is_recent { recent.extend(shown.take(MAX_LINES_EACH)) } else { favourites.extend(shown) }
    }
    favourites.retain(|favourite: &&File| recent.iter().all(|file: &&File| file.id != favourite.id));
    favourites.sort_by_key(|file| Reverse(file.modified));
    content.more = favourites.len() > MAX_LINES_EACH;
    parts.note(&mut content, &session.cx);
    content.indicators = quota(&session, &links).into_iter().collect();
    content.link = links.recent_files();
    // One of each in turn: a card shows the first lines only, and what is recent would hide what the person chose.
    let mut favourites = favourites.into_iter().take(MAX_LINES_EACH);
    for file in recent {
        content.items.push(item(&links, file));
        content.items.extend(favourites.next().map(|file| item(&links, file)));
    }
    content.items.extend(favourites.map(|file| item(&links, file)));
    let open = |id, label, link: Option<url::Url>| Some(Action::open(id, Message::new(label), link?));
    content.actions = [
        open(NEW_FILE, "nextcloud-new-file", links.files()),
        open(FAVOURITES, "nextcloud-favourites", links.favourites()),
    ]
    .into_iter()
    .flatten()
    .collect();
    Ok(content)
}

fn quota(session: &PersonSession, links: &Links) -> Option<Indicator> {
    let used = session.user.quota.as_ref()?.percent()?;
    let severity = match used {
        used if used >= 98.0 => Severity::Alert,
        used if used >= 90.0 => Severity::Warning,
        _ => Severity::Info,
    };
    let (amount, noun) = (Amount::Percent(used.clamp(0.0, 100.0)), Message::new("nextcloud-quota-noun"));
    let indicator = Indicator::new(QUOTA, amount, noun, session.cx.clock.now());
    Some(indicator.with_link(links.files()).with_severity(severity))
}

fn item(links: &Links, file: &File) -> Item {
    let title = content::title(&file.name, "nextcloud-file-untitled");
    let mut item = Item::new(file.id.to_string(), title);
    item.detail = content::detail(&file.folder.replace('/', " › "));
    item.when = file.modified.map(EventTime::At);
    item.status = file.favourite.then(|| Message::new("nextcloud-file-favourite"));
    item.link = Some(links.file(file.id));
    item
}
