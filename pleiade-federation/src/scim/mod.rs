//! A SCIM 2.0 service (RFC 7643 and 7644): an identity manager pushes people and groups, and the portal keeps what it uses of them.
//!
//! [`ScimService`] speaks the protocol over a [`ScimStore`], one store a source; whoever calls has checked the token. Threats: an
//! identity manager of one collectivité that reaches into another (another store: what is not in it does not exist), a body, a filter or
//! a change that costs more than it weighs (every size, depth and number is bounded), passwords and private addresses that nobody
//! asked for (dropped, see [`ResourceKind`]).
//!
//! Reading of filters is our own: it works in one pass, bounds depth and terms before anything is built, and compares JSON as it is
//! kept, where the published crates deserialise whole resources into fixed structures and leave both bounds to their callers.

mod bulk;
mod discovery;
mod error;
mod evaluate;
mod filter;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod memory;
mod message;
mod parse;
mod patch;
mod person;
mod project;
mod provider;
mod schema;
mod service;
mod store;

pub use error::{ScimError, ScimType};
pub use filter::{
    AttributePath, ChangePath, Filter, FilterError, MAX_FILTER_BYTES, MAX_FILTER_DEPTH, MAX_FILTER_TERMS,
    Operator, Scalar,
};
pub use memory::MemoryStore;
pub use message::MAX_BODY_BYTES;
pub use person::{person, subject};
pub use provider::PushedSource;
pub use schema::{ENTERPRISE, GROUP, ResourceKind, USER};
pub use service::{ScimRequest, ScimService};
pub use store::{Condition, ScimStore, ScimStoreError, Selection, StoredResource};
