//! The statements of an upgrade, once for both engines. `audit` and `links` are those of schema 9.

/// Implements the upgrade for the engine whose `Connection` and migrations are in scope, and
/// [`UpgradeStorage`](super::UpgradeStorage) for a type with a field `pool`.
macro_rules! implement_upgrade {
    ($storage:ty, $migrations:path, $table:literal) => {
        /// The newest migration of the database; none when it is empty.
        async fn newest_migration(connection: &mut Connection) -> Result<Option<i64>, StorageError> {
            let known: Option<String> = query_scalar::<_, Option<String>>(sql!($table))
                .fetch_optional(&mut *connection)
                .await?
                .flatten();
            Ok(match known {
                Some(_) => query_scalar(sql!("newest_migration")).fetch_one(&mut *connection).await?,
                None => None,
            })
        }

        /// What the database would need, within a connection that has changed nothing.
        async fn schema_state(connection: &mut Connection) -> Result<SchemaState, StorageError> {
            let state = SchemaState::of(newest_migration(connection).await?)?;
            if state == SchemaState::Current {
                let left: Option<String> = query_scalar(sql!("upgrade/step"))
                    .bind($crate::storage::upgrade::UpgradeStep::SealByLink.name())
                    .fetch_optional(&mut *connection)
                    .await?;
                return Ok(if left.is_some() { SchemaState::Older } else { state });
            }
            if state == SchemaState::Older
                && newest_migration(connection).await? < Some($crate::storage::upgrade::LINKS)
            {
                let conflicts: i64 =
                    query_scalar(sql!("upgrade/count_conflicts")).fetch_one(&mut *connection).await?;
                if let Some(conflicts) = u64::try_from(conflicts).ok().filter(|count| *count > 0) {
                    return Ok(SchemaState::NeedsCommand { conflicts });
                }
            }
            Ok(state)
        }

        async fn read_before(
            connection: &mut Connection,
        ) -> Result<$crate::storage::upgrade::Before, StorageError> {
            use $crate::storage::rows::{from_json, instant, source, tenant};
            use $crate::storage::upgrade::{Before, HistoryLine, LinkBefore, SessionBefore};
            type Facts = std::collections::BTreeMap<String, String>;
            let subject = $crate::storage::linking::subject;
            let mut before = Before::default();
            let links: Vec<(i64, String, String, String, bool, Option<String>, Option<String>, i64)> =
                query_as(sql!("upgrade/links")).fetch_all(&mut *connection).await?;
            for (identity, from, issuer, id, disabled, relies_on, rule, created_at) in links {
                before.links.push(LinkBefore {
                    identity: IdentityId(identity),
                    source: source(from)?,
                    subject: subject(&issuer, &id)?,
                    disabled,
                    relies_on: relies_on.map(source).transpose()?,
                    rule,
                    created_at: instant(created_at)?,
                });
            }
            let sign_ins: Vec<(i64, String, String, i64)> =
                query_as(sql!("upgrade/sign_ins")).fetch_all(&mut *connection).await?;
            for (person, by, facts, at) in sign_ins {
                let facts: Facts = from_json(&facts, "audit facts")?;
                let Some(handle) = facts.get("subject") else { continue };
                let at = instant(at)?;
                let key = (IdentityId(person), source(by)?, handle.clone());
                let last = before.sign_ins.entry(key).or_insert(at);
                *last = at.max(*last);
            }
            let sessions: Vec<(i64, String, String, String, i64)> =
                query_as(sql!("upgrade/sessions")).fetch_all(&mut *connection).await?;
            for (identity, by, issuer, id, seen) in sessions {
                before.sessions.push(SessionBefore {
                    identity: IdentityId(identity),
                    source: source(by)?,
                    subject: subject(&issuer, &id)?,
                    last_seen_at: instant(seen)?,
                });
            }
            let accesses: Vec<(String, i64, String)> =
                query_as(sql!("upgrade/accesses")).fetch_all(&mut *connection).await?;
            for (at, person, connector) in accesses {
                let connector = connector.try_into().map_err(|_| StorageError::Corrupt("a connector id"))?;
                before.accesses.push((tenant(at)?, IdentityId(person), connector));
            }
            let delegations: Vec<(i64, String, i64, i64)> =
                query_as(sql!("upgrade/delegations")).fetch_all(&mut *connection).await?;
            for (id, at, giver, receiver) in delegations {
                before.delegations.push((id, tenant(at)?, IdentityId(giver), IdentityId(receiver)));
            }
            let described: Vec<(i64, String, String, String)> =
                query_as(sql!("upgrade/directory_people")).fetch_all(&mut *connection).await?;
            for (person, by, issuer, id) in described {
                before.described.push((IdentityId(person), source(by)?, subject(&issuer, &id)?));
            }
            for person in $crate::storage::upgrade::conflicted(&before.links) {
                let lines: Vec<(i64, String, Option<i64>, Option<String>, String)> =
                    query_as(sql!("upgrade/history")).bind(person.0).fetch_all(&mut *connection).await?;
                let history = before.history.entry(person).or_default();
                for (at, event, actor, by, facts) in lines {
                    history.push(HistoryLine {
                        at: instant(at)?,
                        event,
                        actor: actor.map(IdentityId),
                        source: by.map(source).transpose()?,
                        facts: from_json(&facts, "audit facts")?,
                    });
                }
            }
            Ok(before)
        }

        /// Closes what the plan says, and leaves what the migration has to know.
        async fn prepare(
            connection: &mut Connection,
            upgrade: &$crate::storage::upgrade::Upgrade,
            at: DateTime<Utc>,
        ) -> Result<(), StorageError> {
            for line in upgrade.lines(at) {
                // An upgrade writes into schema 9, whose log has no columns for links and names.
                query(sql!("upgrade/append_audit"))
                    .bind(millis(line.at))
                    .bind(line.tenant.as_ref().map(TenantId::as_str))
                    .bind(name(&line.event)?)
                    .bind(line.actor.map(|actor| actor.person.0))
                    .bind(line.about.map(|about| about.person.0))
                    .bind(line.source.as_ref().map(SourceId::as_str))
                    .bind(json(&line.facts)?)
                    .execute(&mut *connection)
                    .await?;
            }
            for table in [sql!("upgrade/conflicts_table"), sql!("upgrade/names_table")] {
                query(table).execute(&mut *connection).await?;
            }
            for conflict in &upgrade.conflicts {
                query(sql!("upgrade/note_conflict"))
                    .bind(conflict.person.0)
                    .bind(conflict.source.as_str())
                    .execute(&mut *connection)
                    .await?;
                for link in &conflict.closes {
                    for statement in [sql!("upgrade/close_link"), sql!("upgrade/close_account")] {
                        query(statement)
                            .bind(conflict.source.as_str())
                            .bind(link.subject.issuer())
                            .bind(link.subject.id())
                            .execute(&mut *connection)
                            .await?;
                    }
                }
            }
            for (person, source, subject) in &upgrade.names {
                query(sql!("upgrade/note_names"))
                    .bind(person.0)
                    .bind(source.as_str())
                    .bind(subject.issuer())
                    .bind(subject.id())
                    .execute(&mut *connection)
                    .await?;
            }
            Ok(())
        }

        /// Goes as far as the schema of people, and says what the step to links would close. None for a database that is empty, or
        /// past that step.
        async fn planned(
            connection: &mut Connection,
            keep: &[$crate::storage::upgrade::Keep],
        ) -> Result<Option<$crate::storage::upgrade::Upgrade>, StorageError> {
            let found = newest_migration(connection).await?;
            SchemaState::of(found)?;
            let links = $crate::storage::upgrade::LINKS;
            if found.is_none_or(|found| found >= links) {
                return Ok(None);
            }
            $migrations().run_direct(Some(links - 1), &mut *connection, false).await?;
            let before = read_before(connection).await?;
            let planned = $crate::storage::upgrade::plan(&before, keep);
            planned.map(Some).map_err(|person| StorageError::NoSuchLink { person: person.0 })
        }

        /// Brings the schema up to date, within a transaction that the caller commits.
        async fn bring_up_to_date(
            connection: &mut Connection,
            consent: $crate::storage::upgrade::Consent<'_>,
        ) -> Result<Option<$crate::storage::upgrade::Upgrade>, StorageError> {
            let upgrade = planned(connection, consent.chosen()).await?;
            if let Some(upgrade) = &upgrade {
                let conflicts = upgrade.conflicts.len();
                if conflicts > 0 && consent == $crate::storage::upgrade::Consent::Nobody {
                    return Err(StorageError::UpgradeNeeded { conflicts });
                }
                // The system's clock, as the migration takes the database's.
                use pleiade_core::Clock as _;
                prepare(connection, upgrade, pleiade_core::SystemClock::default().now()).await?;
            }
            $migrations().run_direct(None, &mut *connection, false).await?;
            Ok(upgrade)
        }

        #[async_trait]
        impl $crate::storage::UpgradeStorage for $storage {
            async fn upgrade_step(&self, step: $crate::storage::UpgradeStep) -> Result<bool, StorageError> {
                let found: Option<String> =
                    query_scalar(sql!("upgrade/step")).bind(step.name()).fetch_optional(&self.pool).await?;
                Ok(found.is_some())
            }

            async fn end_upgrade_step(&self, step: $crate::storage::UpgradeStep) -> Result<(), StorageError> {
                query(sql!("upgrade/end_step")).bind(step.name()).execute(&self.pool).await?;
                Ok(())
            }

            async fn factor_sealed_for(&self, factor: i64) -> Result<Option<IdentityId>, StorageError> {
                let found: Option<i64> =
                    query_scalar(sql!("upgrade/factor")).bind(factor).fetch_optional(&self.pool).await?;
                Ok(found.map(IdentityId))
            }
        }
    };
}

pub(in crate::storage) use implement_upgrade;
