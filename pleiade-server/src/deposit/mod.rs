//! Files that people give to an application in their own name, one after the other: a batch to the signature book.
//!
//! Threats: a browser that sends without end (files, sizes, pauses and batches are bounded, and one file is held at a time), a form that is
//! sent twice (each holds a sealed text that is good once), a file that is none, a place of somebody else (the connector asks the
//! application in the person's own name), and the loss of an answer, which the connector looks up and never answers by sending again.
//! Nothing is written to disk, and nothing is kept beside the counts in the audit log.

mod batch;
mod page;
mod path;
mod send;
mod slots;
mod upload;

pub use path::page_path;
pub use slots::{DepositSlot, DepositSlots};

use crate::web::route::{Guard, Route};
use axum::routing::{get, post};

/// The bytes of a whole batch: twenty files of 20 MB, their titles and the form around them.
const MAX_BATCH_BYTES: usize = 20 * 20_000_000 + (1 << 20);

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::reads("/deposit/{connector}", Guard::SignedIn, get(page::form)),
        Route::writes("/deposit/{connector}/send", Guard::SignedIn, post(send::send))
            .streamed(MAX_BATCH_BYTES),
    ]
}
