//! [`leave`] is a connector written from scratch; `tests/leave_requests` simulates its application and proves it with the conformance
//! suite. The programs stand beside this folder, and the snippets of the documents are compiled and run here.

pub mod leave;

#[cfg(doctest)]
#[doc = include_str!("../../docs/integrators.md")]
struct Integrators;

#[cfg(doctest)]
#[doc = include_str!("../../docs/connector-contract.md")]
struct ConnectorContract;
