//! Finding a colleague of one's own collectivité.
//!
//! Only the collectivité that the person acts for is searched, and only what a colleague may see of a colleague is shown.

mod pages;
mod search;

pub(crate) use search::{
    Colleague, MAX_PEOPLE, PeopleQuery, PersonLine, find_people, is_enough, person_name, summary,
};
pub use search::{kind_key, person_here};

use crate::web::route::{Guard, Route};
use axum::routing::get;

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::reads("/people", Guard::SignedIn, get(pages::people))]
}
