//! Delegations in the server: kept in storage, judged by [`pleiade_federation::delegation`] at each use.
//!
//! Threats: whoever stands in and reaches more than the tasks (nothing of the giver's is ever opened: neither their session, token,
//! ticket nor linked account, only applications that the portal enters by a key of its own, see [`StandInCredentials`]; an application
//! that answers with an address to go on at is not followed, for it might open the giver's own account in the browser of another), a
//! giver who left meanwhile or a delegation that ended (both read again before an action; what is shown is at most two minutes old),
//! a use that nobody sees (each action is written down with both people before it is done).

mod act;
mod cache;
mod credentials;
mod ending;
mod form;
mod own;
mod pages;
mod path;
mod proposed;
mod question;
mod received;
mod view;

pub use cache::{DelegationCache, ProposedDelegation, ReceivedDelegation};
pub use credentials::{StandInCredentials, can_be_delegated};
pub use ending::DelegationEndings;
pub use own::delegations_of_session;
pub(crate) use path::PAGE;
pub(crate) use question::question_before_end;
pub use received::{ReceivedDelegationReader, ReceivedDelegations};
pub(crate) use view::last_day;
pub use view::{DelegationPresenter, DelegationView};

use crate::web::route::Route;

pub(crate) fn routes() -> Vec<Route> {
    [act::routes(), pages::routes()].into_iter().flatten().collect()
}
