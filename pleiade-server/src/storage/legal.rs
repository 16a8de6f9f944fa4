//! The legal deadlines of collectivités: what each says of itself, the dates that it entered, and what was dismissed for it.

use super::{
    Database, StorageError,
    columns::{from_json, instant, json, millis},
};
use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use pleiade_connectors::legal::{Collectivite, KnownDate};
use pleiade_core::{IdentityId, TenantId};

/// Dates, and dismissals, that are kept for a collectivité at most. No date is dropped for another: one that is long past may still give a
/// deadline. Of dismissals the earliest is, and what it had dismissed is told again.
pub const MAX_LEGAL_ROWS: u32 = 500;

/// The day of a rule that binds a collectivité: the date that the deadline precedes or follows, or its last day.
pub type DeadlineKey = (String, NaiveDate);

/// A deadline that was dismissed for a collectivité.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dismissal {
    /// The rule, and the date to which it was applied.
    pub deadline: DeadlineKey,
    /// What it said then.
    pub line: String,
    /// Why, in the words of who did it.
    pub reason: String,
    /// Who did it; none once they are forgotten.
    pub person: Option<IdentityId>,
    /// When.
    pub dismissed_at: DateTime<Utc>,
}

/// What is known of a collectivité.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LegalRecord {
    /// What it says of itself.
    pub facts: Collectivite,
    /// The dates that it entered, in order.
    pub dates: Vec<KnownDate>,
    /// What was dismissed, the last first.
    pub dismissals: Vec<Dismissal>,
}

/// The legal deadlines of collectivités.
#[async_trait]
pub trait LegalStorage: Send + Sync {
    /// What is known of a collectivité; nothing, as long as nobody said anything.
    async fn legal_record(&self, tenant: &TenantId) -> Result<LegalRecord, StorageError>;

    /// Replaces what a collectivité says of itself.
    async fn set_legal_facts(&self, tenant: &TenantId, facts: &Collectivite) -> Result<(), StorageError>;

    /// Enters a date, or says of one that it is ready; entered again, it stays so. False, and nothing is entered, when there are
    /// [`MAX_LEGAL_ROWS`] others.
    async fn put_legal_date(&self, tenant: &TenantId, date: &KnownDate) -> Result<bool, StorageError>;

    /// Forgets a date. False when it is not there.
    async fn drop_legal_date(
        &self,
        tenant: &TenantId,
        kind: &str,
        day: NaiveDate,
    ) -> Result<bool, StorageError>;

    /// Dismisses a deadline. False when it was already: its first reason stays.
    async fn dismiss_deadline(&self, tenant: &TenantId, dismissal: &Dismissal) -> Result<bool, StorageError>;

    /// Tells a deadline again. False when it was not dismissed.
    async fn restore_deadline(&self, tenant: &TenantId, deadline: &DeadlineKey)
    -> Result<bool, StorageError>;
}

struct DateRow {
    kind: String,
    day: String,
    is_ready: bool,
}
from_row!(DateRow { kind, day, is_ready });

fn day(text: &str) -> Result<NaiveDate, StorageError> {
    text.parse().map_err(|_| StorageError::Corrupt("a day"))
}

impl TryFrom<DateRow> for KnownDate {
    type Error = StorageError;
    fn try_from(row: DateRow) -> Result<Self, StorageError> {
        Ok(Self::new(row.kind, day(&row.day)?).with_ready(row.is_ready))
    }
}

struct DismissalRow {
    rule: String,
    day: String,
    line: String,
    reason: String,
    person: Option<i64>,
    dismissed_at: i64,
}
from_row!(DismissalRow { rule, day, line, reason, person, dismissed_at });

impl TryFrom<DismissalRow> for Dismissal {
    type Error = StorageError;
    fn try_from(row: DismissalRow) -> Result<Self, StorageError> {
        Ok(Self {
            deadline: (row.rule, day(&row.day)?),
            line: row.line,
            reason: row.reason,
            person: row.person.map(IdentityId),
            dismissed_at: instant(row.dismissed_at)?,
        })
    }
}

#[async_trait]
impl LegalStorage for Database {
    async fn legal_record(&self, tenant: &TenantId) -> Result<LegalRecord, StorageError> {
        let facts: Vec<(String,)> =
            self.query(sql!(legal, "legal_facts")).bind(tenant.as_str()).fetch_all().await?;
        let dates: Vec<DateRow> =
            self.query(sql!(legal, "legal_dates")).bind(tenant.as_str()).fetch_all().await?;
        let dismissals: Vec<DismissalRow> =
            self.query(sql!(legal, "legal_dismissals")).bind(tenant.as_str()).fetch_all().await?;
        let facts = facts.first().map(|(text,)| from_json(text, "the facts of a collectivité"));
        Ok(LegalRecord {
            facts: facts.transpose()?.unwrap_or_default(),
            dates: dates.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?,
            dismissals: dismissals.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?,
        })
    }

    async fn set_legal_facts(&self, tenant: &TenantId, facts: &Collectivite) -> Result<(), StorageError> {
        self.query(sql!(legal, "set_legal_facts")).bind(tenant.as_str()).bind(json(facts)?).execute().await?;
        Ok(())
    }

    async fn put_legal_date(&self, tenant: &TenantId, date: &KnownDate) -> Result<bool, StorageError> {
        self.query(sql!(legal, "put_legal_date"))
            .bind(tenant.as_str())
            .bind(&date.kind)
            .bind(date.day.to_string())
            .bind(date.is_ready)
            .bind(i64::from(MAX_LEGAL_ROWS))
            .changed()
            .await
    }

    async fn drop_legal_date(
        &self,
        tenant: &TenantId,
        kind: &str,
        day: NaiveDate,
    ) -> Result<bool, StorageError> {
        self.query(sql!(legal, "drop_legal_date"))
            .bind(tenant.as_str())
            .bind(kind)
            .bind(day.to_string())
            .changed()
            .await
    }

    async fn dismiss_deadline(&self, tenant: &TenantId, dismissal: &Dismissal) -> Result<bool, StorageError> {
        let (rule, day) = &dismissal.deadline;
        let is_new = self
            .query(sql!(legal, "dismiss_deadline"))
            .bind(tenant.as_str())
            .bind(rule)
            .bind(day.to_string())
            .bind(&dismissal.line)
            .bind(&dismissal.reason)
            .bind(dismissal.person.map(|person| person.0))
            .bind(millis(dismissal.dismissed_at))
            .changed()
            .await?;
        self.query(sql!(legal, "drop_past_dismissals"))
            .bind(tenant.as_str())
            .bind(i64::from(MAX_LEGAL_ROWS))
            .execute()
            .await?;
        Ok(is_new)
    }

    async fn restore_deadline(
        &self,
        tenant: &TenantId,
        (rule, day): &DeadlineKey,
    ) -> Result<bool, StorageError> {
        self.query(sql!(legal, "restore_deadline"))
            .bind(tenant.as_str())
            .bind(rule)
            .bind(day.to_string())
            .changed()
            .await
    }
}
