//! Two connectors of third parties: [`leave`], in which each person has an account, and [`orders`], which one technical account reads for
//! everybody. `tests/leave_requests` and `tests/purchase_orders` simulate their applications and prove them with the conformance suite.
//! The programs stand beside this folder, and the snippets of the documents are compiled and run here.

pub mod leave;
pub mod orders;

#[cfg(doctest)]
#[doc = include_str!("../../docs/integrators.md")]
struct Integrators;

#[cfg(doctest)]
#[doc = include_str!("../../docs/connector-contract.md")]
struct ConnectorContract;
