//! The outcomes of connecting an account and revoking it.

use super::path::PATH;
use crate::{app::App, session::Session, web::outcome::Outcome};
use axum::response::Response;
use pleiade_core::ConnectorId;

/// The outcome of a form of `/profile/accesses`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ConnectOutcome {
    Started,
    Waiting,
    Expired,
    Connected,
    Refused,
    TooMany,
    NoAnswer,
    Failed,
    Revoked,
    RevokedHere,
}

impl ConnectOutcome {
    /// The message that tells it.
    const fn key(self) -> &'static str {
        match self {
            Self::Started => "accesses-outcome-started",
            Self::Waiting => "accesses-outcome-waiting",
            Self::Expired => "accesses-outcome-expired",
            Self::Connected => "accesses-outcome-connected",
            Self::Refused => "accesses-outcome-refused",
            Self::TooMany => "accesses-outcome-too-many",
            Self::NoAnswer => "accesses-outcome-no-answer",
            Self::Failed => "accesses-outcome-failed",
            Self::Revoked => "accesses-outcome-revoked",
            Self::RevokedHere => "accesses-outcome-revoked-here",
        }
    }

    const fn is_good(self) -> bool {
        matches!(self, Self::Started | Self::Connected | Self::Revoked)
    }

    /// Leads back to the page, at the application, which tells it.
    pub(super) fn to_page(self, app: &App, session: &Session, id: &ConnectorId) -> Response {
        let key = self.key();
        let told = if self.is_good() { Outcome::done(key) } else { Outcome::failed(key) };
        let told = told.with("application", app.connectors.name(&session.actor.acting.tenant, id));
        told.redirect(app, session, &format!("{PATH}#access-{id}"))
    }
}
