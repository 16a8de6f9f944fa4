//! Following a directory: what changed since the last time, decided before anything is written.
//!
//! A [`Planner`] compares what a [`Directory`](pleiade_core::Directory) tells with what is known of it, and gives a [`Plan`]: who is
//! new, changed, gone, back. Whoever keeps people writes the plan in one step, then closes what those who left had open.
//!
//! Threats: a directory that answers empty or in part (an error plans nothing; a source that empties is refused; a plan that closes too
//! many accounts is held, see [`Plan::excess`]), one that repeats a key (refused: two people would become one), fields without bounds
//! (cut or left out), a collectivité's source that speaks for others (the mapping forbids it).
//!
//! ```
//! use pleiade_core::{DirectoryChanges, DirectoryPerson, Subject, Tenant, TenantId};
//! use pleiade_federation::{mapping::Mapping, sync::{KnownPeople, Planner}};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let tenant = Tenant::new(TenantId::new("alpha")?, "Ville d’Alpha");
//! let mapping = Mapping::owned_by(tenant.id.clone());
//! let people = vec![DirectoryPerson::new(Subject::new("annuaire", "4f1c2a90")?, "Hélène Martin")];
//! let answer = DirectoryChanges::Everybody { people, cursor: None };
//! let plan = Planner::new(&mapping, [&tenant]).plan(answer, &KnownPeople::default())?;
//! assert_eq!(plan.new.len(), 1);
//! assert!(plan.excess(&KnownPeople::default()).is_empty());
//! # Ok(())
//! # }
//! ```

mod fingerprint;
mod person;
mod plan;
#[cfg(test)]
mod tests;

pub use fingerprint::{Aspect, Fingerprint};
pub use person::{MAX_GROUPS, MAX_TEXT_CHARS, PlannedPerson};
pub use plan::{
    CutGroups, Departure, DepartureReason, Excess, KnownPeople, KnownPerson, LeftAside, Plan, Planner,
    Refusal,
};
