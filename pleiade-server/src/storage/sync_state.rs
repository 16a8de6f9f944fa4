//! The state of the synchronisation of a directory, and its runs.

use super::{
    Database, StorageError,
    columns::{from_name, instant, millis, name, source},
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::SourceId;
use serde::{Deserialize, Serialize};

/// The state of the passes of a source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DirectoryState {
    /// The point to go on from.
    pub cursor: Option<String>,
    /// The mapping that was in force.
    pub mapping: Option<Vec<u8>>,
    /// When changes were last written, or found to be none; none before the first.
    pub applied_at: Option<DateTime<Utc>>,
    /// When it was last asked, whatever came of it.
    pub read_at: Option<DateTime<Utc>>,
    /// When everybody was last read and written.
    pub full_at: Option<DateTime<Utc>>,
}

/// The point from which a source's next pass goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DirectoryProgress {
    /// The cursor that the directory gave; it says itself which of its servers it belongs to.
    pub cursor: Option<String>,
    /// A digest of the mapping in force: another one needs everybody again.
    pub mapping: Vec<u8>,
    /// True if everybody was read.
    pub full: bool,
}

/// The end of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RunOutcome {
    /// The changes were written.
    Applied,
    /// Nothing had changed.
    Unchanged,
    /// Nothing was written, as asked.
    Simulated,
    /// Nothing was written: somebody must decide.
    Held,
    /// Nothing was written: what came cannot be the truth.
    Refused,
    /// The directory did not answer as it should.
    Failed,
}

/// A run to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDirectoryRun {
    /// The directory that was read.
    pub source: SourceId,
    /// The moment when the run began.
    pub started_at: DateTime<Utc>,
    /// The moment when it ended.
    pub ended_at: DateTime<Utc>,
    /// What became of it.
    pub outcome: RunOutcome,
    /// Its report, as JSON, bounded by who writes it.
    pub report: String,
}

/// A run as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryRun {
    /// The number of the run: a later one has a greater.
    pub id: i64,
    /// The run itself.
    pub run: NewDirectoryRun,
}

/// Runs kept of each source.
pub const MAX_RUNS: u32 = 200;

/// The state of the synchronisation of directories.
#[async_trait]
pub trait SyncStateStorage: Send + Sync {
    /// The state of the passes of a source.
    async fn directory_state(&self, source: &SourceId) -> Result<DirectoryState, StorageError>;

    /// Takes a source for oneself until `until`, or longer when it is one's own already. False while another holds it.
    async fn lease_directory(
        &self,
        source: &SourceId,
        holder: &str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<bool, StorageError>;

    /// Lets go of a source, which was asked at `read_at`.
    async fn release_directory(
        &self,
        source: &SourceId,
        holder: &str,
        read_at: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// Keeps a run; the oldest beyond [`MAX_RUNS`] of its source are dropped.
    async fn append_run(&self, run: &NewDirectoryRun) -> Result<i64, StorageError>;

    /// The runs of a source, newest first.
    async fn runs(&self, source: &SourceId, limit: u32) -> Result<Vec<DirectoryRun>, StorageError>;
}

struct StateRow {
    cursor: Option<String>,
    mapping: Option<Vec<u8>>,
    applied_at: Option<i64>,
    read_at: Option<i64>,
    full_at: Option<i64>,
}
from_row!(StateRow { cursor, mapping, applied_at, read_at, full_at });

impl TryFrom<StateRow> for DirectoryState {
    type Error = StorageError;
    fn try_from(row: StateRow) -> Result<Self, StorageError> {
        Ok(Self {
            cursor: row.cursor,
            mapping: row.mapping,
            applied_at: row.applied_at.map(instant).transpose()?,
            read_at: row.read_at.map(instant).transpose()?,
            full_at: row.full_at.map(instant).transpose()?,
        })
    }
}

struct RunRow {
    id: i64,
    source: String,
    started_at: i64,
    ended_at: i64,
    outcome: String,
    report: String,
}
from_row!(RunRow { id, source, started_at, ended_at, outcome, report });

impl TryFrom<RunRow> for DirectoryRun {
    type Error = StorageError;
    fn try_from(row: RunRow) -> Result<Self, StorageError> {
        let run = NewDirectoryRun {
            source: source(row.source)?,
            started_at: instant(row.started_at)?,
            ended_at: instant(row.ended_at)?,
            outcome: from_name(&row.outcome, "the outcome of a run")?,
            report: row.report,
        };
        Ok(Self { id: row.id, run })
    }
}

/// Notes where the next pass of a source goes on.
pub(super) async fn keep_progress(
    database: &Database,
    source: &SourceId,
    progress: &DirectoryProgress,
    at: DateTime<Utc>,
) -> Result<(), StorageError> {
    let at = millis(at);
    database
        .query(sql!(sync_state, "keep_progress"))
        .bind(source.as_str())
        .bind(&progress.cursor)
        .bind(&progress.mapping)
        .bind(at)
        .bind(progress.full.then_some(at))
        .execute()
        .await?;
    Ok(())
}

#[async_trait]
impl SyncStateStorage for Database {
    async fn directory_state(&self, source: &SourceId) -> Result<DirectoryState, StorageError> {
        let row: Option<StateRow> =
            self.query(sql!(sync_state, "directory_state")).bind(source.as_str()).fetch_optional().await?;
        row.map_or_else(|| Ok(DirectoryState::default()), TryInto::try_into)
    }

    async fn lease_directory(
        &self,
        source: &SourceId,
        holder: &str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        self.query(sql!(sync_state, "lease_directory"))
            .bind(source.as_str())
            .bind(holder)
            .bind(millis(now))
            .bind(millis(until))
            .changed()
            .await
    }

    async fn release_directory(
        &self,
        source: &SourceId,
        holder: &str,
        read_at: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        self.query(sql!(sync_state, "release_directory"))
            .bind(source.as_str())
            .bind(holder)
            .bind(millis(read_at))
            .execute()
            .await?;
        Ok(())
    }

    async fn append_run(&self, run: &NewDirectoryRun) -> Result<i64, StorageError> {
        let (id,): (i64,) = self
            .query(sql!(sync_state, "append_run"))
            .bind(run.source.as_str())
            .bind(millis(run.started_at))
            .bind(millis(run.ended_at))
            .bind(name(&run.outcome)?)
            .bind(&run.report)
            .fetch_one()
            .await?;
        self.query(sql!(sync_state, "trim_runs"))
            .bind(run.source.as_str())
            .bind(i64::from(MAX_RUNS))
            .execute()
            .await?;
        Ok(id)
    }

    async fn runs(&self, source: &SourceId, limit: u32) -> Result<Vec<DirectoryRun>, StorageError> {
        self.query(sql!(sync_state, "runs"))
            .bind(source.as_str())
            .bind(i64::from(limit))
            .fetch_values::<RunRow, _>()
            .await
    }
}
