//! The deadlines that the law gives collectivités: rules from a data file (`rules.toml`), that an operator amends, and the dates that they
//! give a collectivité. It calls nobody, and takes the day from whoever asks.
//!
//! Nothing here is advice: each rule says its article, when it was looked up and how sure it is.
//!
//! ```
//! use pleiade_connectors::legal::{ClearDays, Collectivite, KnownDate, Kind, RuleBook};
//! let council = "2026-12-18".parse()?;
//! assert_eq!(ClearDays(5).before(council), "2026-12-12".parse().ok());
//!
//! let mut town = Collectivite::default();
//! (town.kind, town.population) = (Some(Kind::Commune), Some(12_000));
//! let dates = [KnownDate::new("council", council)];
//! let book = RuleBook::built_in();
//! let deadlines = book.deadlines(&town, &dates, "2026-11-27".parse()?);
//! let convocation = deadlines.iter().find(|deadline| deadline.rule.id == "convocation-large");
//! assert_eq!(convocation.map(|deadline| deadline.due), "2026-12-12".parse().ok());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod book;
mod clear_days;
mod deadline;
mod rule;

pub use book::{RuleBook, RuleChange, RuleProblem};
pub use clear_days::ClearDays;
pub use deadline::{Binding, Collectivite, Deadline, KnownDate, OVERDUE_DAYS};
pub use rule::{
    COUNCIL, COUNCIL_IN_EMERGENCY, Certainty, DEFAULT_AHEAD_DAYS, DateKind, Due, Kind, Opening, Renewal,
    Rule, Trait,
};
