//! The launcher: every application a person may open, with the numbers that wait in it.
//!
//! Applications come from the operator's file, from LemonLDAP::NG's menu of this person, and from the connectors; the legal calendar stands
//! among them for whoever sees it. Building it reads memory only.

use super::{card::DeskCard, number::badge as badge_count, tile::TileModel, todo::Todo};
use crate::{
    catalogue::{Catalogue, Menus},
    connectors::Connectors,
    legal::{self, LegalRules},
    session::Session,
    web::{href, words::Words},
};
use askama::Template;
use pleiade_core::{Amount, ApplicationFamily, ConnectorId, Indicator, Reading, WidgetContent};
use std::{collections::BTreeMap, sync::Arc};

/// The launcher of one person, ready to render.
#[derive(Debug, Default)]
pub struct Launcher {
    /// Headings with their applications.
    pub categories: Vec<Category>,
    /// A remark on the list, for example that it is not today's.
    pub note: Option<String>,
    /// The number of things to do, as HTML.
    pub todo_badge: String,
    /// The same among the shortcuts of a phone.
    pub todo_shortcut_badge: String,
}

/// A heading and its applications.
#[derive(Debug)]
pub struct Category {
    /// The heading.
    pub name: String,
    /// The applications.
    pub tiles: Vec<Tile>,
}

/// One application.
#[derive(Debug)]
pub struct Tile {
    /// Its name.
    pub name: String,
    /// The address that it opens.
    pub url: String,
    /// True for a page of ours, which opens in the same window.
    pub is_internal: bool,
    /// One sentence.
    pub description: Option<String>,
    /// Its picture.
    pub tile: TileModel,
    /// Its number, as HTML.
    pub badge: String,
}

#[derive(Template)]
#[template(path = "badge.html")]
struct Badge {
    id: String,
    count: Option<String>,
    words: String,
}

/// Builds launchers.
#[derive(Debug, Clone, Copy)]
pub struct LauncherBuilder<'a> {
    pub(crate) menus: Option<&'a Menus>,
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) connectors: &'a Connectors,
    /// None where nobody has any.
    pub(crate) legal: Option<&'a LegalRules>,
}

impl LauncherBuilder<'_> {
    /// The launcher of a session, whose cards have these readings.
    #[must_use]
    pub fn build(
        &self,
        session: &Arc<Session>,
        words: &Words,
        cards: &[DeskCard],
        readings: &[Reading<Arc<WidgetContent>>],
        todo: &Todo,
    ) -> Launcher {
        let tenant = &session.actor.acting.tenant;
        let (granted, note) = match self.menus {
            Some(menus) => menus.peek(session, words),
            None => (Vec::new(), None),
        };
        let mut own = self.catalogue.get(tenant).cloned().unwrap_or_default();
        // The portal's own entry of an application comes before ours of the same page.
        own.retain(|application| granted.iter().all(|known| known.url != application.url));
        let mut badges = badges(words, cards, readings, None);
        let mut categories: Vec<Category> = Vec::new();
        let other = words.t("applications-other");
        for application in granted.into_iter().chain(own) {
            let Some(url) = href(&application.url) else { continue };
            let connector =
                application.connector.clone().or_else(|| self.connectors.at_origin(tenant, &application.url));
            let tile = Tile {
                tile: TileModel::new(&application.name, application.family, &application.icon),
                url,
                is_internal: false,
                description: application.description,
                // On the first tile of an application only: the badge's element has one id.
                badge: connector.and_then(|id| badges.remove(&id)).unwrap_or_default(),
                name: application.name,
            };
            let heading = match (&application.category, application.family) {
                (Some(category), _) => category.clone(),
                (None, family) => family_key(family).map_or_else(|| other.clone(), |key| words.t(key)),
            };
            add(&mut categories, &heading, tile);
        }
        if self.legal.is_some_and(|rules| !rules.tenants(session).is_empty()) {
            add(&mut categories, &other, deadlines_tile(words));
        }
        let [(_, todo_badge), (_, todo_shortcut_badge)] = todo_badges(words, todo);
        Launcher { categories, note, todo_badge, todo_shortcut_badge }
    }
}

/// The heading of a family.
fn family_key(family: ApplicationFamily) -> Option<&'static str> {
    match family {
        ApplicationFamily::Collaboration => Some("family-collaboration"),
        ApplicationFamily::Administration => Some("family-administration"),
        ApplicationFamily::Business => Some("family-business"),
        ApplicationFamily::Information => Some("family-information"),
        _ => None,
    }
}

/// Adds an application under its heading, a new one at the end.
fn add(categories: &mut Vec<Category>, heading: &str, tile: Tile) {
    match categories.iter_mut().find(|category| category.name == heading) {
        Some(category) => category.tiles.push(tile),
        None => categories.push(Category { name: heading.to_owned(), tiles: vec![tile] }),
    }
}

/// The legal calendar among the applications.
fn deadlines_tile(words: &Words) -> Tile {
    let name = words.t("legal-title");
    Tile {
        tile: TileModel::of_portal("balance-scale"),
        url: legal::PAGE.to_owned(),
        is_internal: true,
        description: None,
        badge: String::new(),
        name,
    }
}

/// The badges of the queue of things to do, in the launcher and among the shortcuts of a phone: the id of each element and its HTML.
#[must_use]
pub fn todo_badges(words: &Words, todo: &Todo) -> [(String, String); 2] {
    let total = todo.total();
    let count = badge_count(words, total, todo.at_least);
    let spoken = format!("{count} {}", words.count("todo-count", "count", total));
    let count = (total > 0).then_some(count);
    ["todo", "todo-shortcut"]
        .map(|place| (format!("badge-{place}"), badge_html(place, count.clone(), spoken.clone())))
}

/// The badge of every connector on a board, or of one alone: the first number of its first card that has one, so that tile and card agree.
#[must_use]
pub fn badges(
    words: &Words,
    cards: &[DeskCard],
    readings: &[Reading<Arc<WidgetContent>>],
    only: Option<&ConnectorId>,
) -> BTreeMap<ConnectorId, String> {
    let mut found: BTreeMap<ConnectorId, Option<&Indicator>> = BTreeMap::new();
    let shown = cards.iter().zip(readings);
    for (card, reading) in shown.filter(|(card, _)| only.is_none_or(|id| card.placement.connector == *id)) {
        let first = reading
            .value()
            .and_then(|content| content.indicators.iter().find(|i| matches!(i.amount, Amount::Count { .. })));
        let slot = found.entry(card.placement.connector.clone()).or_default();
        *slot = slot.or(first);
    }
    found
        .into_iter()
        .map(|(id, indicator)| {
            let shown = indicator.and_then(|indicator| match indicator.amount {
                Amount::Count { value, at_least } if value > 0 => {
                    let count = badge_count(words, value, at_least);
                    Some((count.clone(), format!("{count} {}", words.message(&indicator.noun))))
                }
                _ => None,
            });
            let (count, spoken) =
                shown.map_or((None, String::new()), |(count, spoken)| (Some(count), spoken));
            let html = badge_html(id.as_str(), count, spoken);
            (id, html)
        })
        .collect()
}

fn badge_html(of: &str, count: Option<String>, words: String) -> String {
    Badge { id: format!("badge-{of}"), count, words }.render().unwrap_or_default()
}
