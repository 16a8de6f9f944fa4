//! What answers at once, from memory and from the directory.

use super::results::{ResultGroup, SearchResult};
use crate::{
    app::App,
    desk::{line::ActionModel, own_cards::OwnCards, snoozed::Snoozed, tile::TileModel},
    people::search::{PersonLine, find_people},
    session::Session,
    storage::StorageError,
    sync::fold,
    web::{href, page::Page, words::Words},
};
use pleiade_core::{Action, SearchQuery};
use std::{collections::BTreeSet, sync::Arc};

/// Answers of a kind at most: a search is for what is found at a glance.
pub(super) const MAX_RESULTS: usize = 6;

/// The words that are looked for, folded: each must begin a word of what is found.
pub(super) struct Wanted(Vec<String>);

impl Wanted {
    pub(super) fn new(query: &SearchQuery) -> Self {
        Self(fold(query.text()).split_whitespace().map(|word| format!(" {word}")).collect())
    }

    /// True if a text has all of the words, whatever the accents and the case.
    fn is_in(&self, text: &str) -> bool {
        let text = fold(text);
        !self.0.is_empty() && self.0.iter().all(|word| text.contains(word.as_str()))
    }
}

/// Looks for words in what is known of somebody.
pub(super) struct KnownSearch<'a> {
    pub(super) app: &'a App,
    pub(super) session: &'a Arc<Session>,
    pub(super) page: &'a Page,
    pub(super) own: &'a OwnCards,
    pub(super) snoozed: &'a Snoozed,
}

