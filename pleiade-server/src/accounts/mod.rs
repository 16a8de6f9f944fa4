//! Local accounts: links to open one, passwords, second factors, and what an administrator does with them.
//!
//! For the commune that has no directory, and for the operator's emergency account. Threats: a guessed password (rules, delays, a second
//! factor), a stolen password (the second factor), a stolen code or link (each opens once), a stranger who keeps
//! somebody out with wrong passwords (a browser that has signed in before has its own count, see `device`), a session left open
//! (what changes the ways in asks for a proof of the last ten minutes), an administrator of one collectivité who reaches another through
//! somebody of both (see `console`).

mod add;
pub(crate) mod ceremonies;
mod device;
mod disable;
mod factors;
mod gate;
mod holder;
mod link;
mod links;
mod passkeys;
mod password;
mod policy;
mod profile;
pub(crate) mod proof;
mod proof_page;
mod words;

pub(crate) use ceremonies::passkeys_offered;
pub(crate) use device::known_browser;
pub use disable::set_disabled;
pub(crate) use factors::{FACTOR, SecondFactors};
pub(crate) use gate::{Visit, after_password};
pub(crate) use links::normal;
pub use links::{Invited, LinkError, invite, reset};
pub(crate) use policy::is_operator;
pub use policy::{Accounts, Policy, SecondFactorRule};

use crate::web::route::Route;

pub(crate) fn routes() -> Vec<Route> {
    [gate::routes(), passkeys::routes(), link::routes(), profile::routes(), proof_page::routes()]
        .into_iter()
        .flatten()
        .collect()
}
