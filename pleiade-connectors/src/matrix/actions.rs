//! What a person does with a room without leaving the page.

use super::sessions::{PersonSession, Shared};
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
            shared.with_session(cx, |session| mark_read(session, room, private)).await?;
            "matrix-done-mark-read"
        }
        id if *id == ACCEPT => {
            shared.with_session(cx, |session| answer_invitation(session, room, true)).await?;
            "matrix-done-accept"
        }
        id if *id == REFUSE => {
            shared.with_session(cx, |session| answer_invitation(session, room, false)).await?;
            "matrix-done-refuse"
        }
        _ => return Err(ConnectorError::new(ErrorKind::Unsupported, "perform an action")),
    };
    Ok(ActionOutcome::Done(Message::new(done)))
}

/// Marks a room as read. The receipt goes to the room's very last event, of whatever kind: anything before it leaves something counted.
async fn mark_read(session: PersonSession, room: &str, private: bool) -> Result<(), ConnectorError> {
    const OPERATION: &str = "mark as read";
    session.inbox.room(room).ok_or_else(|| gone(OPERATION))?;
    let auth = &session.authorized.auth;
    let last = session.client.last_events(auth, room, 1).await?;
    let last = last.chunk.items.first().ok_or_else(|| gone(OPERATION))?;
    session.client.mark_read(auth, room, &last.event_id, private).await
}

/// Answers an invitation. Only for rooms that hold one for this person: refusing is leaving, and nobody shall leave a room by a forged
/// form.
async fn answer_invitation(session: PersonSession, room: &str, accept: bool) -> Result<(), ConnectorError> {
    let auth = &session.authorized.auth;
    let invitation = session.inbox.invitations().get(room).ok_or_else(|| gone("answer an invitation"))?;
    if accept {
        let via: Vec<&str> = invitation.via().into_iter().collect();
        session.client.join(auth, room, &via).await.map(drop)
    } else {
        session.client.leave(auth, room).await
    }
}

fn gone(operation: &'static str) -> ConnectorError {
    ConnectorError::new(ErrorKind::NotFound, operation)
}
