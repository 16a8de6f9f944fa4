//! Searching in the files of a person.

use super::sessions::Shared;
use crate::kit::content::plain;
use async_trait::async_trait;
use pleiade_core::{CallContext, ConnectorError, ContentSearch, Found, FoundKind, SearchQuery, Text};

#[async_trait]
impl ContentSearch for Shared {
    async fn search(&self, cx: &CallContext, query: &SearchQuery) -> Result<Vec<Found>, ConnectorError> {
        self.with_session(cx, |session| async move {
            let entries = session.api.search_files(query.text(), query.limit()).await?;
            let found = entries.items.iter().filter_map(|entry| {
                let link = session.api.links().own(&entry.resource_url)?;
                let mut found = Found::new(FoundKind::Document, Text::Plain(plain(&entry.title)), link);
                found.detail = Some(plain(&entry.subline)).filter(|text| !text.is_empty()).map(Text::Plain);
                Some(found)
            });
            Ok(found.take(query.limit()).collect())
        })
        .await
    }
}
