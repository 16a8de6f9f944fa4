//! `/profile/accesses`: how the portal reads each application in the person's name, and the accounts that they connect themselves.
//!
//! Threats: somebody connects or revokes in the place of another (tenant and person come from the session, a login flow belongs to the
//! session it was begun in); a stranger's account slips into a person's desk (the page to open is shown to this person alone, and a
//! finished flow counts for the one who began it); passwords of others tried through us (few attempts a person and application); a
//! secret that is kept although it opens nothing (tried before it is kept); a secret that lives on after it was revoked here (revoked in
//! the application where it allows that, and else said).

mod connect;
mod revoke;
mod view;

pub(crate) use connect::PENDING;
pub use revoke::{Revoked, revoke};
pub use view::{AccessLine, lines};

use crate::{
    app::App,
    credentials::CredentialRule,
    session::{Session, SignedIn},
    web::{
        errors::{Refusal, html},
        look::Look,
        page::Page,
        route::{Access, Route},
    },
};
use askama::Template;
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use pleiade_core::{AccountLinking, Connector, ConnectorId, Message};
use pleiade_federation::vault::LinkedAccountKey;
use serde::Deserialize;
use std::{sync::Arc, time::Duration};
use view::AccessView;

/// Secrets that open nothing which a person may paste for one application before they wait.
pub(crate) const FREE_ATTEMPTS: u32 = 5;

pub(crate) fn routes() -> Vec<Route> {
    use Access::{Administrator, SignedIn};
    vec![
        Route::reads("/profile/accesses", SignedIn, get(page)),
        Route::writes("/profile/accesses/{connector}/start", SignedIn, post(connect::start)),
        Route::writes("/profile/accesses/{connector}/finish", SignedIn, post(connect::finish)),
        Route::writes("/profile/accesses/{connector}/paste", SignedIn, post(connect::paste)),
        Route::writes("/profile/accesses/{connector}/revoke", SignedIn, post(revoke::mine)).confirmed(),
        Route::writes(
            "/console/people/{person}/accesses/{link}/{connector}/revoke",
            Administrator,
            post(revoke::of_somebody),
        )
        .confirmed(),
    ]
}

/// What became of a form, as the redirect after it says. Only these words mean anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Outcome {
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

    fn to_page(self, connector: &ConnectorId) -> Response {
        let to = format!("/profile/accesses?outcome={}&of={connector}#access-{connector}", self.name());
        Redirect::to(&to).into_response()
    }
}

#[derive(Debug, Default, Deserialize)]
struct After {
    outcome: Option<String>,
    of: Option<ConnectorId>,
}

impl After {
    fn known(&self) -> Option<(Outcome, &ConnectorId)> {
        let name =
            serde::de::value::StrDeserializer::<serde::de::value::Error>::new(self.outcome.as_deref()?);
        Outcome::deserialize(name).ok().zip(self.of.as_ref())
    }
}

#[derive(Template)]
#[template(path = "profile/accesses.html")]
struct AccessesPage {
    page: Page,
    done: Option<String>,
    problem: Option<String>,
    accesses: Vec<AccessView>,
}

async fn page(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    look: Look,
    Query(after): Query<After>,
) -> Result<Response, Refusal> {
    let page = Page::signed_in(&app, &session, look, "/profile/accesses")?;
    let accesses = view::all(&app, &session, &page.words).await?;
    let (mut done, mut problem) = (None, None);
    if let Some((outcome, of)) = after.known()
        && let Some(connector) = app.connectors.get(&session.actor.acting.tenant, of)
    {
        let name = connector.descriptor().name.clone();
        let message = Message::new(format!("accesses-outcome-{}", outcome.name()));
        let text = page.words.message(&message.with_text("application", name));
        *(if outcome.is_good() { &mut done } else { &mut problem }) = Some(text);
    }
    html(&AccessesPage { page, done, problem, accesses })
}

/// A connector of the collectivité whose accounts people connect, and how.
struct Connectable {
    connector: Arc<dyn Connector>,
    key: LinkedAccountKey,
    deadline: Duration,
}

impl Connectable {
    /// # Errors
    /// Not found for what this collectivité does not have, or lets in otherwise.
    fn find(app: &App, session: &Session, id: &ConnectorId) -> Result<Self, Refusal> {
        let tenant = &session.actor.acting.tenant;
        let connector = app.connectors.get(tenant, id).ok_or(Refusal::NotFound)?.clone();
        let linked = app.credential_rules.get(id) == Some(&CredentialRule::LinkedAccount);
        if !linked || connector.linking().is_none() {
            return Err(Refusal::NotFound);
        }
        let key = LinkedAccountKey::new(tenant.clone(), session.actor.identity.link, id.clone());
        Ok(Self { connector, key, deadline: app.action_deadline })
    }

    fn linking(&self) -> Result<&dyn AccountLinking, Refusal> {
        self.connector.linking().ok_or(Refusal::NotFound)
    }
}

/// What a failing vault becomes.
fn broken(error: &dyn std::error::Error) -> Refusal {
    let reference = crate::web::reference();
    tracing::error!(reference, %error, "an access was not read or written");
    Refusal::Broken { reference }
}
