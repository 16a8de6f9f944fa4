//! « L'échéancier légal »: the deadlines that the law gives collectivités, and that no application tells. A source of the queue without an
//! upstream: rules from a data file that the operator amends ([`pleiade_connectors::legal`]), dates that the collectivité enters.
//!
//! Threat: a note of the secretary that everybody reads. What is known of a collectivité is seen, entered and dismissed by the groups that
//! it names, by its administrators where it names none, and by nobody else: every page, form, line and count asks [`LegalRules::admits`].

mod admission;
mod calendar;
mod dates;
mod dismiss;
mod page;
mod rules;
mod sittings;
mod words;

pub(crate) use admission::LegalGroup;
pub use calendar::LegalCalendar;
pub use rules::LegalRules;
pub(crate) use words::{PAGE, detail, page_address, sentence, target, tenant_deadlines};

use crate::web::route::{Guard, Route};
use axum::routing::{get, post};

pub(crate) fn routes() -> Vec<Route> {
    use Guard::LegalGroup;
    vec![
        Route::reads(PAGE, LegalGroup, get(page::deadlines)),
        Route::writes("/deadlines/{tenant}/facts", LegalGroup, post(dates::set_facts)),
        Route::writes("/deadlines/{tenant}/dates", LegalGroup, post(dates::enter)),
        Route::writes("/deadlines/{tenant}/dates/remove", LegalGroup, post(dates::remove)),
        Route::writes("/deadlines/{tenant}/dates/sitting", LegalGroup, post(sittings::enter_sitting)),
        Route::writes("/deadlines/{tenant}/dismiss/ask", LegalGroup, post(dismiss::ask)),
        Route::writes("/deadlines/{tenant}/dismiss", LegalGroup, post(dismiss::dismiss)),
        Route::writes("/deadlines/{tenant}/restore", LegalGroup, post(dismiss::restore)),
    ]
}
