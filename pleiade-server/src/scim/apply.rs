//! One push as a pass of synchronisation: planned by the same planner, written by the same statement, and whoever leaves is closed
//! before the manager is answered.

use crate::{
    app::App,
    storage::StorageError,
    sync::{KnownHere, Origin, apply as write},
};
use pleiade_core::{DirectoryChanges, DirectoryPerson, SourceId, Subject};
use pleiade_federation::sync::Planner;

pub(super) async fn apply(
    app: &App,
    source: &SourceId,
    changed: Vec<DirectoryPerson>,
    gone: Vec<Subject>,
) -> Result<(), StorageError> {
    let Some(way) = app.sign_in.any_source(source) else { return Ok(()) };
    let mut records = Vec::new();
    for subject in changed.iter().map(|person| &person.subject).chain(&gone) {
        records.extend(app.storage.known_person(source, subject).await?);
    }
    let here: KnownHere = records.into_iter().collect();
    let planner = Planner::new(&way.mapping, app.tenants.iter().map(AsRef::as_ref));
    let changes = DirectoryChanges::Some { changed, gone, cursor: None };
    match planner.plan(changes, &here.known) {
        Ok(plan) => {
            let origin = Origin { source: source.clone(), owner: way.owner.clone(), pushed: true, by: None };
            write(app, &origin, &here, plan, None).await?;
        }
        Err(refusal) => tracing::warn!(%source, %refusal, "a push was not applied"),
    }
    Ok(())
}
