//! For tests and demonstrations only: a simulated application in which things happen while its clock passes.

use crate::Simulator;
use axum::{Router, extract::Request, middleware, middleware::Next};
use chrono::{DateTime, TimeDelta, Utc};
use pleiade_core::Clock;
use std::sync::{Arc, Mutex, PoisonError};

/// Minutes after the start at which things happen, in order. Mails arrive at the first and the fourth, folders to approve at the second and
/// the fifth; at the third and the last somebody writes in a room; at the third documents that were sent go on, and at the last the préfecture
/// writes.
pub const MINUTES: [i64; 6] = [1, 4, 9, 16, 25, 36];

/// A simulated application with its day. Clones share it.
///
/// Nothing runs beside it: what the clock has passed since the last request happens before the next one is answered, dated from the minute at
/// which it was due. So the same requests at the same times are always answered alike.
#[derive(Debug, Clone)]
pub struct Living {
    application: Arc<dyn Simulator>,
    clock: Arc<dyn Clock>,
    started: DateTime<Utc>,
    /// The number of things that have happened.
    happened: Arc<Mutex<usize>>,
}

impl Living {
    /// An application whose day starts at the clock's present.
    #[must_use]
    pub fn new(application: Arc<dyn Simulator>, clock: Arc<dyn Clock>) -> Self {
        let started = clock.now();
        Self { application, clock, started, happened: Arc::default() }
    }

    /// The application's routes.
    pub fn router(&self) -> Router {
        let own = self.clone();
        self.application.router().layer(middleware::from_fn(move |request: Request, next: Next| {
            own.catch_up();
            next.run(request)
        }))
    }

    fn catch_up(&self) {
        let now = self.clock.now();
        let mut happened = self.happened.lock().unwrap_or_else(PoisonError::into_inner);
        for (number, minutes) in MINUTES.into_iter().enumerate().skip(*happened) {
            let at = self.started + TimeDelta::minutes(minutes);
            if at > now {
                break;
            }
            self.application.happen(number, at);
            *happened = number + 1;
        }
    }
}
