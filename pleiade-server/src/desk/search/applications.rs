//! The applications that search themselves, each asked with the person's own credential.

use super::{
    known::MAX_RESULTS,
    results::{ResultGroup, SearchResult},
};
use crate::{
    app::App,
    connectors::call_within,
    desk::{own_cards::OwnCards, service::failure_key, tile::TileModel},
    web::{href, page::Page},
};
use futures_util::future::join_all;
use pleiade_core::{CallContext, Connector, ConnectorError, ConnectorId, ErrorKind, Found, SearchQuery};
use std::{sync::Arc, time::Duration};

/// The longest that an application is waited for, a page without a script included; what has not answered by then is named. A form is completed even where
/// its browser is gone, so this is also how long a search that nobody waits for any more goes on.
const DEADLINE: Duration = Duration::from_secs(3);

/// An application that can search.
#[derive(Clone)]
pub(super) struct Searchable {
    connector: Arc<dyn Connector>,
    context: CallContext,
}

/// The applications on somebody's board, where they act, that can search.
pub(super) fn searchable(own: &OwnCards) -> Vec<Searchable> {
    let mut found: Vec<Searchable> = Vec::new();
    for card in &own.cards {
        let connector = &card.call.connector;
        let known = found.iter().any(|known| known.id() == &connector.descriptor().id);
        if connector.search().is_some() && !known {
            found.push(Searchable { connector: connector.clone(), context: card.call.context.clone() });
        }
    }
    found
}

/// Asks every one of them, and waits for none longer than a page may.
pub(super) async fn search_all(
    app: &App,
    page: &Page,
    all: &[Searchable],
    query: &SearchQuery,
) -> Vec<ResultGroup> {
    join_all(all.iter().map(|one| one.search(app, page, query))).await
}

impl Searchable {
    pub(super) fn id(&self) -> &ConnectorId {
        &self.connector.descriptor().id
    }

    pub(super) fn name(&self) -> &str {
        &self.connector.descriptor().name
    }

    /// What it finds, or why it found nothing.
    pub(super) async fn search(&self, app: &App, page: &Page, query: &SearchQuery) -> ResultGroup {
        let connector = self.connector.descriptor();
        let mut group = ResultGroup {
            id: format!("search-{}", connector.id),
            title: connector.name.clone(),
            ..ResultGroup::default()
        };
        match self.ask(app, query).await {
            Ok(found) => {
                let tile = TileModel::of_connector(connector);
                group.results = found
                    .into_iter()
                    .take(MAX_RESULTS)
                    .filter_map(|found| {
                        let when = found.when.map(|at| page.words.event_time(at));
                        let detail = [found.detail.map(|text| page.words.text(&text)), when];
                        Some(SearchResult {
                            tile: tile.clone(),
                            title: page.words.text(&found.title),
                            detail: detail.into_iter().flatten().collect::<Vec<_>>().join(" · "),
                            href: Some(href(&found.link)?),
                            is_internal: false,
                            action: None,
                        })
                    })
                    .collect();
            }
            Err(error) => group.note = Some(page.words.t(failure_key(error.kind()))),
        }
        group
    }

    async fn ask(&self, app: &App, query: &SearchQuery) -> Result<Vec<Found>, ConnectorError> {
        const OPERATION: &str = "search";
        let Some(search) = self.connector.search() else {
            return Err(ConnectorError::new(ErrorKind::Unsupported, OPERATION));
        };
        // Whoever types fast asks often: what would wait is refused, and asked again by the next letter.
        let (tenant, link) = (&self.context.tenant.id, self.context.actor.identity.link);
        let Some(_place) = app.search_slots().begin(tenant, self.id(), link) else {
            return Err(ConnectorError::new(ErrorKind::RateLimited, OPERATION));
        };
        call_within(DEADLINE, self.id(), OPERATION, search.search(&self.context, query)).await
    }
}

/// The application of this name, if it is on the person's board and can search.
pub(super) fn find(own: &OwnCards, id: &ConnectorId) -> Option<Searchable> {
    searchable(own).into_iter().find(|one| one.id() == id)
}
