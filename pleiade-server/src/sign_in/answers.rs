//! Back to the sign-in page, with what became of a sign-in.

use crate::{app::App, web::outcome::Outcome};
use axum::response::Response;

/// Leads to the sign-in page with the sentence of a problem.
pub(crate) fn back_to_page(app: &App, problem: &'static str) -> Response {
    Outcome::failed(problem).redirect_anybody(app, STAY)
}

/// The sign-in page that leads nowhere by itself, whatever the one source is: a browser that refuses cookies would turn in circles.
pub(crate) const STAY: &str = "/sign-in?stay=1";
