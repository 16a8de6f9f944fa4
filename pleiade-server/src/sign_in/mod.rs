//! Signing in: a source proves who somebody is, mapping says for whom they act, linking finds the person, a session is opened.
//!
//! Threats: a sign-in started elsewhere (the attempt is sealed in a cookie of the browser that started it and is used once), an answer
//! of another source (each source has its own callback and the attempt names it), a return path that leaves the site, guessing
//! (each source slows one login down, the server one address), typing errors that keep others out (passwords and returns from providers
//! are counted apart), a collectivité's source that gives rights elsewhere (see [`mapping`]).

mod answers;
mod attempt;
mod begin;
mod cas;
pub mod directory_binding;
mod enter;
mod find;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
pub mod guesses;
pub(crate) mod header;
mod identify;
pub(crate) mod identity_links;
mod identity_links_page;
mod join;
mod join_page;
mod link_move;
pub mod linking;
pub mod local;
mod names;
mod notice;
mod other_session;
mod page;
mod password;
pub(crate) mod prove;
pub mod proxy_tickets;
mod query;
mod refusal_folds;
mod refusal_pace;
mod refusal_words;
mod refusals;
pub(crate) mod routes;
mod sign_out;
mod source;
mod source_facts;
pub(crate) mod ticket_path;
mod ticket_servers;
pub(crate) mod ticket_visit;
mod ticket_way;
mod trusted;
mod unwritable;

pub(crate) use answers::back_to_page;
pub(crate) use enter::enter;
pub(crate) use identify::IdentityResolver;
pub(crate) use join::{complete_join, turned_back};
pub(crate) use password::trimmed_login;
pub use pleiade_federation::mapping;
pub(crate) use refusals::{RefusalLog, SignInRefusal};
pub use source::{Replacement, Sample, SignIn, Source};
pub(crate) use ticket_way::TicketWay;
