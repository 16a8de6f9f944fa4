//! The server as a browser, a provider and a stranger see it: the real router on a real database, with applications and providers that
//! do what a test tells them. Nothing sleeps; sockets are opened only where closing them is the subject.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must stop"
)]

mod accounts;
mod applications;
mod board;
mod briefing;
mod cards;
mod cas;
mod completion;
mod day;
mod delegation;
mod deposit;
mod elected;
mod errors;
mod give;
mod greeting;
mod html;
mod launcher;
mod launcher_choices;
mod legal;
mod linked_accounts;
mod linking;
mod machinery;
mod mark;
mod opening;
mod profile;
mod proof;
mod readiness;
mod rights;
mod scim;
mod search;
mod sentinels;
mod sign_in;
mod sign_out;
mod silent;
mod statements;
mod strangers;
mod stream;
mod support;
mod sync;
mod tasks;
mod tenancy;
mod threat_model;
mod tickets;
mod told;
mod unwritten;
