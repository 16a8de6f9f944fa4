//! The menus that portals grant.

use super::{
    Database, StorageError,
    columns::{instant, millis},
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::LinkId;

/// The last menu that a portal granted to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMenu {
    /// Its entries, in order, as JSON.
    pub applications: String,
    /// When the portal gave it.
    pub fetched_at: DateTime<Utc>,
}

/// The menus that portals grant.
#[async_trait]
pub trait MenuStorage: Send + Sync {
    /// The last menu that a portal granted to the subject of a link.
    async fn menu(&self, link: LinkId) -> Result<Option<StoredMenu>, StorageError>;

    /// Keeps the menu that a portal granted to the subject of a link, in the place of the one before.
    async fn put_menu(&self, link: LinkId, menu: &StoredMenu) -> Result<(), StorageError>;
}

struct MenuRow {
    applications: String,
    fetched_at: i64,
}
from_row!(MenuRow { applications, fetched_at });

impl TryFrom<MenuRow> for StoredMenu {
    type Error = StorageError;
    fn try_from(row: MenuRow) -> Result<Self, StorageError> {
        Ok(Self { applications: row.applications, fetched_at: instant(row.fetched_at)? })
    }
}

#[async_trait]
impl MenuStorage for Database {
    async fn menu(&self, link: LinkId) -> Result<Option<StoredMenu>, StorageError> {
        self.query(sql!(menus, "menu")).bind(link.0).fetch_value::<MenuRow, _>().await
    }

    async fn put_menu(&self, link: LinkId, menu: &StoredMenu) -> Result<(), StorageError> {
        self.query(sql!(menus, "put_menu"))
            .bind(link.0)
            .bind(&menu.applications)
            .bind(millis(menu.fetched_at))
            .execute()
            .await?;
        Ok(())
    }
}