impl KnownSearch<'_> {
    fn words(&self) -> &Words {
        &self.page.words
    }

    /// Every group that has an answer.
    pub(super) async fn groups(&self, query: &SearchQuery) -> Result<Vec<ResultGroup>, StorageError> {
        let (wanted, words) = (Wanted::new(query), self.words());
        let tasks = self.tasks(&wanted);
        let queued: BTreeSet<String> = tasks.iter().filter_map(|task| task.href.clone()).collect();
        let groups = [
            ("applications", "applications", self.applications(&wanted)),
            ("actions", "search-actions", self.actions(&wanted)),
            ("tasks", "todo-title", tasks),
            ("lines", "search-lines", self.lines(&wanted, &queued)),
            ("people", "people", self.people(query).await?),
            ("pages", "search-pages", self.pages(&wanted)),
        ];
        let groups = groups.into_iter();
        Ok(groups
            .filter_map(|(id, title, results)| ResultGroup::with_results(id, words.t(title), results))
            .collect())
    }

    fn applications(&self, wanted: &Wanted) -> Vec<SearchResult> {
        let launcher = self.page.navigation.launcher();
        let tiles = launcher.into_iter().flat_map(|launcher| launcher.tiles());
        let found = tiles.filter(|tile| {
            wanted.is_in(&format!("{} {}", tile.name, tile.description.as_deref().unwrap_or_default()))
        });
        let result = |tile: &crate::desk::launcher::Tile| SearchResult {
            tile: tile.tile.clone(),
            title: tile.name.clone(),
            detail: tile.description.clone().unwrap_or_default(),
            href: Some(tile.url.clone()),
            is_internal: tile.is_internal,
            action: None,
        };
        found.take(MAX_RESULTS).map(result).collect()
    }

    /// The actions of whole cards, of the collectivité acted for.
    fn actions(&self, wanted: &Wanted) -> Vec<SearchResult> {
        let (words, tenant) = (self.words(), &self.session.actor.acting.tenant);
        let mut found = Vec::new();
        for (card, reading) in self.own.cards.iter().zip(&self.own.readings) {
            let connector = card.call.connector.descriptor();
            let actions = reading.value().into_iter().flat_map(|content| &content.actions);
            let matching = actions.filter(|action: &&Action| {
                wanted.is_in(&format!("{} {}", words.message(&action.label), connector.name))
            });
            for action in matching {
                let action = ActionModel::new(words, tenant, connector, action, "");
                let title = action.label.clone();
                let known = |known: &SearchResult| known.title == title && known.detail == connector.name;
                if found.iter().any(known) {
                    continue;
                }
                found.push(SearchResult {
                    tile: TileModel::of_connector(connector),
                    title,
                    detail: connector.name.clone(),
                    is_internal: action.internal,
                    href: action.href.clone(),
                    action: action.href.is_none().then_some(action),
                });
            }
        }
        found.truncate(MAX_RESULTS);
        found
    }

    /// Lines of the queue, over all collectivités.
    fn tasks(&self, wanted: &Wanted) -> Vec<SearchResult> {
        let todo = self.own.todo(self.app, self.session, self.words(), self.snoozed, usize::MAX);
        let lines = todo.lines.into_iter().map(|line| line.line);
        let found = lines.filter(|line| wanted.is_in(&format!("{} {}", line.title, line.detail)));
        let result = |line: crate::desk::line::LineModel| SearchResult {
            tile: line.tile.clone().unwrap_or_default(),
            detail: [line.tag.as_ref().map(|tag| tag.words.clone()), Some(line.detail.clone())]
                .into_iter()
                .flatten()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" · "),
            // A line without a page of its own stands on the page of tasks.
            is_internal: line.href.is_none(),
            href: Some(line.href.unwrap_or_else(|| "/tasks".to_owned())),
            title: line.title,
            action: None,
        };
        found.take(MAX_RESULTS).map(result).collect()
    }

    /// Lines of cards that no task told already: mails, files, rooms, news.
    fn lines(&self, wanted: &Wanted, queued: &BTreeSet<String>) -> Vec<SearchResult> {
        let words = self.words();
        let mut found: Vec<SearchResult> = Vec::new();
        for (card, reading) in self.own.all() {
            let connector = card.call.connector.descriptor();
            let tenant = self.app.tenants.by_id(card.tenant());
            let elsewhere = tenant.filter(|tenant| tenant.id != self.session.actor.acting.tenant);
            let items = reading.value().into_iter().flat_map(|content| &content.items);
            for item in items {
                let (title, detail) =
                    (words.text(&item.title), item.detail.as_ref().map(|text| words.text(text)));
                let text = format!("{title} {}", detail.as_deref().unwrap_or_default());
                let Some(address) = item.link.as_ref().and_then(href) else { continue };
                let known = queued.contains(&address)
                    || found.iter().any(|known| known.href.as_ref() == Some(&address));
                if known || !wanted.is_in(&text) {
                    continue;
                }
                let parts =
                    [Some(connector.name.clone()), detail, elsewhere.as_ref().map(|one| one.name.clone())];
                found.push(SearchResult {
                    tile: TileModel::of_connector(connector),
                    title,
                    detail: parts.into_iter().flatten().collect::<Vec<_>>().join(" · "),
                    href: Some(address),
                    is_internal: false,
                    action: None,
                });
                if found.len() == MAX_RESULTS {
                    return found;
                }
            }
        }
        found
    }

    /// Colleagues of the collectivité acted for.
    async fn people(&self, query: &SearchQuery) -> Result<Vec<SearchResult>, StorageError> {
        let tenant = &self.session.actor.acting.tenant;
        let found = find_people(&*self.app.storage, tenant, query.text()).await?;
        let lines = found.into_iter().take(MAX_RESULTS).map(|person| PersonLine::new(self.words(), person));
        let result = |person: PersonLine| SearchResult {
            tile: TileModel::of_portal("user"),
            href: person.mail.as_ref().map(|mail| format!("mailto:{mail}")),
            detail: [Some(person.detail), person.mail, person.telephone]
                .into_iter()
                .flatten()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" · "),
            title: person.name,
            is_internal: true,
            action: None,
        };
        Ok(lines.map(result).collect())
    }

    /// Pages of ours that the person may open.
    fn pages(&self, wanted: &Wanted) -> Vec<SearchResult> {
        let Some(person) = &self.page.person else { return Vec::new() };
        let ours = [
            ("/", "desk-title"),
            ("/tasks", "todo-title"),
            ("/applications", "applications"),
            ("/people", "people"),
            ("/help", "statement-help"),
            ("/accessibility", "statement-accessibility"),
            ("/data-protection", "statement-protection"),
        ];
        let deadlines = person.sees_deadlines.then_some((crate::legal::PAGE, "legal-title"));
        let sections = |sections: &'static [crate::web::page::Section]| {
            sections.iter().map(|section| (section.path, section.label))
        };
        let console = if person.administers { crate::console::SECTIONS } else { &[] };
        let all = ours
            .into_iter()
            .chain(deadlines)
            .chain(sections(crate::profile::SECTIONS))
            .chain(sections(console));
        let found =
            all.map(|(path, label)| (path, self.words().t(label))).filter(|(_, title)| wanted.is_in(title));
        let result = |(path, title): (&str, String)| SearchResult {
            tile: TileModel::of_portal("home"),
            title,
            detail: String::new(),
            href: Some(path.to_owned()),
            is_internal: true,
            action: None,
        };
        found.take(MAX_RESULTS).map(result).collect()
    }
}
