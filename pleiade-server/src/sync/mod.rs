//! The meta-directory: what directories tell of people and groups, read into storage and kept current.
//!
//! A [run](DirectorySync::run) reads a directory (everybody each night, changes in between), plans with [`pleiade_federation::sync`], and
//! writes in one step unless somebody must decide first: the first run of a source, and one that lets too many people in no more. Whoever
//! leaves is let in no more at once ([`crate::departure`]) and forgotten after a delay; whoever comes back before finds everything as it
//! was.
//!
//! Threats: a directory that lies, empties or stops half-way (see the planner), two runs at once (a lease in storage), an
//! administrator who decides for another collectivité (a decision counts for the people it was shown for, and no more).

mod apply;
mod report;
mod run;
mod schedule;
mod source;
mod words;

pub use apply::{ChangeOrigin, DirectoryWriter, KnownHere};
pub use report::{AsideLine, ChangeKind, Counts, MAX_LINES, Report, ReportLine};
pub use run::{DirectorySync, RunRequest, RunResult, SyncError};
pub use source::{Directories, DuePass, FollowedDirectory, SyncRules};
pub use words::{fold, name_in_directory};
