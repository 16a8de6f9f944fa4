//! The statements of an upgrade. `audit` and `links` are those of schema 9.

use super::{
    Consent, HistoryLine, Keep, LINKS, LinkBefore, SchemaNineRows, SessionBefore, Upgrade, UpgradeStep,
    UpgradeStorage, conflicted, plan,
};
use crate::storage::{
    Database, SchemaState, StorageError,
    columns::{connector, from_json, instant, json, millis, name, source, subject, tenant},
    database::Connection,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::{Clock as _, IdentityId, SourceId, SystemClock, TenantId};
use std::collections::BTreeMap;

type Facts = BTreeMap<String, String>;

struct LinkRow {
    identity: i64,
    source: String,
    issuer: String,
    subject: String,
    disabled: bool,
    relies_on: Option<String>,
    rule: Option<String>,
    created_at: i64,
}
from_row!(LinkRow { identity, source, issuer, subject, disabled, relies_on, rule, created_at });

impl TryFrom<LinkRow> for LinkBefore {
    type Error = StorageError;
    fn try_from(row: LinkRow) -> Result<Self, StorageError> {
        Ok(Self {
            identity: IdentityId(row.identity),
            source: source(row.source)?,
            subject: subject(&row.issuer, &row.subject)?,
            disabled: row.disabled,
            relies_on: row.relies_on.map(source).transpose()?,
            rule: row.rule,
            created_at: instant(row.created_at)?,
        })
    }
}

struct HistoryRow {
    at: i64,
    event: String,
    actor: Option<i64>,
    source: Option<String>,
    facts: String,
}
from_row!(HistoryRow { at, event, actor, source, facts });

impl TryFrom<HistoryRow> for HistoryLine {
    type Error = StorageError;
    fn try_from(row: HistoryRow) -> Result<Self, StorageError> {
        Ok(Self {
            at: instant(row.at)?,
            event: row.event,
            actor: row.actor.map(IdentityId),
            source: row.source.map(source).transpose()?,
            facts: from_json(&row.facts, "audit facts")?,
        })
    }
}

/// The newest migration of the database; none when it is empty.
async fn newest_migration(connection: &mut Connection<'_>) -> Result<Option<i64>, StorageError> {
    let table = match connection {
        Connection::Sqlite(_) => sql!(upgrade, "migrations_table_sqlite"),
        Connection::Postgres(_) => sql!(upgrade, "migrations_table_postgres"),
    };
    match connection.query(table).fetch_optional::<(Option<String>,)>().await? {
        Some((Some(_),)) => {
            let (newest,): (Option<i64>,) =
                connection.query(sql!(upgrade, "newest_migration")).fetch_one().await?;
            Ok(newest)
        }
        _ => Ok(None),
    }
}

/// Reads the state of the schema. Changes nothing.
pub(in crate::storage) async fn schema_state(
    connection: &mut Connection<'_>,
) -> Result<SchemaState, StorageError> {
    let newest = newest_migration(connection).await?;
    let state = SchemaState::from_newest(newest)?;
    if state == SchemaState::Current {
        let left: Option<(String,)> = connection
            .query(sql!(upgrade, "step"))
            .bind(UpgradeStep::SealByLink.name())
            .fetch_optional()
            .await?;
        return Ok(if left.is_some() { SchemaState::Older } else { state });
    }
    if state == SchemaState::Older && newest < Some(LINKS) {
        let (conflicts,): (i64,) = connection.query(sql!(upgrade, "count_conflicts")).fetch_one().await?;
        if let Some(conflicts) = u64::try_from(conflicts).ok().filter(|count| *count > 0) {
            return Ok(SchemaState::NeedsCommand { conflicts });
        }
    }
    Ok(state)
}

async fn read_before(connection: &mut Connection<'_>) -> Result<SchemaNineRows, StorageError> {
    let links = connection.query(sql!(upgrade, "links")).fetch_values::<LinkRow, _>().await?;
    let mut before = SchemaNineRows { links, ..SchemaNineRows::default() };
    let sign_ins: Vec<(i64, String, String, i64)> =
        connection.query(sql!(upgrade, "sign_ins")).fetch_all().await?;
    for (person, by, facts, at) in sign_ins {
        let facts: Facts = from_json(&facts, "audit facts")?;
        let Some(handle) = facts.get("subject") else { continue };
        let at = instant(at)?;
        let key = (IdentityId(person), source(by)?, handle.clone());
        let last = before.sign_ins.entry(key).or_insert(at);
        *last = at.max(*last);
    }
    let sessions: Vec<(i64, String, String, String, i64)> =
        connection.query(sql!(upgrade, "sessions")).fetch_all().await?;
    for (identity, by, issuer, id, seen) in sessions {
        before.sessions.push(SessionBefore {
            identity: IdentityId(identity),
            source: source(by)?,
            subject: subject(&issuer, &id)?,
            last_seen_at: instant(seen)?,
        });
    }
    let linked_accounts: Vec<(String, i64, String)> =
        connection.query(sql!(upgrade, "linked_accounts")).fetch_all().await?;
    for (at, person, to) in linked_accounts {
        before.linked_accounts.push((tenant(at)?, IdentityId(person), connector(to)?));
    }
    let delegations: Vec<(i64, String, i64, i64)> =
        connection.query(sql!(upgrade, "delegations")).fetch_all().await?;
    for (id, at, giver, receiver) in delegations {
        before.delegations.push((id, tenant(at)?, IdentityId(giver), IdentityId(receiver)));
    }
    let described: Vec<(i64, String, String, String)> =
        connection.query(sql!(upgrade, "directory_people")).fetch_all().await?;
    for (person, by, issuer, id) in described {
        before.described.push((IdentityId(person), source(by)?, subject(&issuer, &id)?));
    }
    for person in conflicted(&before.links) {
        let history = connection.query(sql!(upgrade, "history")).bind(person.0);
        before.history.insert(person, history.fetch_values::<HistoryRow, _>().await?);
    }
    Ok(before)
}

/// Closes what the plan says, and leaves what the migration has to know.
async fn prepare(
    connection: &mut Connection<'_>,
    upgrade: &Upgrade,
    at: DateTime<Utc>,
) -> Result<(), StorageError> {
    for line in upgrade.lines(at) {
        // An upgrade writes into schema 9, whose log has no columns for links and names.
        connection
            .query(sql!(upgrade, "append_audit"))
            .bind(millis(line.at))
            .bind(line.tenant.as_ref().map(TenantId::as_str))
            .bind(name(&line.event)?)
            .bind(line.actor.map(|party| party.person.0))
            .bind(line.person.map(|party| party.person.0))
            .bind(line.source.as_ref().map(SourceId::as_str))
            .bind(json(&line.facts)?)
            .execute()
            .await?;
    }
    for table in [sql!(upgrade, "conflicts_table"), sql!(upgrade, "names_table")] {
        connection.query(table).execute().await?;
    }
    for conflict in &upgrade.conflicts {
        connection
            .query(sql!(upgrade, "note_conflict"))
            .bind(conflict.person.0)
            .bind(conflict.source.as_str())
            .execute()
            .await?;
        for link in &conflict.closes {
            for statement in [sql!(upgrade, "close_link"), sql!(upgrade, "close_account")] {
                connection
                    .query(statement)
                    .bind(conflict.source.as_str())
                    .bind(link.subject.issuer())
                    .bind(link.subject.id())
                    .execute()
                    .await?;
            }
        }
    }
    for (person, source, subject) in &upgrade.names {
        connection
            .query(sql!(upgrade, "note_names"))
            .bind(person.0)
            .bind(source.as_str())
            .bind(subject.issuer())
            .bind(subject.id())
            .execute()
            .await?;
    }
    Ok(())
}

/// Goes as far as the schema of people, and says what the step to links would close. None for a database that is empty, or past that step.
pub(in crate::storage) async fn planned(
    connection: &mut Connection<'_>,
    keep: &[Keep],
) -> Result<Option<Upgrade>, StorageError> {
    let found = newest_migration(connection).await?;
    SchemaState::from_newest(found)?;
    if found.is_none_or(|found| found >= LINKS) {
        return Ok(None);
    }
    connection.migrate(Some(LINKS - 1)).await?;
    let before = read_before(connection).await?;
    plan(&before, keep).map(Some).map_err(|person| StorageError::NoSuchLink { person: person.0 })
}

/// Brings the schema up to date, within a transaction that the caller commits.
pub(in crate::storage) async fn bring_up_to_date(
    connection: &mut Connection<'_>,
    consent: Consent<'_>,
) -> Result<Option<Upgrade>, StorageError> {
    let upgrade = planned(connection, consent.chosen()).await?;
    if let Some(upgrade) = &upgrade {
        let conflicts = upgrade.conflicts.len();
        if conflicts > 0 && consent == Consent::Nobody {
            return Err(StorageError::UpgradeNeeded { conflicts });
        }
        // The system's clock, as the migration takes the database's.
        prepare(connection, upgrade, SystemClock::default().now()).await?;
    }
    connection.migrate(None).await?;
    Ok(upgrade)
}

#[async_trait]
impl UpgradeStorage for Database {
    async fn upgrade_step(&self, step: UpgradeStep) -> Result<bool, StorageError> {
        let found: Option<(String,)> =
            self.query(sql!(upgrade, "step")).bind(step.name()).fetch_optional().await?;
        Ok(found.is_some())
    }

    async fn end_upgrade_step(&self, step: UpgradeStep) -> Result<(), StorageError> {
        self.query(sql!(upgrade, "end_step")).bind(step.name()).execute().await?;
        Ok(())
    }

    async fn factor_sealed_for(&self, factor: i64) -> Result<Option<IdentityId>, StorageError> {
        let found: Option<(i64,)> =
            self.query(sql!(upgrade, "factor_sealed_for")).bind(factor).fetch_optional().await?;
        Ok(found.map(|(person,)| IdentityId(person)))
    }
}
