//! What a source says of somebody at a sign-in, kept with their link in one step with the lines that tell how their rights change.

use crate::{
    audit::{AuditEvent, Journal, Note, rights_changes},
    storage::{Names, Storage, StorageError, Transaction},
};
use chrono::{DateTime, TimeDelta, Utc};
use pleiade_core::{Affiliation, Claims, IdentityId, LinkId, SourceId, Withheld};
use pleiade_federation::mapping::Mapping;

/// Groups that a source has of somebody and does not tell.
#[derive(Debug, Clone, Copy)]
pub(super) struct WithheldGroups {
    pub(super) why: Withheld,
    /// For how long those last told count, from when they were told.
    pub(super) keep: TimeDelta,
}

impl WithheldGroups {
    /// What the rules of a source find withheld in claims.
    pub(super) fn of(mapping: &Mapping, claims: &Claims) -> Option<Self> {
        mapping.withheld_groups(claims).map(|why| Self { why, keep: mapping.groups_kept_for() })
    }
}

/// The affiliations and the names that a source tells by a link.
pub(super) struct SourceFacts<'a> {
    pub(super) source: &'a SourceId,
    pub(super) person: IdentityId,
    pub(super) link: LinkId,
    /// None where they are kept otherwise: those of a local account stand with it.
    pub(super) affiliations: Option<&'a [Affiliation]>,
    /// Why the groups of those affiliations are not told, if they are not.
    pub(super) withheld: Option<WithheldGroups>,
    pub(super) names: &'a Names,
    pub(super) now: DateTime<Utc>,
}

impl SourceFacts<'_> {
    /// Keeps them in the place of what the source said before.
    ///
    /// # Errors
    /// Those of storage.
    pub(super) async fn keep(&self, storage: &dyn Storage, journal: &Journal) -> Result<(), StorageError> {
        let change = storage.begin().await?;
        if let Some(told) = self.affiliations {
            let before = change.link_facts(self.link).await?.map(|facts| facts.affiliations);
            let before = before.unwrap_or_default();
            let mut affiliations = told.to_vec();
            let withheld = self.settle_groups(&change, &before, &mut affiliations).await?;
            for note in rights_changes(&before, &affiliations).into_iter().chain(withheld) {
                let note = note.person((self.person, self.link)).source(self.source);
                change.append_audit(&journal.line(note)).await?;
            }
            change.replace_affiliations(self.link, &affiliations).await?;
        }
        change.update_names(self.link, self.names).await?;
        change.commit().await
    }

    /// Groups that the source does not tell are unknown, which is not the same as none: those last told count in their place, for the time
    /// of the setting from when they were told; then, and where there is no such time, what other rules give. Gives the notes that tell it.
    async fn settle_groups(
        &self,
        change: &Transaction,
        before: &[Affiliation],
        affiliations: &mut [Affiliation],
    ) -> Result<Vec<Note>, StorageError> {
        let Some(WithheldGroups { why, keep }) = self.withheld else {
            change.write_groups_told_at(self.link, self.now).await?;
            return Ok(Vec::new());
        };
        let told_at = match change.groups_told_at(self.link).await? {
            Some(at) => at,
            // What was written before this was kept counts from now on.
            None => {
                change.write_groups_told_at(self.link, self.now).await?;
                self.now
            }
        };
        let until = told_at + keep;
        let (why, meaning) = match why {
            Withheld::TooMany => {
                ("too_many", "more than 500 groups: have the source send only those that give rights here")
            }
            _ => (
                "elsewhere",
                "the source refers elsewhere for the groups: have it send only those assigned to this application",
            ),
        };
        tracing::warn!(source = %self.source, identity = %self.person, why, %until, "groups are not told and count as last known: {meaning}");
        let mut notes = Vec::new();
        for affiliation in affiliations {
            let known = before.iter().find(|known| known.tenant == affiliation.tenant);
            if let Some(known) = known.filter(|_| self.now < until) {
                affiliation.groups.clone_from(&known.groups);
            }
            let note = Note::new(AuditEvent::GroupsWithheld).tenant(&affiliation.tenant);
            let note = note.with("why", why).with("count", affiliation.groups.len());
            notes.push(if affiliation.groups.is_empty() {
                note
            } else {
                note.with("until", until.date_naive())
            });
        }
        Ok(notes)
    }
}
