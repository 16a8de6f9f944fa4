//! Connectors of the Pléiade virtual desk: typed clients of applications, widgets on top, a hardened HTTP client, and the engine
//! that keeps readings fresh without ever making a page wait.
//!
//! * [`http`]: the one place that opens connections to applications;
//! * [`engine`]: cache with age, single flight, concurrency limit with its queue, deadline, breaker, retry;
//! * [`kind`], [`registry`]: what an operator writes to declare a connector, and the kinds that there are;
//! * [`kit`]: what every connector is built on;
//! * [`agenda`]: the day of a person, of all their calendars, each event once;
//! * [`queue`]: everything that waits for a person, of all readings, in one ordered list;
//! * `holidays`, `legal` (features of these names): public holidays, and the deadlines that the law gives collectivités;
//! * [`text`]: the words of connectors, French and English;
//! * one module per application, each behind the feature of its name.
#![deny(missing_docs)]

pub mod agenda;
pub mod engine;
#[cfg(feature = "exchange")]
pub mod exchange;
#[cfg(test)]
mod fuzz_corpus;
#[cfg(feature = "holidays")]
pub mod holidays;
pub mod http;
pub mod kind;
pub mod kit;
#[cfg(feature = "legal")]
pub mod legal;
pub mod queue;
pub mod registry;
pub mod text;

#[cfg(feature = "astre")]
pub mod astre;
#[cfg(feature = "ciril")]
pub mod ciril;
#[cfg(feature = "gta")]
pub mod gta;
#[cfg(feature = "idelibre")]
pub mod idelibre;
#[cfg(feature = "iparapheur")]
pub mod iparapheur;
#[cfg(feature = "jitsi")]
pub mod jitsi;
#[cfg(feature = "kelio")]
pub mod kelio;
#[cfg(feature = "matrix")]
pub mod matrix;
#[cfg(feature = "nextcloud")]
pub mod nextcloud;
#[cfg(feature = "pastell")]
pub mod pastell;
#[cfg(feature = "s2low")]
pub mod s2low;
#[cfg(feature = "watcha")]
pub mod watcha;
#[cfg(feature = "zimbra")]
pub mod zimbra;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
