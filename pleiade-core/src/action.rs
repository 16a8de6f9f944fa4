//! Quick actions: what a person does in an application without leaving the page.

use crate::{ActionId, ActionInput, ConnectorId, Icon, Message};
use serde::{Deserialize, Serialize};
use std::fmt;
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
    /// True if it leads to the host's own page on which files are given to the connector ([`Connector::deposit`](crate::Connector::deposit)).
    /// A host without such a page leaves the action out.
    #[serde(default)]
    pub opens_deposit: bool,
    /// True if it is posted, and its outcome is an address made for this person at that moment: [`ActionOutcome::Continue`].
    #[serde(default)]
    pub opens: bool,
    /// True if it engages the person, who is asked to confirm it before it is sent: a visa, a rejection.
    pub engages: bool,
    /// Words that the person writes with it.
    pub input: Option<ActionInput>,
    /// True if it can be taken on several lines of one kind at once. They are sent one by one.
    pub batch: bool,
    /// A picture that may stand for the label where there is little room; the label is always told.
    #[serde(default)]
    pub icon: Icon,
    /// The connector of the same collectivité whose action it is, where that is not the one that offers it: see [`Meetings`](crate::Meetings).
    #[serde(default)]
    pub by: Option<ConnectorId>,
}

impl Action {
    /// An action that the portal posts.
    #[must_use]
    pub fn post(id: ActionId, label: Message, target: impl Into<String>) -> Self {
        Self {
            id,
            label,
            target: target.into(),
            link: None,
            opens_deposit: false,
            opens: false,
            engages: false,
            input: None,
            batch: false,
            icon: Icon::default(),
            by: None,
        }
    }

    /// An action that opens a page of the application.
    #[must_use]
    pub fn open(id: ActionId, label: Message, link: Url) -> Self {
        Self { link: Some(link), ..Self::post(id, label, "") }
    }

    /// An action that the portal posts, and that leads its person to an address made at that moment ([`ActionOutcome::Continue`]). It changes
    /// nothing in the application: whoever is led there may ask for it again.
    #[must_use]
    pub fn opening(id: ActionId, label: Message, target: impl Into<String>) -> Self {
        Self { opens: true, ..Self::post(id, label, target) }
    }

    /// An action that leads to the host's page on which files are given.
    #[must_use]
    pub fn deposit(id: ActionId, label: Message) -> Self {
        Self { opens_deposit: true, ..Self::post(id, label, "") }
    }

    /// True if it leads to a page instead of being posted.
    #[must_use]
    pub fn is_link(&self) -> bool {
        self.link.is_some() || self.opens_deposit
    }

    /// True if the person is asked before it is sent: it [engages](Self::engages) them, or wants [words](Self::input) of theirs.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.engages || self.input.is_some()
    }

    /// The same action with a picture by its name: see [`Icon::Named`].
    #[must_use]
    pub fn with_icon(mut self, name: &str) -> Self {
        self.icon = Icon::Named(name.to_owned());
        self
    }

    /// The same action, confirmed by the person before it is sent.
    #[must_use]
    pub fn engaging(mut self) -> Self {
        self.engages = true;
        self
    }

    /// The same action with words of the person.
    #[must_use]
    pub fn with_input(mut self, input: ActionInput) -> Self {
        self.input = Some(input);
        self
    }

    /// The same action, of this connector, whichever offers it.
    #[must_use]
    pub fn by(mut self, connector: ConnectorId) -> Self {
        self.by = Some(connector);
        self
    }

    /// The same action, which can be taken on several lines at once.
    #[must_use]
    pub fn in_batches(mut self) -> Self {
        self.batch = true;
        self
    }
}

/// The description of an action that a widget may offer, known without calling the application.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActionDescriptor {
    /// The action, within its connector.
    pub id: ActionId,
    /// True if it opens a page, of the application or the one on which files are given to it; false if the portal posts it.
    pub is_link: bool,
    /// True if the [person is asked](Action::is_asked) before it is sent. A portal sends it after that question only, whatever its browser
    /// says.
    pub is_asked: bool,
    /// True if it [leads its person to an address](Action::opening) made at that moment. A portal follows no address that another action gives.
    pub opens: bool,
}

