//! The launcher: every application a person may open, with the numbers that wait in it and how it answers.
//!
//! Applications come from LemonLDAP::NG's menu of this person, from the operator's file, and from the connectors; the legal calendar stands
//! among them for whoever sees it. What they pinned comes first, in their order. Building it reads memory only.

use super::{
    card::DeskCard,
    launcher_choices::{LauncherChoices, LauncherView, TileKey},
    number::badge as badge_count,
    service::ServiceState,
    tile::TileModel,
    todo::Todo,
};
use crate::{
    catalogue::{Catalogue, Menus},
    connectors::Connectors,
    legal::{self, LegalRules},
    session::Session,
    web::{href, words::Words},
};
use askama::Template;
use pleiade_core::{
    Amount, Application, ApplicationFamily, ConnectorId, Indicator, Reading, TenantId, WidgetContent,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use url::Url;

/// The launcher of one person, ready to render.
#[derive(Debug, Clone, Default)]
pub struct Launcher {
    /// What they pinned, in their order.
    pub pinned: Vec<Tile>,
    /// Headings with the other applications.
    pub categories: Vec<Category>,
    /// What they opened last, the last one first: the addresses of applications that stand elsewhere too, without their numbers.
    pub recent: Vec<Tile>,
    /// How they see the page of applications.
    pub view: LauncherView,
    /// A remark on the list, for example that it is not today's.
    pub note: Option<String>,
    /// The number of things to do, as HTML.
    pub todo_badge: String,
    /// The same among the shortcuts of a phone.
    pub todo_shortcut_badge: String,
}

impl Launcher {
    /// True if there is no application at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pinned.is_empty() && self.categories.is_empty()
    }

    /// True if the page shows a list.
    #[must_use]
    pub fn is_list(&self) -> bool {
        self.view == LauncherView::List
    }

    /// Every application once: the pinned ones first.
    pub(super) fn tiles(&self) -> impl Iterator<Item = &Tile> {
        self.pinned.iter().chain(self.categories.iter().flat_map(|category| &category.tiles))
    }
}

/// A heading and its applications.
#[derive(Debug, Clone)]
pub struct Category {
    /// The heading.
    pub name: String,
    /// The applications.
    pub tiles: Vec<Tile>,
}

/// One application.
#[derive(Debug, Clone)]
pub struct Tile {
    /// Its name in forms.
    pub key: TileKey,
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
    /// Its number and what is wrong with it, as HTML.
    pub badge: String,
    /// How its service answers, where a card of the person asks it.
    pub service: Option<String>,
}

#[derive(Template)]
#[template(path = "badge.html")]
struct Badge {
    id: String,
    count: Option<String>,
    words: String,
    /// What is wrong with its service, in words.
    state: Option<String>,
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
        choices: &LauncherChoices,
    ) -> Launcher {
        let tenant = &session.actor.acting.tenant;
        let (granted, note) = match self.menus {
            Some(menus) => menus.peek(session, words),
            None => (Vec::new(), None),
        };
        let mut badges = badges(words, cards, readings, None);
        let mut categories: Vec<Category> = Vec::new();
        let other = words.t("applications-other");
        for (application, connector) in self.applications(tenant, granted) {
            let Some(url) = href(&application.url) else { continue };
            let service =
                connector.as_ref().and_then(|id| ServiceState::new(cards, readings, id).words(words));
            let tile = Tile {
                key: TileKey::new(&application.url),
                tile: TileModel::new(&application.name, application.family, &application.icon),
                url,
                is_internal: false,
                description: application.description,
                // On the first tile of an application only: the badge's element has one id.
                badge: connector.and_then(|id| badges.remove(&id)).unwrap_or_default(),
                service,
                name: application.name,
            };
            let heading = match (&application.category, application.family) {
                (Some(category), _) => category.clone(),
                (None, family) => family_key(family).map_or_else(|| other.clone(), |key| words.t(key)),
            };
            add(&mut categories, &heading, tile);
        }
        if self.legal.is_some_and(|rules| !rules.tenants(session).is_empty()) {
            categories_with_deadlines(&mut categories, &other, words);
        }
        let [(_, todo_badge), (_, todo_shortcut_badge)] = todo_badges(words, todo);
        let mut launcher = Launcher {
            categories,
            note,
            todo_badge,
            todo_shortcut_badge,
            view: choices.view,
            ..Launcher::default()
        };
        launcher.arrange(choices);
        launcher
    }

    /// Every application once, with its connector: those that a portal grants, then those of the operator's file.
    fn applications(
        &self,
        tenant: &TenantId,
        granted: Vec<Application>,
    ) -> Vec<(Application, Option<ConnectorId>)> {
        let own = self.catalogue.get(tenant).cloned().unwrap_or_default();
        let mut known: BTreeSet<Url> = BTreeSet::new();
        let mut all = Vec::new();
        // The portal's own entry of an application comes before ours of the same page.
        for application in granted.into_iter().chain(own) {
            if !known.insert(application.url.clone()) {
                continue;
            }
            let at_origin = || self.connectors.at_origin(tenant, &application.url);
            let connector = application.connector.clone().or_else(at_origin);
            all.push((application, connector));
        }
        all
    }
}

impl Launcher {
    /// Moves what is pinned to the top, in its order, and finds what was opened last.
    fn arrange(&mut self, choices: &LauncherChoices) {
        let find = |launcher: &Self, key: &TileKey| launcher.tiles().find(|tile| tile.key == *key).cloned();
        self.recent = choices.recent.iter().filter_map(|key| find(self, key)).collect();
        for tile in &mut self.recent {
            tile.badge = String::new();
        }
        self.pinned = choices.pinned.iter().filter_map(|key| find(self, key)).collect();
        for category in &mut self.categories {
            category.tiles.retain(|tile| !choices.is_pinned(&tile.key));
        }
        self.categories.retain(|category| !category.tiles.is_empty());
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

/// Adds the legal calendar, which is a page of ours.
fn categories_with_deadlines(categories: &mut Vec<Category>, heading: &str, words: &Words) {
    let tile = Tile {
        key: TileKey::of_portal(legal::PAGE),
        tile: TileModel::of_portal("balance-scale"),
        url: legal::PAGE.to_owned(),
        is_internal: true,
        description: None,
        badge: String::new(),
        service: None,
        name: words.t("legal-title"),
    };
    add(categories, heading, tile);
}

/// The badges of the queue of things to do, in the launcher and among the shortcuts of a phone: the id of each element and its HTML.
#[must_use]
pub fn todo_badges(words: &Words, todo: &Todo) -> [(String, String); 2] {
    let total = todo.total();
    let count = badge_count(words, total, todo.at_least);
    let spoken = format!("{count} {}", words.count("todo-count", "count", total));
    let count = (total > 0).then_some(count);
    ["todo", "todo-shortcut"]
        .map(|place| (format!("badge-{place}"), badge_html(place, count.clone(), spoken.clone(), None)))
}

/// The badge of every connector on a board, or of one alone: the first number of its first card that has one, so that tile and card agree,
/// and what is wrong with its service.
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
            let state = ServiceState::new(cards, readings, &id).warning(words);
            let html = badge_html(id.as_str(), count, spoken, state);
            (id, html)
        })
        .collect()
}

fn badge_html(of: &str, count: Option<String>, words: String, state: Option<String>) -> String {
    Badge { id: format!("badge-{of}"), count, words, state }.render().unwrap_or_default()
}
