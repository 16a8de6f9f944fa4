//! Local accounts: links to open one, passwords, second factors, and what an administrator does with them.
//!
//! For the commune that has no directory, and for the operator's emergency account. Threats: a guessed password (rules, delays, a second
//! factor), a stolen password (the second factor), a stolen code or link (each opens once), a stranger who keeps
//! somebody out with wrong passwords (a browser that has signed in before has its own count, see `device`), a session left open (what
//! changes an account or an identity link asks for a proof of the last ten minutes), an administrator of one collectivité who reaches
//! another through somebody of both (see `console`).

mod account_link_page;
pub(crate) mod account_links;
mod add;
pub(crate) mod ceremonies;
mod clear_factors;
mod device;
mod disable;
mod enrolment;
pub(crate) mod error;
mod factors;
mod holder;
mod passkeys;
mod password;
mod policy;
pub(crate) mod profile;
pub(crate) mod proof;
mod proof_page;
mod second_factor;
mod words;

pub use account_links::{AccountLinkError, NewAccount, invite, reset};
pub(crate) use account_links::{add, normalized_login};
pub(crate) use ceremonies::passkeys_offered;
pub use clear_factors::clear_factors;
pub(crate) use device::KnownBrowsers;
pub use disable::set_disabled;
pub(crate) use factors::{FACTOR_PURPOSE, SecondFactors};
pub(crate) use policy::is_operator;
pub use policy::{Accounts, Policy, SecondFactorRule};
pub(crate) use second_factor::{SignInVisit, after_password};

use crate::web::route::Route;

pub(crate) fn routes() -> Vec<Route> {
    [
        second_factor::routes(),
        passkeys::routes(),
        account_link_page::routes(),
        profile::routes(),
        proof_page::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