impl ActionDescriptor {
    /// An action that the portal posts, as [`Action::post`] makes it.
    #[must_use]
    pub const fn post(id: ActionId) -> Self {
        Self { id, is_link: false, is_asked: false, opens: false }
    }

    /// An action that opens a page, as [`Action::open`] and [`Action::deposit`] make it.
    #[must_use]
    pub const fn open(id: ActionId) -> Self {
        Self { id, is_link: true, is_asked: false, opens: false }
    }

    /// An action that leads to an address made at that moment, as [`Action::opening`] makes it.
    #[must_use]
    pub const fn opening(id: ActionId) -> Self {
        Self { id, is_link: false, is_asked: false, opens: true }
    }

    /// The same action, about which the person is asked first.
    #[must_use]
    pub const fn asked(mut self) -> Self {
        self.is_asked = true;
        self
    }

    /// True if it describes this action.
    #[must_use]
    pub fn describes(&self, action: &Action) -> bool {
        self.id == action.id
            && self.is_link == action.is_link()
            && self.is_asked == action.is_asked()
            && self.opens == action.opens
    }
}

/// A request to act, as it came from a browser: the connector checks every field like any hostile input, and the application checks the
/// person's right.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActionRequest {
    /// The action, within its connector.
    pub id: ActionId,
    /// The object of the action, as [`Action::target`] offered it.
    pub target: String,
    /// The words that the person wrote, for an action with [`Action::input`]; none when they wrote none.
    pub text: Option<String>,
}

impl ActionRequest {
    /// A request of this action on this target.
    #[must_use]
    pub fn new(id: ActionId, target: impl Into<String>) -> Self {
        Self { id, target: target.into(), text: None }
    }

    /// The same request with words of the person.
    #[must_use]
    pub fn with_text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }
}

/// The result of an action.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ActionOutcome {
    /// Done; cards of this connector are read again.
    Done(Message),
    /// Done, and for a while it can be undone by this action.
    Undoable {
        /// What was done.
        message: Message,
        /// The action that undoes it.
        undo: Box<Action>,
    },
    /// Done, and this action may come next: the message tells what it is about.
    Next {
        /// What was done.
        message: Message,
        /// The action that may follow.
        next: Box<Action>,
    },
    /// The person goes on at this address of the application. Of an action that is [declared](ActionDescriptor::opening) so, and of no other.
    Continue(OpenedAddress),
}

/// An address of an application made for one person at one moment: it may let whoever has it in as them, for minutes. It goes from the
/// connector to the browser of that person, as a redirection that no cache keeps, and stands in no page, log or audit trail: its `Debug`
/// form shows neither path, query nor fragment, and it cannot be serialised.
#[derive(Clone, PartialEq, Eq)]
pub struct OpenedAddress(Url);

impl OpenedAddress {
    /// Wraps an address.
    #[must_use]
    pub fn new(address: Url) -> Self {
        Self(address)
    }

    /// The address, to lead its person there.
    #[must_use]
    pub fn expose(&self) -> &Url {
        &self.0
    }
}

impl From<Url> for OpenedAddress {
    fn from(address: Url) -> Self {
        Self(address)
    }
}

impl fmt::Debug for OpenedAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OpenedAddress").field(&self.0.host_str().unwrap_or_default()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opened_address_tells_its_host_alone() {
        let address = Url::parse("https://visio.ville.example/room?jwt=secret-1#jwt=secret-2").unwrap();
        let outcome = ActionOutcome::Continue(OpenedAddress::new(address.clone()));
        let shown = format!("{outcome:?} {outcome:#?}");
        assert!(shown.contains("visio.ville.example"), "{shown}");
        assert!(!shown.contains("secret") && !shown.contains("room"), "{shown}");
        assert!(matches!(outcome, ActionOutcome::Continue(opened) if *opened.expose() == address));
    }

    #[test]
    fn an_opening_is_described_as_one() {
        let id = ActionId::from_static("join");
        let opening = Action::opening(id.clone(), Message::new("x-join"), "room");
        assert!(ActionDescriptor::opening(id.clone()).describes(&opening));
        assert!(!ActionDescriptor::post(id.clone()).describes(&opening));
        assert!(!ActionDescriptor::opening(id.clone()).describes(&Action::post(
            id,
            Message::new("x-join"),
            "room"
        )));
    }
}
