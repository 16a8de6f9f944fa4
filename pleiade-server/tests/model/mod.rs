//! The model of isolation: two collectivités and their operator, every source that each may have, several people at each, and every
//! operation in any order. After each operation every open session is read as its browser reads it, and shows nothing that its own link's
//! source, or the directory that this link relies on, did not tell.
//!
//! The facts told are a table of its own ([`facts`]), written by the operations and read by the [`invariant`]; the server is only asked
//! through its router.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on must stop")]

pub(crate) mod administer;
pub(crate) mod applications;
pub(crate) mod browser;
pub(crate) mod facts;
pub(crate) mod instance;
pub(crate) mod invariant;
pub(crate) mod operations;
pub(crate) mod perform;
pub(crate) mod sources;
pub(crate) mod told;
pub(crate) mod world;

use operations::Operation;
use std::{collections::BTreeMap, sync::Arc};
use world::{Place, World};

/// Counts of what was done and not refused.
pub(crate) type OperationCounts = BTreeMap<&'static str, usize>;

/// Goes through one history, and says what was wrong after which operation.
pub(crate) async fn go_through(
    place: Arc<dyn Place>,
    history: &[Operation],
) -> Result<OperationCounts, String> {
    let mut world = World::new(place).await;
    let begun = operations::beginning();
    for (step, operation) in begun.iter().chain(history).enumerate() {
        let last = step + 1 == begun.len() + history.len();
        let replica = world.perform(operation).await;
        if let Err(wrong) = world.check(replica, last).await {
            return Err(format!("after step {step}, {operation:?}: {wrong}"));
        }
    }
    let happened = std::mem::take(&mut world.happened);
    world.close().await;
    Ok(happened)
}

/// The same on a runtime of its own: the histories of a property follow each other.
pub(crate) fn run(place: Arc<dyn Place>, history: &[Operation]) -> Result<OperationCounts, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(go_through(place, history))
}
