//! The reference server of the Pléiade virtual desk, also a library whose [`Router`](axum::Router) mounts in another program.
//!
//! | where | what |
//! | --- | --- |
//! | [`cli`] | the commands of the operator |
//! | [`config`] | the operator's file |
//! | [`findings`], `explain` | what an operator should not live with, and why an application fails |
//! | [`assemble`], [`parts`] | from the file to the parts of a server |
//! | `source_kinds` | what the settings of each kind of sign-in source become |
//! | [`demo`] | the same server on simulated applications |
//! | [`upgrade`] | the step of an upgrade that needs the sealing key |
//! | [`run`], [`connections`] | serving it, within the descriptors that the process has |
//! | [`telemetry`] | logs and metrics |
//! | [`app`] | the state that handlers share, and what works on parts of it |
//! | [`router`] | the one list of pages and the layers around them |
//! | [`web`] | what every page shares: host to collectivité, headers, assets, errors |
//! | [`desk`], [`catalogue`] | the board, its stream of fresh cards, the launcher |
//! | [`profile`], [`notices`] | what a person sees of themselves, and what they are told |
//! | [`console`], [`people`] | the pages of administrators; finding people and who administers |
//! | [`audit`] | the audit log |
//! | [`sign_in`] | the sign-in sources, on the traits of `pleiade-federation` |
//! | [`session`] | who is signed in |
//! | [`accounts`] | local accounts, their passwords and second factors |
//! | [`sync`], [`scim`] | directories that are read, and those that are pushed |
//! | [`departure`] | the end of access of those who leave |
//! | [`connectors`] | the applications of each collectivité and their boards |
//! | [`credentials`], [`linked_accounts`] | by what applications are opened for whom |
//! | [`delegation`] | the tasks that somebody does for another |
//! | [`deposit`] | the page on which people give files to an application |
//! | [`storage`], [`health`] | the database, and whether it takes writes |
//! | [`seal`], [`rotation`] | the seal on its secrets, and a change of the sealing key |
//! | `background_cache`, `secret_value` | values shown as last known; values that let in whoever bears them |
#![deny(missing_docs)]

pub mod accounts;
pub mod app;
pub mod assemble;
pub mod audit;
pub(crate) mod background_cache;
pub mod catalogue;
pub mod certificates;
pub mod cli;
pub mod config;
pub mod connections;
pub mod connectors;
pub mod console;
pub mod credentials;
pub mod delegation;
#[cfg(feature = "demo")]
pub mod demo;
pub mod demonstration;
pub mod departure;
pub mod deposit;
pub mod desk;
pub(crate) mod explain;
pub mod findings;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
pub mod health;
pub mod legal;
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
pub mod statements;
pub mod storage;
pub mod sync;
pub mod telemetry;
pub mod upgrade;
pub mod web;

pub use pleiade_federation::seal;
