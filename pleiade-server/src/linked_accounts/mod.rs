//! `/profile/accesses`: how the portal reads each application in the person's name, and the accounts that they connect themselves.
//!
//! Threats: somebody connects or revokes in the place of another (tenant and person come from the session, a login flow belongs to the
//! session it was begun in); a stranger's account slips into a person's desk (the page to open is shown to this person alone, and a
//! finished flow counts for the one who began it); passwords of others tried through us (few attempts a person and application); a
//! secret that is kept although it opens nothing (tried before it is kept); a secret that lives on after it was revoked here (revoked in
//! the application where it allows that, and else said).

mod administration;
mod connect_outcome;
mod connect_page;
mod connectable;
mod error;
mod login_flow;
mod page;
mod path;
mod view;

pub use administration::{LinkedAccountAdministration, Revocation};
pub use error::LinkedAccountError;
pub(crate) use login_flow::{LoginFlows, PENDING};
pub(crate) use path::PATH;
pub(crate) use view::LinkedAccountPresenter;
pub use view::{LinkedAccountLine, linked_account_lines};

use crate::web::route::{Guard, Route};
use axum::routing::{get, post};

pub(crate) fn routes() -> Vec<Route> {
    use Guard::SignedIn;
    vec![
        Route::reads(PATH, SignedIn, get(page::page)),
        Route::writes("/profile/accesses/{connector}/start", SignedIn, post(connect_page::start)),
        Route::writes("/profile/accesses/{connector}/finish", SignedIn, post(connect_page::finish)),
        Route::writes("/profile/accesses/{connector}/paste", SignedIn, post(connect_page::paste)),
        Route::writes("/profile/accesses/{connector}/revoke", SignedIn, post(page::revoke_own)).confirmed(),
    ]
}
