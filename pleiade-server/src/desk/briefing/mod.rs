//! « Qu'est-ce qui m'attend ? »: the queue and the day in a few sentences, to be read or heard in half a minute, and the deadlines as a
//! calendar to subscribe to.
//!
//! Threat: an address that somebody else reads. A calendar program sends no cookie, so the address itself is the key: 256 random bits, kept
//! by their SHA-256, one a link, gone with it and with whatever closes it, renewed or ended at any time by its person, who sees when it was last
//! used. It counts on the site where it was made, and shows no title: a kind of task, an application, a collectivité and a day.

mod calendar;
mod feeds;
mod pages;
mod sentences;

pub use feeds::DeadlineFeeds;
pub(crate) use pages::feed_times;

use crate::web::route::{Guard, Route};
use axum::routing::{get, post};

pub(super) fn routes() -> Vec<Route> {
    use Guard::{Anybody, SignedIn};
    vec![
        Route::reads("/briefing", SignedIn, get(pages::page)),
        Route::reads("/briefing.txt", SignedIn, get(pages::text)),
        Route::writes("/briefing/calendar", SignedIn, post(pages::open_calendar)).recent("/briefing"),
        Route::writes("/briefing/calendar/close", SignedIn, post(pages::close_calendar)),
        Route::reads("/calendars/{feed}", Anybody, get(pages::calendar)),
    ]
}
