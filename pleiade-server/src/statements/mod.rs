//! What the foot of every page leads to: accessibility, legal notice, data protection and help, for each collectivité.
//!
//! The duties come from the law n° 2005-102 of 11 February 2005, article 47, and the decree n° 2019-768 (accessibility: the state on the home
//! page, a declaration, a contact), the law n° 2004-575 of 21 June 2004 (legal notice: publisher and host) and the GDPR, articles 13 and 37.
//! What nobody entered is said to be missing, and a desk that nobody audited is not called accessible.

mod accessibility;
mod contact;
mod model;
mod pages;

pub use accessibility::{AccessibilityAudit, AccessibilityState};
pub use contact::{Contact, ContactError};
pub use model::{AllStatements, Statements};

use crate::web::route::{Guard, Route};
use axum::routing::get;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::reads("/accessibility", Guard::Anybody, get(pages::accessibility)),
        Route::reads("/legal-notice", Guard::Anybody, get(pages::legal_notice)),
        Route::reads("/data-protection", Guard::Anybody, get(pages::data_protection)),
        Route::reads("/help", Guard::Anybody, get(pages::help)),
    ]
}
