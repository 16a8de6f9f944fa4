//! What a source says of somebody at a sign-in, kept with their link in one step with the lines that tell how their rights change.

use crate::{
    audit::{Journal, rights_changes},
    storage::{Names, Storage, StorageError},
};
use pleiade_core::{Affiliation, IdentityId, LinkId, SourceId};

/// The affiliations and the names that a source tells by a link.
pub(super) struct SourceFacts<'a> {
    pub(super) source: &'a SourceId,
    pub(super) person: IdentityId,
    pub(super) link: LinkId,
    /// None where they are kept otherwise: those of a local account stand with it.
    pub(super) affiliations: Option<&'a [Affiliation]>,
    pub(super) names: &'a Names,
}

impl SourceFacts<'_> {
    /// Keeps them in the place of what the source said before.
    ///
    /// # Errors
    /// Those of storage.
    pub(super) async fn keep(&self, storage: &dyn Storage, journal: &Journal) -> Result<(), StorageError> {
        let change = storage.begin().await?;
        if let Some(affiliations) = self.affiliations {
            let before = change.link_facts(self.link).await?.map(|facts| facts.affiliations);
            for note in rights_changes(&before.unwrap_or_default(), affiliations) {
                let note = note.person((self.person, self.link)).source(self.source);
                change.append_audit(&journal.line(note)).await?;
            }
            change.replace_affiliations(self.link, affiliations).await?;
        }
        change.update_names(self.link, self.names).await?;
        change.commit().await
    }
}
