//! Notices: told to a person on their desk and their profile until they put them away.
//!
//! Threat: one identity link that tells of another. A notice is read with the session, by the links whose facts it reads, and names a
//! source only to those who may know of it. And whoever came in by a way that was added, or by an account that was reset, and hides the
//! warning: only a recent proof puts it away.

mod put_away;
mod tell;
mod view;

pub use tell::Notices;
pub use view::NoticeView;
pub(crate) use view::views;

use crate::web::route::{Guard, Route};
use axum::routing::post;

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::writes("/notices/{notice}/put-away", Guard::SignedIn, post(put_away::put_away))]
}
