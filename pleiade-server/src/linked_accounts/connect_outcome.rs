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
    const fn name(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Waiting => "waiting",
            Self::Expired => "expired",
            Self::Connected => "connected",
            Self::Refused => "refused",
            Self::TooMany => "too-many",
            Self::NoAnswer => "no-answer",
            Self::Failed => "failed",
            Self::Revoked => "revoked",
            Self::RevokedHere => "revoked-here",
        }
    }

    const fn is_good(self) -> bool {
        matches!(self, Self::Started | Self::Connected | Self::Revoked)
    }

    /// Leads back to the page, at the application, which tells it.
    pub(super) fn to_page(self, app: &App, session: &Session, id: &ConnectorId) -> Response {
        let key = format!("accesses-outcome-{}", self.name());
        let told = if self.is_good() { Outcome::done(key) } else { Outcome::failed(key) };
        let told = told.with("application", app.connectors.name(&session.actor.acting.tenant, id));
        told.redirect(app, session, &format!("{PATH}#access-{id}"))
    }
}
