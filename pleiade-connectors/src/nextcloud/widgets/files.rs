//! Recent and favourite files on one card, and the space used.

use super::super::{links::Links, sessions::Visit};
use crate::{
    kit::{content, json::List, parts::Parts},
    nextcloud::client::File,
};
use futures_util::future::join;
use pleiade_core::{
    Action, ActionId, Amount, ConnectorError, Indicator, IndicatorKey, Item, Message, Severity, When,
    WidgetContent,
};
use std::cmp::Reverse;

pub(super) const QUOTA: IndicatorKey = IndicatorKey::from_static("quota_used_pct");
const NEW_FILE: ActionId = ActionId::from_static("new-file");
const FAVOURITES: ActionId = ActionId::from_static("favourites");

/// Lines of each of the two.
const EACH: usize = 8;
/// Asked for, because hidden files are left out.
const RECENT: u8 = 24;

pub(super) async fn load(visit: Visit) -> Result<WidgetContent, ConnectorError> {
    let user = &visit.user;
    let (recent, favourites) =
        join(visit.session.recent_files(&user.id, RECENT), visit.session.favourite_files(&user.id)).await;
    let is_recent = |part: List<File>| (true, part);
    let is_favourite = |part: List<File>| (false, part);
    let parts = Parts::join([recent.map(is_recent), favourites.map(is_favourite)])?;
    let (mut recent, mut favourites) = (Vec::new(), Vec::new());
    let mut content = WidgetContent::default();
    let links = visit.links(&mut content).await;
    for (is_recent, part) in &parts.read {
        content::note_unreadable(&mut content, part.unreadable);
        let shown = part.items.iter().filter(|file| !file.is_hidden());
        if *is_recent { recent.extend(shown.take(EACH)) } else { favourites.extend(shown) }
    }
    favourites.retain(|favourite: &&File| recent.iter().all(|file: &&File| file.id != favourite.id));
    favourites.sort_by_key(|file| Reverse(file.modified));
    content.more = favourites.len() > EACH;
    parts.note(&mut content, &visit.cx);
    content.indicators = quota(&visit, &links).into_iter().collect();
    content.link = links.recent_files();
    // One of each in turn: a card shows the first lines only, and what is recent would hide what the person chose.
    let mut favourites = favourites.into_iter().take(EACH);
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

fn quota(visit: &Visit, links: &Links) -> Option<Indicator> {
    let used = visit.user.quota.as_ref()?.percent()?;
    let severity = match used {
        used if used >= 98.0 => Severity::Alert,
        used if used >= 90.0 => Severity::Warning,
        _ => Severity::Info,
    };
    let (amount, noun) = (Amount::Percent(used.clamp(0.0, 100.0)), Message::new("nextcloud-quota-noun"));
    let indicator = Indicator::new(QUOTA, amount, noun, visit.cx.clock.now());
    Some(indicator.linked(links.files()).with_severity(severity))
}

fn item(links: &Links, file: &File) -> Item {
    let title = content::title(&file.name, "nextcloud-file-untitled");
    let mut item = Item::new(file.id.to_string(), title);
    item.detail = content::detail(&file.folder.replace('/', " › "));
    item.when = file.modified.map(When::At);
    item.status = file.favourite.then(|| Message::new("nextcloud-file-favourite"));
    item.link = Some(links.file(file.id));
    item
}
