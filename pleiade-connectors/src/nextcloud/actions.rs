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

/// An offer of one of them.
pub(super) fn post(id: ActionId, label: &'static str, target: impl Into<String>) -> Action {
    Action::post(id, Message::new(label), target)
}

/// A click of a person, its target read and checked.
#[derive(Debug, Clone)]
enum Wish {
    Dismiss(u64),
    MarkRead(String),
    SetPresence(Presence),
    AcceptShare(u64),
}

impl Wish {
    fn read(request: &ActionRequest) -> Result<Self, ConnectorError> {
        let target = request.target.as_str();
        let number = || target.parse::<u64>().ok();
        let wish = match &request.id {
            id if *id == DISMISS => number().map(Self::Dismiss),
            id if *id == MARK_READ => wire::is_token(target).then(|| Self::MarkRead(target.to_owned())),
            id if *id == SET_PRESENCE => Presence::parse(target).map(Self::SetPresence),
            id if *id == ACCEPT_SHARE => number().map(Self::AcceptShare),
            _ => return Err(ConnectorError::new(ErrorKind::Unsupported, "perform an action")),
        };
        wish.ok_or_else(|| ConnectorError::new(ErrorKind::NotFound, "perform an action"))
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
    let wish = Wish::read(request)?;
    let perform = |visit: super::sessions::Visit| {
        let wish = wish.clone();
        async move {
            match wish {
                Wish::Dismiss(id) => visit.session.dismiss_notification(id).await,
                Wish::MarkRead(token) => visit.session.mark_room_read(&token).await,
                Wish::SetPresence(presence) => visit.session.set_presence(presence).await,
                Wish::AcceptShare(id) => visit.session.accept_share(id).await,
            }
        }
    };
    shared.visit(cx, perform).await?;
    Ok(ActionOutcome::Done(Message::new(wish.done())))
}
