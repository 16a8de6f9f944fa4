//! What became of a form of this page.

use axum::response::{IntoResponse as _, Redirect, Response};
use pleiade_core::ConnectorId;
use serde::Deserialize;

/// What became of a form, as the redirect after it says. Only these words mean anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Outcome {
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

impl Outcome {
    pub(super) const fn name(self) -> &'static str {
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

    pub(super) const fn is_good(self) -> bool {
        matches!(self, Self::Started | Self::Connected | Self::Revoked)
    }

    pub(super) fn to_page(self, connector: &ConnectorId) -> Response {
        let to = format!("/profile/accesses?outcome={}&of={connector}#access-{connector}", self.name());
        Redirect::to(&to).into_response()
    }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct After {
    outcome: Option<String>,
    of: Option<ConnectorId>,
}

impl After {
    pub(super) fn known(&self) -> Option<(Outcome, &ConnectorId)> {
        let name =
            serde::de::value::StrDeserializer::<serde::de::value::Error>::new(self.outcome.as_deref()?);
        Outcome::deserialize(name).ok().zip(self.of.as_ref())
    }
}
