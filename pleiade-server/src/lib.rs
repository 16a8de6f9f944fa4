//! The reference server of the Pléiade virtual desk, also a library whose [`Router`](axum::Router) mounts in another program.
//!
//! * [`config`], [`cli`], [`findings`]: the configuration, the commands, and warnings about both;
//! * [`storage`], [`seal`], [`session`], [`health`]: the database, the seal on its secrets, the sessions, the health of the database;
//! * [`sign_in`]: the sign-in sources, on the traits of `pleiade-federation`;
//! * [`sync`], [`departure`]: directories, and the end of access of those who leave them;
//! * [`accounts`], [`credentials`], [`linked_accounts`], [`delegation`]: local accounts, and by what applications are opened for whom;
//! * [`desk`], [`catalogue`]: the board, its stream of fresh cards, the launcher;
//! * [`profile`], [`people`], [`notices`], [`console`], [`audit`]: the pages beside the desk, and the audit log;
//! * [`web`], [`router`]: what every page shares: host to tenant, headers, assets, errors; and the list of the pages;
//! * [`app`], [`parts`], [`assemble`]: the state that handlers share, its parts, and the assembly; [`run`], [`connections`]: serving it,
//!   within the descriptors that the process has; [`demo`]: the same assembly on simulated applications; [`telemetry`]: logs and metrics.
#![deny(missing_docs)]

pub mod accounts;
pub mod app;
pub mod assemble;
pub mod audit;
pub(crate) mod background_cache;
pub mod catalogue;
pub mod cli;
pub mod config;
pub mod connections;
pub mod connectors;
pub mod console;
pub mod credentials;
pub mod delegation;
#[cfg(feature = "demo")]
pub mod demo;
pub mod departure;
pub mod desk;
pub(crate) mod explain;
pub mod findings;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
pub mod health;
pub mod linked_accounts;
pub mod notices;
pub mod parts;
pub mod people;
pub mod profile;
pub mod rotation;
pub mod router;
pub mod run;
pub mod scim;
pub(crate) mod secret_value;
pub mod session;
pub mod sign_in;
pub(crate) mod source_kinds;
pub mod storage;
pub mod sync;
pub mod telemetry;
pub mod upgrade;
pub mod web;

pub use pleiade_federation::seal;
