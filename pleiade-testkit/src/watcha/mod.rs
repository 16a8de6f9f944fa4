//! For tests and demonstrations only: the homeserver of a Watcha suite, which is the simulated [`Matrix`] with what Watcha adds to it.
//!
//! It is made from the public source of Watcha's homeserver, which stops in 2024, and was not checked against a real one. What it plays: the
//! two state events by which a room shares documents and calendars, `is_partner` at the sign-in, and the address at which external people
//! are refused. Nothing in it asks a Nextcloud.

mod simulated;

pub(crate) use simulated::simulated;

use crate::{Fault, Matrix, Simulator};
use axum::{Router, response::Response};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::Request;
use pleiade_core::Clock;
use serde_json::json;
use std::sync::Arc;

/// The documents that a room shares.
pub const SHARE: &str = "im.vector.web.settings";
/// The calendars that a room shares.
pub const CALENDAR: &str = "watcha.room.nextcloud_calendar";
/// Somebody from outside, whom a colleague invited.
pub const PARTNER: &str = "lroux";

/// A simulated Watcha suite. Cloning shares the state.
#[derive(Debug, Clone)]
pub struct Watcha(Matrix);

impl Watcha {
    /// A suite with the sample people and their rooms, of which some share something.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let matrix = Matrix::new(clock).with_partners(&[PARTNER]);
        if let Some(room) = matrix.room_named("Urbanisme et habitat") {
            let share = "https://ville.example/nextcloud/apps/files/?dir=/Service%20technique&fileid=345";
            matrix.set_state(&room, "jmoreau", SHARE, "", json!({ "nextcloudShare": share }));
            let calendar = json!({ "id": 12, "is_personal": false });
            matrix.set_state(&room, "jmoreau", CALENDAR, "VEVENT_VTODO", calendar);
        }
        if let Some(room) = matrix.room_named("Secrétaires de mairie du Pays des Trois Rivières") {
            matrix.set_state(&room, "kbenali", CALENDAR, "VEVENT", json!({ "id": 7, "is_personal": true }));
        }
        Self(matrix)
    }

    /// The homeserver.
    #[must_use]
    pub fn matrix(&self) -> &Matrix {
        &self.0
    }
}

impl Simulator for Watcha {
    fn router(&self) -> Router {
        self.0.router()
    }

    fn people(&self) -> Vec<String> {
        self.0.people()
    }

    fn empty_account(&self, login: &str) {
        self.0.empty_account(login);
    }

    fn seed_many(&self, login: &str, count: usize) {
        self.0.seed_many(login, count);
    }

    fn seed_hostile_text(&self, login: &str) {
        self.0.seed_hostile_text(login);
        for room in self.0.rooms_of(login) {
            for text in crate::simulator::HOSTILE_TEXTS {
                let share = format!("https://elsewhere.example/?dir=/{text}&fileid={text}");
                self.0.set_state(&room, login, SHARE, "", json!({ "nextcloudShare": share }));
                self.0.set_state(&room, login, CALENDAR, text, json!({ "id": text }));
            }
        }
    }

    fn state(&self) -> String {
        self.0.state()
    }

    fn happen(&self, number: usize, at: DateTime<Utc>) {
        self.0.happen(number, at);
    }

    fn forget_sessions(&self) {
        self.0.forget_sessions();
    }

    fn is_sign_in(&self, request: &Request<Bytes>) -> bool {
        self.0.is_sign_in(request)
    }

    fn odd_item(&self, body: &str) -> Option<String> {
        self.0.odd_item(body)
    }

    fn fault_answer(&self, fault: &Fault) -> Option<Response> {
        self.0.fault_answer(fault)
    }
}
