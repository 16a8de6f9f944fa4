//! How people arrange their launcher. It belongs to the link by which their person came, and ends with it.

use super::{Database, StorageError};
use async_trait::async_trait;
use pleiade_core::{LinkId, TenantId};

/// How people arrange their launcher, in each collectivité.
#[async_trait]
pub trait LauncherChoiceStorage: Send + Sync {
    /// The choices of a link in a collectivité, as JSON.
    async fn launcher_choices(&self, link: LinkId, tenant: &TenantId)
    -> Result<Option<String>, StorageError>;

    /// Keeps the choices of a link in a collectivité, in the place of those before.
    async fn put_launcher_choices(
        &self,
        link: LinkId,
        tenant: &TenantId,
        choices: &str,
    ) -> Result<(), StorageError>;
}

struct ChoicesRow {
    choices: String,
}
from_row!(ChoicesRow { choices });

#[async_trait]
impl LauncherChoiceStorage for Database {
    async fn launcher_choices(
        &self,
        link: LinkId,
        tenant: &TenantId,
    ) -> Result<Option<String>, StorageError> {
        let row: Option<ChoicesRow> = self
            .query(sql!(launcher_choices, "launcher_choices"))
            .bind(link.0)
            .bind(tenant.as_str())
            .fetch_optional()
            .await?;
        Ok(row.map(|row| row.choices))
    }

    async fn put_launcher_choices(
        &self,
        link: LinkId,
        tenant: &TenantId,
        choices: &str,
    ) -> Result<(), StorageError> {
        self.query(sql!(launcher_choices, "put_launcher_choices"))
            .bind(link.0)
            .bind(tenant.as_str())
            .bind(choices)
            .execute()
            .await?;
        Ok(())
    }
}
