//! The people who were pushed, as any other directory: for the nightly run that mends what a lost push left behind, and for sources of
//! sign-in that rely on it.

use super::{groups::GroupReader, issuer, push};
use crate::storage::{Storage, StorageError, scim_weight};
use async_trait::async_trait;
use pleiade_core::{Directory, DirectoryChanges, DirectoryError, DirectoryPerson, SourceId, Subject};
use pleiade_federation::scim::{Condition, ResourceKind, StoredResource};
use std::sync::Arc;

/// The weight of what one reading of everybody holds, in bytes: their groups count for each of them.
const MAX_READ_BYTES: u64 = 256 << 20;
/// What a group of somebody costs besides its name, in bytes.
const GROUP_BYTES: u64 = 24;

/// The people of one source that is pushed.
#[derive(Debug)]
pub struct ScimDirectory {
    id: SourceId,
    storage: Arc<dyn Storage>,
}

impl ScimDirectory {
    /// The people of this source.
    #[must_use]
    pub fn new(id: SourceId, storage: Arc<dyn Storage>) -> Self {
        Self { id, storage }
    }

    async fn described(
        &self,
        groups: &mut GroupReader<'_>,
        resource: &StoredResource,
    ) -> Result<DirectoryPerson, DirectoryError> {
        let groups = groups.read(&resource.id).await.map_err(unreachable)?;
        push::described(&self.id, resource, groups)
            .map_err(|_| DirectoryError::BadAnswer("a key is too long"))
    }

    fn groups(&self) -> GroupReader<'_> {
        GroupReader::new(&*self.storage, &self.id)
    }

    async fn find_people(&self, condition: &Condition) -> Result<Vec<DirectoryPerson>, DirectoryError> {
        let found = self.storage.scim_resources(&self.id, ResourceKind::User, Some(condition), 0, 10).await;
        let (mut people, mut groups) = (Vec::new(), self.groups());
        for resource in &found.map_err(unreachable)?.resources {
            people.push(self.described(&mut groups, resource).await?);
        }
        Ok(people)
    }

    /// Every person that `wanted` keeps, at most `limit`.
    async fn list_people(
        &self,
        wanted: impl Fn(&StoredResource) -> bool + Send,
        limit: usize,
    ) -> Result<Vec<DirectoryPerson>, DirectoryError> {
        let (mut people, mut groups, mut after, mut bytes) = (Vec::new(), self.groups(), 0, 0);
        loop {
            let page = self.storage.scim_resources_after(&self.id, ResourceKind::User, after).await;
            let page = page.map_err(unreachable)?;
            let Some((last, _)) = page.last() else { return Ok(people) };
            after = *last;
            for (_, resource) in &page {
                if wanted(resource) {
                    let person = self.described(&mut groups, resource).await?;
                    bytes += scim_weight(resource).map_err(unreachable)?;
                    bytes += person.groups.iter().map(|group| GROUP_BYTES + group.len() as u64).sum::<u64>();
                    if bytes > MAX_READ_BYTES {
                        return Err(DirectoryError::BadAnswer(
                            "its people and their groups are more than a reading holds",
                        ));
                    }
                    people.push(person);
                    if people.len() >= limit {
                        return Ok(people);
                    }
                }
            }
        }
    }
}

fn unreachable(error: StorageError) -> DirectoryError {
    tracing::error!(%error, "what was pushed cannot be read");
    DirectoryError::Unreachable("our own storage does not answer")
}

#[async_trait]
impl Directory for ScimDirectory {
    fn id(&self) -> &SourceId {
        &self.id
    }

    async fn person(&self, subject: &Subject) -> Result<Option<DirectoryPerson>, DirectoryError> {
        if subject.issuer() != issuer(&self.id) {
            return Ok(None);
        }
        let by_key = self.find_people(&Condition::ExternalId(subject.id().to_owned())).await?;
        let people = if by_key.is_empty() {
            self.find_people(&Condition::Id(subject.id().to_owned())).await?
        } else {
            by_key
        };
        // Our own key counts for those alone who have no other.
        Ok(people.into_iter().find(|person| person.subject == *subject))
    }

    async fn search(&self, text: &str, limit: usize) -> Result<Vec<DirectoryPerson>, DirectoryError> {
        let text = text.trim().to_lowercase();
        let begins = |value: Option<&str>| value.is_some_and(|value| value.to_lowercase().starts_with(&text));
        let wanted = |resource: &StoredResource| {
            begins(resource.text("displayName"))
                || begins(resource.text("userName"))
                || begins(resource.part("name", "familyName"))
                || resource.values("emails").into_iter().any(|mail| begins(Some(mail)))
        };
        self.list_people(wanted, limit).await
    }

    async fn by_login(&self, login: &str) -> Result<Vec<DirectoryPerson>, DirectoryError> {
        let login = login.trim().to_lowercase();
        if login.is_empty() { Ok(Vec::new()) } else { self.find_people(&Condition::UserName(login)).await }
    }

    async fn changes(&self, _: Option<&str>) -> Result<DirectoryChanges, DirectoryError> {
        Ok(DirectoryChanges::Everybody {
            people: self.list_people(|_| true, usize::MAX).await?,
            cursor: None,
        })
    }

    async fn probe(&self) -> Result<(), DirectoryError> {
        self.storage.ping().await.map_err(unreachable)
    }
}
