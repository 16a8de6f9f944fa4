//! The people of a collectivité: finding a colleague, and who administers it.
//!
//! In a search, only the collectivité that the person acts for is searched, and only what a colleague may see of a colleague is shown.

pub(crate) mod administrators;
mod pages;
pub(crate) mod search;

pub(crate) use search::{
    Colleague, MAX_PEOPLE, PeopleQuery, PersonLine, find_people, is_enough, person_name, summary,
};
pub use search::{PersonError, kind_key, require_person_here};

use crate::web::route::{Guard, Route};
use axum::routing::get;

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::reads("/people", Guard::SignedIn, get(pages::people))]
}
