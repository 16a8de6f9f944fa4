//! The statements, written once.
//!
//! Both engines accept the same SQL, but sqlx's queries are typed by engine: generic code over both needs a page of bounds, so this
//! macro writes the implementation for each instead.

/// A statement of `sql/`, by its name.
macro_rules! sql {
    ($name:literal) => {
        include_str!(concat!("sql/", $name, ".sql"))
    };
}

/// Implements [`Storage`](super::Storage) for a type with a field `pool`. `$begin` opens a transaction that will write.
macro_rules! implement_storage {
    ($storage:ty, $begin:literal) => {
        impl $storage {
            async fn insert_identity(
                connection: &mut Connection,
                new: &NewIdentity,
            ) -> Result<(IdentityId, LinkId), StorageError> {
                let names = &new.names;
                let identity: i64 = query_scalar(sql!("create_identity"))
                    .bind(millis(new.created_at))
                    .fetch_one(&mut *connection)
                    .await?;
                let link: i64 = query_scalar(sql!("create_link"))
                    .bind(new.source.as_str())
                    .bind(new.subject.issuer())
                    .bind(new.subject.id())
                    .bind(identity)
                    .bind(new.owner.as_ref().map(TenantId::as_str))
                    .bind(millis(new.created_at))
                    .bind(&names.display_name)
                    .bind(&names.given_name)
                    .bind(&names.family_name)
                    .bind(names.mail.as_ref().map(ToString::to_string))
                    .bind(&names.login)
                    .fetch_one(connection)
                    .await?;
                Ok((IdentityId(identity), LinkId(link)))
            }

            async fn insert_session(
                connection: &mut Connection,
                session: &SessionRecord,
            ) -> Result<(), StorageError> {
                query(sql!("create_session"))
                    .bind(&session.hash.0[..])
                    .bind(session.site.as_ref().map(TenantId::as_str))
                    .bind(session.identity.0)
                    .bind(session.link.0)
                    .bind(session.source.as_str())
                    .bind(session.subject.issuer())
                    .bind(session.subject.id())
                    .bind(session.acting.as_str())
                    .bind(&session.provider_session)
                    .bind(&session.tokens)
                    .bind(millis(session.created_at))
                    .bind(millis(session.last_seen_at))
                    .bind(millis(session.expires_at))
                    .bind(&session.source_print)
                    .bind(&session.acr)
                    .execute(connection)
                    .await?;
                Ok(())
            }

            async fn write_affiliations(
                connection: &mut Connection,
                link: LinkId,
                affiliations: &[Affiliation],
            ) -> Result<(), StorageError> {
                query(sql!("delete_affiliations")).bind(link.0).execute(&mut *connection).await?;
                for affiliation in affiliations {
                    query(sql!("create_affiliation"))
                        .bind(link.0)
                        .bind(affiliation.tenant.as_str())
                        .bind(name(&affiliation.kind)?)
                        .bind(&affiliation.function)
                        .bind(json(&affiliation.groups)?)
                        .bind(json(&affiliation.roles)?)
                        .bind(&affiliation.department)
                        .bind(&affiliation.telephone)
                        .execute(&mut *connection)
                        .await?;
                }
                Ok(())
            }

            async fn write_names(
                connection: &mut Connection,
                link: LinkId,
                names: &Names,
            ) -> Result<bool, StorageError> {
                let done = query(sql!("update_names"))
                    .bind(link.0)
                    .bind(&names.display_name)
                    .bind(&names.given_name)
                    .bind(&names.family_name)
                    .bind(names.mail.as_ref().map(ToString::to_string))
                    .bind(&names.login)
                    .execute(connection)
                    .await?;
                Ok(done.rows_affected() > 0)
            }

            async fn read_affiliations(
                connection: &mut Connection,
                link: LinkId,
            ) -> Result<Vec<SourcedAffiliation>, StorageError> {
                let rows = query_as::<_, AffiliationRow>(sql!("link_affiliations"))
                    .bind(link.0)
                    .fetch_all(connection)
                    .await?;
                rows.into_iter().map(TryInto::try_into).collect()
            }
        }

        #[async_trait]
        impl Storage for $storage {
            async fn ping(&self) -> Result<(), StorageError> {
                query(sql!("ping")).execute(&self.pool).await?;
                Ok(())
            }

            async fn close(&self) {
                self.pool.close().await;
            }

            async fn find_link(
                &self,
                source: &SourceId,
                subject: &Subject,
            ) -> Result<Option<Link>, StorageError> {
                query_as::<_, LinkRow>(sql!("find_link"))
                    .bind(source.as_str())
                    .bind(subject.issuer())
                    .bind(subject.id())
                    .fetch_optional(&self.pool)
                    .await?
                    .map(TryInto::try_into)
                    .transpose()
            }

            async fn create_identity(&self, new: &NewIdentity) -> Result<(IdentityId, LinkId), StorageError> {
                let mut transaction = self.pool.begin_with($begin).await?;
                let identity = Self::insert_identity(&mut transaction, new).await?;
                transaction.commit().await?;
                Ok(identity)
            }

            async fn disable_link(&self, link: LinkId, disabled: bool) -> Result<bool, StorageError> {
                let done =
                    query(sql!("disable_link")).bind(link.0).bind(disabled).execute(&self.pool).await?;
                Ok(done.rows_affected() > 0)
            }

            async fn link_facts(&self, link: LinkId) -> Result<Option<LinkFacts>, StorageError> {
                let mut connection = self.pool.acquire().await?;
                let row = query_as::<_, FactsRow>(sql!("link_facts"))
                    .bind(link.0)
                    .fetch_optional(&mut *connection)
                    .await?;
                let Some(row) = row else { return Ok(None) };
                let ties = Self::read_affiliations(&mut connection, link).await?;
                row.with(ties).map(Some)
            }

            async fn names_at(
                &self,
                identity: IdentityId,
                tenant: &TenantId,
            ) -> Result<Option<Names>, StorageError> {
                query_as::<_, NamesRow>(sql!("names_at"))
                    .bind(identity.0)
                    .bind(tenant.as_str())
                    .fetch_optional(&self.pool)
                    .await?
                    .map(TryInto::try_into)
                    .transpose()
            }

            async fn update_names(&self, link: LinkId, names: &Names) -> Result<bool, StorageError> {
                let mut connection = self.pool.acquire().await?;
                Self::write_names(&mut connection, link, names).await
            }

            async fn replace_affiliations(
                &self,
                link: LinkId,
                affiliations: &[Affiliation],
            ) -> Result<(), StorageError> {
                let mut transaction = self.pool.begin_with($begin).await?;
                Self::write_affiliations(&mut transaction, link, affiliations).await?;
                transaction.commit().await?;
                Ok(())
            }

            async fn affiliations(
                &self,
                identity: IdentityId,
            ) -> Result<Vec<SourcedAffiliation>, StorageError> {
                query_as::<_, AffiliationRow>(sql!("affiliations"))
                    .bind(identity.0)
                    .fetch_all(&self.pool)
                    .await?
                    .into_iter()
                    .map(TryInto::try_into)
                    .collect()
            }

            async fn create_session(&self, session: &SessionRecord) -> Result<(), StorageError> {
                let mut connection = self.pool.acquire().await?;
                Self::insert_session(&mut connection, session).await
            }

            async fn claim_renewal(
                &self,
                hash: SessionHash,
                now: DateTime<Utc>,
                until: DateTime<Utc>,
            ) -> Result<bool, StorageError> {
                let done = query(sql!("renewal/claim"))
                    .bind(&hash.0[..])
                    .bind(millis(until))
                    .bind(millis(now))
                    .execute(&self.pool)
                    .await?;
                Ok(done.rows_affected() > 0)
            }

            async fn release_renewal(&self, hash: SessionHash) -> Result<(), StorageError> {
                query(sql!("renewal/release")).bind(&hash.0[..]).execute(&self.pool).await?;
                Ok(())
            }

            async fn replace_session(
                &self,
                before: &SessionRecord,
                after: &SessionRecord,
                now: DateTime<Utc>,
            ) -> Result<bool, StorageError> {
                let mut transaction = self.pool.begin_with($begin).await?;
                let taken = query(sql!("renewal/take"))
                    .bind(&before.hash.0[..])
                    .bind(&before.tokens)
                    .bind(millis(now))
                    .execute(&mut *transaction)
                    .await?;
                if taken.rows_affected() == 0 {
                    return Ok(false);
                }
                Self::insert_session(&mut transaction, after).await?;
                transaction.commit().await?;
                Ok(true)
            }

            async fn session_sources(&self) -> Result<Vec<(SourceId, Option<String>)>, StorageError> {
                let rows: Vec<(String, Option<String>)> =
                    query_as(sql!("sessions_sources")).fetch_all(&self.pool).await?;
                let read = |(source, print): (String, _)| {
                    let source = source.try_into().map_err(|_| StorageError::Corrupt("a source id"))?;
                    Ok((source, print))
                };
                rows.into_iter().map(read).collect()
            }

            async fn delete_sessions_of_source(
                &self,
                source: &SourceId,
                print: Option<&str>,
            ) -> Result<Vec<SessionHash>, StorageError> {
                hashes(
                    query_scalar(sql!("delete_sessions_of_source"))
                        .bind(source.as_str())
                        .bind(print)
                        .fetch_all(&self.pool)
                        .await?,
                )
            }

            async fn session(&self, hash: SessionHash) -> Result<Option<SessionRecord>, StorageError> {
                query_as::<_, SessionRow>(sql!("session"))
                    .bind(&hash.0[..])
                    .fetch_optional(&self.pool)
                    .await?
                    .map(TryInto::try_into)
                    .transpose()
            }

            async fn sessions_of(&self, identity: IdentityId) -> Result<Vec<SessionRecord>, StorageError> {
                query_as::<_, SessionRow>(sql!("sessions_of"))
                    .bind(identity.0)
                    .fetch_all(&self.pool)
                    .await?
                    .into_iter()
                    .map(TryInto::try_into)
                    .collect()
            }

            async fn touch_session(&self, hash: SessionHash, at: DateTime<Utc>) -> Result<(), StorageError> {
                query(sql!("touch_session")).bind(&hash.0[..]).bind(millis(at)).execute(&self.pool).await?;
                Ok(())
            }

            async fn update_session_tokens(
                &self,
                hash: SessionHash,
                tokens: Option<&[u8]>,
            ) -> Result<bool, StorageError> {
                let done =
                    query(sql!("update_tokens")).bind(&hash.0[..]).bind(tokens).execute(&self.pool).await?;
                Ok(done.rows_affected() > 0)
            }

            async fn update_provider_session(
                &self,
                hash: SessionHash,
                provider_session: Option<&str>,
                tokens: Option<&[u8]>,
            ) -> Result<bool, StorageError> {
                let done = query(sql!("update_provider_session"))
                    .bind(&hash.0[..])
                    .bind(provider_session)
                    .bind(tokens)
                    .execute(&self.pool)
                    .await?;
                Ok(done.rows_affected() > 0)
            }

            async fn delete_session(&self, hash: SessionHash) -> Result<Vec<SessionHash>, StorageError> {
                hashes(query_scalar(sql!("delete_session")).bind(&hash.0[..]).fetch_all(&self.pool).await?)
            }

            async fn delete_sessions_by_link(&self, link: LinkId) -> Result<Vec<SessionHash>, StorageError> {
                hashes(
                    query_scalar(sql!("delete_sessions_by_link")).bind(link.0).fetch_all(&self.pool).await?,
                )
            }

            async fn delete_sessions_by_provider(
                &self,
                source: &SourceId,
                provider_session: &str,
            ) -> Result<Vec<SessionHash>, StorageError> {
                hashes(
                    query_scalar(sql!("delete_sessions_by_provider"))
                        .bind(source.as_str())
                        .bind(provider_session)
                        .fetch_all(&self.pool)
                        .await?,
                )
            }

            async fn is_used(&self, key: [u8; 32]) -> Result<bool, StorageError> {
                Ok(query(sql!("is_used")).bind(&key[..]).fetch_optional(&self.pool).await?.is_some())
            }

            async fn use_once(&self, key: [u8; 32], expires_at: DateTime<Utc>) -> Result<bool, StorageError> {
                let done = query(sql!("use_once"))
                    .bind(&key[..])
                    .bind(millis(expires_at))
                    .execute(&self.pool)
                    .await?;
                Ok(done.rows_affected() > 0)
            }

            async fn create_local_account(
                &self,
                new: &NewLocalAccount,
            ) -> Result<(IdentityId, LinkId), StorageError> {
                let mut transaction = self.pool.begin_with($begin).await?;
                let (identity, link) = Self::insert_identity(&mut transaction, &new.person).await?;
                Self::write_affiliations(&mut transaction, link, &new.affiliations).await?;
                query(sql!("create_local_account"))
                    .bind(new.person.source.as_str())
                    .bind(&new.login)
                    .bind(new.person.subject.id())
                    .bind(link.0)
                    .bind(&new.password_hash)
                    .bind(millis(new.person.created_at))
                    .execute(&mut *transaction)
                    .await?;
                transaction.commit().await?;
                Ok((identity, link))
            }

            async fn local_account(
                &self,
                source: &SourceId,
                login: &str,
            ) -> Result<Option<LocalAccount>, StorageError> {
                query_as::<_, LocalAccountRow>(sql!("local_account"))
                    .bind(source.as_str())
                    .bind(login)
                    .fetch_optional(&self.pool)
                    .await?
                    .map(TryInto::try_into)
                    .transpose()
            }

            async fn update_local_account(
                &self,
                source: &SourceId,
                login: &str,
                password_hash: &str,
                disabled: bool,
            ) -> Result<bool, StorageError> {
                let done = query(sql!("update_local_account"))
                    .bind(source.as_str())
                    .bind(login)
                    .bind(password_hash)
                    .bind(disabled)
                    .execute(&self.pool)
                    .await?;
                Ok(done.rows_affected() > 0)
            }

            async fn menu(&self, link: LinkId) -> Result<Option<StoredMenu>, StorageError> {
                query_as::<_, MenuRow>(sql!("menu"))
                    .bind(link.0)
                    .fetch_optional(&self.pool)
                    .await?
                    .map(TryInto::try_into)
                    .transpose()
            }

            async fn put_menu(&self, link: LinkId, menu: &StoredMenu) -> Result<(), StorageError> {
                query(sql!("put_menu"))
                    .bind(link.0)
                    .bind(&menu.applications)
                    .bind(millis(menu.fetched_at))
                    .execute(&self.pool)
                    .await?;
                Ok(())
            }

            async fn purge(
                &self,
                now: DateTime<Utc>,
                idle_since: DateTime<Utc>,
            ) -> Result<u64, StorageError> {
                let now = millis(now);
                query(sql!("purge_used_once")).bind(now).execute(&self.pool).await?;
                let done = query(sql!("purge_sessions"))
                    .bind(now)
                    .bind(millis(idle_since))
                    .execute(&self.pool)
                    .await?;
                Ok(done.rows_affected())
            }
        }
    };
}

/// What [`implement_storage`] needs in scope.
pub(super) mod prelude {
    pub(in crate::storage) use super::super::{
        Link, LinkFacts, LocalAccount, Names, NewIdentity, NewLocalAccount, SessionHash, SessionRecord,
        SourcedAffiliation, Storage, StorageError, StoredMenu,
        rows::{
            AffiliationRow, FactsRow, LinkRow, LocalAccountRow, MenuRow, NamesRow, SessionRow, hashes, json,
            millis, name,
        },
    };
    pub(in crate::storage) use async_trait::async_trait;
    pub(in crate::storage) use chrono::{DateTime, Utc};
    pub(in crate::storage) use pleiade_core::{Affiliation, IdentityId, LinkId, SourceId, Subject, TenantId};
    pub(in crate::storage) use sqlx::{query, query_as, query_scalar};
}

pub(super) use {implement_storage, sql};
