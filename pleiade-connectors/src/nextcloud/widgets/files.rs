//! Recent and favourite files on one card, and the space used.

use super::{Visit, detail, slip, title};
use crate::nextcloud::client::File;
use futures_util::future::try_join;
use pleiade_core::{
    Action, ActionId, Amount, ConnectorError, Indicator, IndicatorKey, Item, Message, Severity, When,
    WidgetContent,
};

const RECENT: u8 = 8;
const FAVOURITES: usize = 8;

pub(super) async fn load(visit: Visit<'_>) -> Result<WidgetContent, ConnectorError> {
    let user = visit.session.user().await?;
    let (recent, mut favourites) =
        try_join(visit.session.recent_files(&user.id, RECENT), visit.session.favourite_files(&user.id))
            .await?;
    favourites.retain(|favourite| recent.iter().all(|file| file.id != favourite.id));
    favourites.sort_by_key(|file| std::cmp::Reverse(file.modified));

    let links = visit.session.links();
    let mut content = WidgetContent::default();
    if let Some(used) = user.quota.percent() {
        let severity = match used {
            used if used >= 98.0 => Severity::Alert,
            used if used >= 90.0 => Severity::Warning,
            _ => Severity::Info,
        };
        let indicator = Indicator::new(
            IndicatorKey::new("quota_used_pct").map_err(slip)?,
            Amount::Percent(used.clamp(0.0, 100.0)),
            Message::new("nextcloud-quota-noun"),
            visit.cx.clock.now(),
        );
        content.indicators = vec![indicator.linked(links.files()).with_severity(severity)];
    }
    content.link = Some(links.recent_files());
    content.more = favourites.len() > FAVOURITES;
    content.items =
        recent.iter().chain(favourites.iter().take(FAVOURITES)).map(|file| item(visit, file)).collect();
    content.actions = vec![
        open("new-file", "nextcloud-new-file", links.files())?,
        open("favourites", "nextcloud-favourites", links.favourites())?,
    ];
    Ok(content)
}

fn item(visit: Visit<'_>, file: &File) -> Item {
    let mut item = Item::new(file.id.to_string(), title(&file.name, "nextcloud-file-untitled"));
    item.detail = detail(&file.folder.replace('/', " › "));
    item.when = file.modified.map(When::At);
    item.status = file.favourite.then(|| Message::new("nextcloud-file-favourite"));
    item.link = Some(visit.session.links().file(file.id));
    item
}

fn open(id: &'static str, label: &'static str, link: url::Url) -> Result<Action, ConnectorError> {
    Ok(Action::open(ActionId::new(id).map_err(slip)?, Message::new(label), link))
}
