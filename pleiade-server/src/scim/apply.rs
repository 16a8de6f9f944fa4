//! One push as a pass of synchronisation: planned by the same planner, written by the same statement, and whoever leaves is closed
//! before the manager is answered.

use crate::{
    sign_in::SignIn,
    storage::{Storage, StorageError},
    sync::{ChangeOrigin, DirectoryWriter, KnownHere},
    web::site::Tenants,
};
use pleiade_core::{DirectoryChanges, DirectoryPerson, SourceId, Subject};
use pleiade_federation::sync::Planner;
use std::sync::Arc;

/// A source that an identity manager pushes into. Cloning is cheap.
#[derive(Debug, Clone)]
pub(crate) struct PushedSource {
    pub(crate) source: SourceId,
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) sign_in: Arc<SignIn>,
    pub(crate) tenants: Arc<Tenants>,
    pub(crate) writer: DirectoryWriter,
    /// What every change of the source holds while it reads, plans and writes, so that none undoes what another has just done.
    pub(crate) order: Arc<tokio::sync::Mutex<()>>,
}

impl PushedSource {
    /// Applies changed people and departures.
    pub(super) async fn apply(
        &self,
        changed: Vec<DirectoryPerson>,
        gone: Vec<Subject>,
    ) -> Result<(), StorageError> {
        let source = &self.source;
        let Some(sign_in_source) = self.sign_in.any_source(source) else { return Ok(()) };
        let mut records = Vec::new();
        for subject in changed.iter().map(|person| &person.subject).chain(&gone) {
            records.extend(self.storage.known_person(source, subject).await?);
        }
        let here: KnownHere = records.into_iter().collect();
        let planner = Planner::new(&sign_in_source.mapping, self.tenants.iter().map(AsRef::as_ref));
        let changes = DirectoryChanges::Some { changed, gone, cursor: None };
        match planner.plan(changes, &here.known) {
            Ok(plan) => {
                let origin = ChangeOrigin {
                    source: source.clone(),
                    owner: sign_in_source.owner.clone(),
                    pushed: true,
                    by: None,
                };
                self.writer.write(&origin, &here, plan, None, Vec::new()).await?;
            }
            Err(refusal) => tracing::warn!(%source, %refusal, "a push was not applied"),
        }
        Ok(())
    }
}
