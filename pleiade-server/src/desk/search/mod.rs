//! Searching in everything that somebody sees: their applications, actions, tasks and colleagues, what their cards know, and the applications
//! that can search themselves.
//!
//! What is known answers at once; each application answers for itself, and a slow one holds no other. The words travel in the body of a
//! form: they stand in no address of ours, so in no log of our proxy, no history and no referrer; and nothing here logs them. An application may
//! want them in an address of its own, as Nextcloud does. What is found is what the
//! person sees anyway, and nothing is counted beyond it.

mod applications;
mod known;
mod pages;
mod results;
mod slots;

pub use slots::SearchSlots;

use crate::web::route::{Guard, Route};
use axum::routing::{get, post};

pub(super) fn routes() -> Vec<Route> {
    use Guard::SignedIn;
    vec![
        Route::reads("/search", SignedIn, get(pages::form)),
        Route::writes("/search", SignedIn, post(pages::search)),
        Route::writes("/search/{connector}", SignedIn, post(pages::search_application)).in_section("/search"),
    ]
}
