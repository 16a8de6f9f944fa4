//! Quick actions: what a person does in an application without leaving the page.

use crate::{ActionId, Message};
use serde::{Deserialize, Serialize};
use url::Url;

/// An action offered on a card or a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Action {
    /// The action, within its connector.
    pub id: ActionId,
    /// The verb on the button.
    pub label: Message,
    /// The object of the action, opaque to everybody but the connector; empty when it needs none. Not a secret.
    pub target: String,
    /// A page of the application to open instead of posting.
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

/// A request to act, as it came from a browser: the connector checks both fields like any hostile input, and the application checks the
/// person's right.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActionRequest {
    /// The action, within its connector.
    pub id: ActionId,
    /// The object of the action, as [`Action::target`] offered it.
    pub target: String,
}

impl ActionRequest {
    /// A request of this action on this target.
    #[must_use]
    pub fn new(id: ActionId, target: impl Into<String>) -> Self {
        Self { id, target: target.into() }
    }
}

/// The result of an action.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ActionOutcome {
    /// Done; cards of this connector are read again.
    Done(Message),
    /// The person goes on at this page of the application, opened with their own session.
    Continue(Url),
}
