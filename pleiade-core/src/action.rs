//! Quick actions: what a person does in an application without leaving the page.

use crate::{ActionId, Message};
use serde::{Deserialize, Serialize};
use url::Url;

/// An offer to act.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Action {
    /// Which action of the connector.
    pub id: ActionId,
    /// The verb on the button.
    pub label: Message,
    /// What it applies to, opaque to everybody but the connector; empty when it needs nothing. Not a secret.
    pub target: String,
    /// Opens this page of the application instead of posting, when set.
    pub link: Option<Url>,
}

impl Action {
    /// An action that the portal posts.
    #[must_use]
    pub fn post(id: ActionId, label: Message, target: impl Into<String>) -> Self {
        Self { id, label, target: target.into(), link: None }
    }

    /// An action that opens a page of the application.
    #[must_use]
    pub fn open(id: ActionId, label: Message, link: Url) -> Self {
        Self { id, label, target: String::new(), link: Some(link) }
    }
}

/// A person's wish to act. Both fields come from a browser: the connector checks them like any hostile input, and the
/// application checks the person's right.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActionRequest {
    /// Which action.
    pub id: ActionId,
    /// On what.
    pub target: String,
}

impl ActionRequest {
    /// This action on this target.
    #[must_use]
    pub fn new(id: ActionId, target: impl Into<String>) -> Self {
        Self { id, target: target.into() }
    }
}

/// What became of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ActionOutcome {
    /// Done; cards of this connector are read again.
    Done(Message),
    /// The person goes on at this page of the application, opened with their own session.
    Continue(Url),
}
