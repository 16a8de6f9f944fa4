//! Tasks that people put off. They belong to the link by which their person came, and end with it.

use super::{
    Database, StorageError,
    columns::{connector, tenant},
};
use async_trait::async_trait;
use chrono::NaiveDate;
use pleiade_connectors::queue::TaskKey;
use pleiade_core::LinkId;

/// Tasks that a link has put off at most; those that come back soonest are dropped first, which shows them.
pub const MAX_SNOOZED_TASKS: u32 = 500;

/// Tasks that people put off until the beginning of a day where they live.
#[async_trait]
pub trait SnoozedTaskStorage: Send + Sync {
    /// Those of a link that are still put off on this day, the next to come back first.
    async fn snoozed_tasks(
        &self,
        link: LinkId,
        today: NaiveDate,
    ) -> Result<Vec<(TaskKey, NaiveDate)>, StorageError>;

    /// Puts a task off, or off until another day. What is past on this day is dropped.
    async fn snooze_task(
        &self,
        link: LinkId,
        task: &TaskKey,
        until: NaiveDate,
        today: NaiveDate,
    ) -> Result<(), StorageError>;

    /// Shows a task again. Does nothing when it is not put off.
    async fn wake_task(&self, link: LinkId, task: &TaskKey) -> Result<(), StorageError>;
}

struct SnoozedTaskRow {
    tenant: String,
    connector: String,
    task: String,
    until_day: String,
}
from_row!(SnoozedTaskRow { tenant, connector, task, until_day });

impl TryFrom<SnoozedTaskRow> for (TaskKey, NaiveDate) {
    type Error = StorageError;
    fn try_from(row: SnoozedTaskRow) -> Result<Self, StorageError> {
        let until = row.until_day.parse().map_err(|_| StorageError::Corrupt("a day"))?;
        let key = TaskKey::new(tenant(row.tenant)?, connector(row.connector)?, row.task);
        Ok((key, until))
    }
}

#[async_trait]
impl SnoozedTaskStorage for Database {
    async fn snoozed_tasks(
        &self,
        link: LinkId,
        today: NaiveDate,
    ) -> Result<Vec<(TaskKey, NaiveDate)>, StorageError> {
        let rows: Vec<SnoozedTaskRow> = self
            .query(sql!(snoozed_tasks, "snoozed_tasks"))
            .bind(link.0)
            .bind(today.to_string())
            .fetch_all()
            .await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    async fn snooze_task(
        &self,
        link: LinkId,
        task: &TaskKey,
        until: NaiveDate,
        today: NaiveDate,
    ) -> Result<(), StorageError> {
        self.query(sql!(snoozed_tasks, "drop_past_snoozes"))
            .bind(link.0)
            .bind(today.to_string())
            .execute()
            .await?;
        self.query(sql!(snoozed_tasks, "snooze_task"))
            .bind(link.0)
            .bind(task.tenant.as_str())
            .bind(task.connector.as_str())
            .bind(&task.id)
            .bind(until.to_string())
            .execute()
            .await?;
        self.query(sql!(snoozed_tasks, "drop_extra_snoozes"))
            .bind(link.0)
            .bind(i64::from(MAX_SNOOZED_TASKS))
            .execute()
            .await?;
        Ok(())
    }

    async fn wake_task(&self, link: LinkId, task: &TaskKey) -> Result<(), StorageError> {
        self.query(sql!(snoozed_tasks, "wake_task"))
            .bind(link.0)
            .bind(task.tenant.as_str())
            .bind(task.connector.as_str())
            .bind(&task.id)
            .execute()
            .await?;
        Ok(())
    }
}
