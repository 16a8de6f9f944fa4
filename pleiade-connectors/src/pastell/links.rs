//! Addresses that people open.

use super::client::EntityId;
use crate::http::HttpClient;
use pleiade_core::{ConnectorError, Transport};
use std::sync::Arc;
use url::Url;

/// Builds links to the pages of one platform. What an answer names stands in queries alone, encoded: no link leads anywhere else.
#[derive(Debug, Clone)]
pub struct Links(HttpClient);

impl Links {
    /// Links of the platform that people open at `public`.
    ///
    /// # Errors
    /// [`BadConfiguration`](pleiade_core::ErrorKind::BadConfiguration) when it is not a plain `http` or `https` address.
    pub fn new(public: &Url, transport: Arc<dyn Transport>) -> Result<Self, ConnectorError> {
        HttpClient::new(public, transport).map(Self)
    }

    fn page(&self, page: [&str; 2], query: &[(&str, &str)]) -> Url {
        self.0.url(&page, query)
    }

    /// The home page.
    #[must_use]
    pub fn home(&self) -> Url {
        self.0.base().clone()
    }

    /// A person's own account, with its tokens.
    #[must_use]
    pub fn account(&self) -> Url {
        self.page(["Utilisateur", "moi"], &[])
    }

    /// All documents of an entity.
    #[must_use]
    pub fn entity(&self, entity: EntityId) -> Url {
        self.page(["Document", "index"], &[("id_e", &entity.to_string())])
    }

    /// The documents of a flow in an entity.
    #[must_use]
    pub fn flow(&self, entity: EntityId, flow: &str) -> Url {
        self.page(["Document", "list"], &[("id_e", &entity.to_string()), ("type", flow)])
    }

    /// The page that makes a new document of a flow in an entity.
    #[must_use]
    pub fn new_document(&self, entity: EntityId, flow: &str) -> Url {
        self.page(["Document", "new"], &[("id_e", &entity.to_string()), ("type", flow)])
    }

    /// One document.
    #[must_use]
    pub fn document(&self, entity: EntityId, document: &str) -> Url {
        self.page(["Document", "detail"], &[("id_d", document), ("id_e", &entity.to_string())])
    }

    /// The form of a document that is being written.
    #[must_use]
    pub fn edit(&self, entity: EntityId, document: &str) -> Url {
        self.page(["Document", "edition"], &[("id_d", document), ("id_e", &entity.to_string())])
    }

    /// The page that asks whether to delete a document. The action is spelt so.
    #[must_use]
    pub fn delete(&self, entity: EntityId, document: &str) -> Url {
        let query = [("id_d", document), ("id_e", &entity.to_string()), ("action", "supression")];
        self.page(["Document", "warning"], &query)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pleiade_testkit::NeverAnswers;

    #[test]
    fn pages_of_the_platform() {
        let base = "https://pastell.example/flux/".parse().unwrap();
        let links = Links::new(&base, Arc::new(NeverAnswers)).unwrap();
        let entity = EntityId(12);
        let at = |url: Url| url.as_str().trim_start_matches("https://pastell.example/flux/").to_owned();
        assert_eq!(at(links.document(entity, "dqZx7Ab")), "Document/detail?id_d=dqZx7Ab&id_e=12");
        assert_eq!(at(links.edit(entity, "dqZx7Ab")), "Document/edition?id_d=dqZx7Ab&id_e=12");
        assert_eq!(
            at(links.delete(entity, "dqZx7Ab")),
            "Document/warning?id_d=dqZx7Ab&id_e=12&action=supression"
        );
        assert_eq!(at(links.new_document(entity, "ls-helios")), "Document/new?id_e=12&type=ls-helios");
        assert_eq!(at(links.entity(entity)), "Document/index?id_e=12");
        assert_eq!(at(links.flow(entity, "a&b=c")), "Document/list?id_e=12&type=a%26b%3Dc");
        assert_eq!(at(links.account()), "Utilisateur/moi");
    }
}
