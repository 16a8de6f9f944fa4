//! What a person does on the server without leaving the page.

use super::{client::Presence, sessions::Shared, wire};
use pleiade_core::{
    Action, ActionId, ActionOutcome, ActionRequest, CallContext, ConnectorError, ErrorKind, Message,
};

/// Dismisses a notification; the target is its number.
pub(super) const DISMISS: ActionId = ActionId::from_static("dismiss-notification");
/// Marks a conversation as read; the target is its token.
pub(super) const MARK_READ: ActionId = ActionId::from_static("mark-read");
/// Sets the person's presence; the target is the server's word for it.
pub(super) const SET_PRESENCE: ActionId = ActionId::from_static("set-presence");
/// Accepts a share; the target is its number.
pub(super) const ACCEPT_SHARE: ActionId = ActionId::from_static("accept-share");
/// Opens a call that goes on.
pub(super) const JOIN_CALL: ActionId = ActionId::from_static("join-call");

/// An action with this id, label and target.
pub(super) fn post(id: ActionId, label: &'static str, target: impl Into<String>) -> Action {
    Action::post(id, Message::new(label), target)
}

/// An action that a person asked for, with its target parsed and checked.
#[derive(Debug, Clone)]
enum Command {
    Dismiss(u64),
    MarkRead(String),
    SetPresence(Presence),
    AcceptShare(u64),
}

impl Command {
    fn parse(request: &ActionRequest) -> Result<Self, ConnectorError> {
        let target = request.target.as_str();
        let number = || target.parse::<u64>().ok();
        let command = match &request.id {
            id if *id == DISMISS => number().map(Self::Dismiss),
            id if *id == MARK_READ => wire::is_token(target).then(|| Self::MarkRead(target.to_owned())),
            id if *id == SET_PRESENCE => Presence::parse(target).map(Self::SetPresence),
            id if *id == ACCEPT_SHARE => number().map(Self::AcceptShare),
            _ => return Err(ConnectorError::new(ErrorKind::Unsupported, "perform an action")),
        };
        command.ok_or_else(|| ConnectorError::new(ErrorKind::NotFound, "perform an action"))
    }

    fn done(&self) -> &'static str {
        match self {
            Self::Dismiss(_) => "nextcloud-done-dismissed",
            Self::MarkRead(_) => "nextcloud-done-read",
            Self::SetPresence(_) => "nextcloud-done-presence",
            Self::AcceptShare(_) => "nextcloud-done-share",
        }
    }
}

pub(super) async fn perform(
    shared: &Shared,
    cx: &CallContext,
    request: &ActionRequest,
) -> Result<ActionOutcome, ConnectorError> {
    let command = Command::parse(request)?;
    let perform = |session: super::sessions::PersonSession| {
        let command = command.clone();
        async move {
            match command {
                Command::Dismiss(id) => session.api.dismiss_notification(id).await,
                Command::MarkRead(token) => session.api.mark_room_read(&token).await,
                Command::SetPresence(presence) => session.api.set_presence(presence).await,
                Command::AcceptShare(id) => session.api.accept_share(id).await,
            }
        }
    };
    shared.with_session(cx, perform).await?;
    Ok(ActionOutcome::Done(Message::new(command.done())))
}
