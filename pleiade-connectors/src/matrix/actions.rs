//! What a person does with a room without leaving the page.

use super::sessions::{Shared, Visit};
use pleiade_core::{ActionId, ActionOutcome, ActionRequest, CallContext, ConnectorError, ErrorKind, Message};

/// Marks everything in a room as read; the target is the room's id.
pub(super) const MARK_READ: ActionId = ActionId::from_static("mark-read");
/// Enters the room of an invitation; the target is the room's id.
pub(super) const ACCEPT: ActionId = ActionId::from_static("accept-invite");
/// Refuses an invitation; the target is the room's id.
pub(super) const REFUSE: ActionId = ActionId::from_static("refuse-invite");
/// Opens the page from which a conversation is begun.
pub(super) const NEW_CHAT: ActionId = ActionId::from_static("new-chat");

pub(super) async fn perform(
    shared: &Shared,
    cx: &CallContext,
    request: &ActionRequest,
) -> Result<ActionOutcome, ConnectorError> {
    let room = request.target.as_str();
    let done = match &request.id {
        id if *id == MARK_READ => {
            let private = shared.config.private_receipts;
            shared.visit(cx, |visit| mark_read(visit, room, private)).await?;
            "matrix-done-mark-read"
        }
        id if *id == ACCEPT => {
            shared.visit(cx, |visit| answer_invitation(visit, room, true)).await?;
            "matrix-done-accept"
        }
        id if *id == REFUSE => {
            shared.visit(cx, |visit| answer_invitation(visit, room, false)).await?;
            "matrix-done-refuse"
        }
        _ => return Err(ConnectorError::new(ErrorKind::Unsupported, "perform an action")),
    };
    Ok(ActionOutcome::Done(Message::new(done)))
}

/// The receipt goes to the room's very last event, of whatever kind: anything before it leaves something counted.
async fn mark_read(visit: Visit, room: &str, private: bool) -> Result<(), ConnectorError> {
    const OPERATION: &str = "mark as read";
    visit.inbox.room(room).ok_or_else(|| gone(OPERATION))?;
    let access = &visit.signed_in.access;
    let last = visit.client.last_events(access, room, 1).await?;
    let last = last.chunk.items.first().ok_or_else(|| gone(OPERATION))?;
    visit.client.mark_read(access, room, &last.event_id, private).await
}

/// Only for rooms that hold an invitation of this person: refusing is leaving, and nobody shall leave a room by a forged form.
async fn answer_invitation(visit: Visit, room: &str, accept: bool) -> Result<(), ConnectorError> {
    let access = &visit.signed_in.access;
    let invitation = visit.inbox.invitations().get(room).ok_or_else(|| gone("answer an invitation"))?;
    if accept {
        let via: Vec<&str> = invitation.via().into_iter().collect();
        visit.client.join(access, room, &via).await.map(drop)
    } else {
        visit.client.leave(access, room).await
    }
}

fn gone(operation: &'static str) -> ConnectorError {
    ConnectorError::new(ErrorKind::NotFound, operation)
}
