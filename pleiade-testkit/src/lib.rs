//! For tests and demonstrations only: simulated applications, faults, a test clock, and the conformance suite that every
//! connector of the Pléiade virtual desk passes.
//!
//! * [`conformance`]: the suite, run on a [`conformance::Subject`];
//! * [`simulator`]: what a simulated application offers to the suite; one module per application;
//! * [`mod@simulated`]: all of them, with the settings that let a connector in;
//! * [`living`]: what happens in it while a demonstration's clock passes;
//! * [`fault`]: everything an application can do wrong, wrapped around any simulator;
//! * [`workers`]: the speed of a real server, in the same way; [`random`]: its seeded numbers;
//! * [`transport`], [`capture`]: the network replaced by a router in the same process, so that tests run in paused time;
//! * [`credentials`], [`clock`], [`people`], [`sittings`]: who calls, with what, and when;
//! * [`mod@serve`]: the same simulators on a loopback port; with the feature `tls`, behind a server that asks for client certificates.
//!
//! Nothing here is hardened, and simulators keep sample people only: never put any of it in front of real ones.
#![deny(missing_docs)]

pub mod astre;
pub mod capture;
pub mod ciril;
pub mod clock;
pub mod conformance;
pub mod credentials;
mod envelope;
pub mod exchange;
pub mod fault;
pub mod gta;
pub mod idelibre;
pub mod iparapheur;
pub mod jitsi;
pub mod kelio;
pub mod living;
pub mod mangle;
pub mod matrix;
pub mod nextcloud;
pub mod pastell;
pub mod people;
pub mod random;
pub mod s2low;
pub mod serve;
pub mod simulated;
pub mod simulator;
pub mod sittings;
#[cfg(feature = "tls")]
pub mod tls;
pub mod transport;
pub mod watcha;
pub mod workers;
pub mod zimbra;

pub use capture::{CapturedRequest, CapturingTransport, NeverAnswers, ScriptedTransport};
pub use ciril::Ciril;
pub use clock::{ManualClock, TestClock};
pub use credentials::{FixedCredentials, NotLinked};
pub use fault::{Fault, FaultSwitch};
pub use idelibre::Idelibre;
pub use iparapheur::Iparapheur;
pub use jitsi::Jitsi;
pub use kelio::Kelio;
pub use living::Living;
pub use matrix::Matrix;
pub use nextcloud::Nextcloud;
pub use pastell::Pastell;
pub use s2low::S2low;
pub use serve::{RunningServer, serve, serve_at};
pub use simulated::{SimulatedApplication, simulated};
pub use simulator::Simulator;
pub use transport::RouterTransport;
pub use watcha::Watcha;
pub use workers::Workers;
pub use zimbra::Zimbra;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
