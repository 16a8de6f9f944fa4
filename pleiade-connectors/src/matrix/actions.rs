//! What a person does with a room without leaving the page.

use super::{client::MatrixError, shared::Shared};
use pleiade_core::{ActionOutcome, ActionRequest, CallContext, ConnectorError, ErrorKind, Message};

/// Marks everything in a room as read; the target is the room's id.
pub(super) const MARK_READ: &str = "mark-read";
/// Enters the room of an invitation; the target is the room's id.
pub(super) const ACCEPT: &str = "accept-invite";
/// Refuses an invitation; the target is the room's id.
pub(super) const REFUSE: &str = "refuse-invite";

pub(super) async fn perform(
    shared: &Shared,
    cx: &CallContext,
    request: &ActionRequest,
) -> Result<ActionOutcome, ConnectorError> {
    let room = request.target.as_str();
    let done = match request.id.as_str() {
        MARK_READ => {
            mark_read(shared, cx, room).await?;
            "matrix-done-mark-read"
        }
        ACCEPT => {
            answer_invitation(shared, cx, room, true).await?;
            "matrix-done-accept"
        }
        REFUSE => {
            answer_invitation(shared, cx, room, false).await?;
            "matrix-done-refuse"
        }
        _ => return Err(ConnectorError::new(ErrorKind::Unsupported, "perform an action")),
    };
    Ok(ActionOutcome::Done(Message::new(done)))
}

/// The receipt goes to the room's very last event, of whatever kind: anything before it leaves something counted.
async fn mark_read(shared: &Shared, cx: &CallContext, room: &str) -> Result<(), MatrixError> {
    let (signed_in, inbox) = shared.visit(cx).await?;
    if inbox.room(room).is_none() {
        return Err(gone("mark as read"));
    }
    let last = shared.client.last_events(&signed_in.access, room, 1).await?;
    let last = last.chunk.first().ok_or_else(|| gone("mark as read"))?;
    shared.client.mark_read(&signed_in.access, room, &last.event_id, shared.private_receipts).await
}

/// Only for rooms that hold an invitation of this person: refusing is leaving, and nobody shall leave a room by a forged form.
async fn answer_invitation(
    shared: &Shared,
    cx: &CallContext,
    room: &str,
    accept: bool,
) -> Result<(), MatrixError> {
    let (signed_in, inbox) = shared.visit(cx).await?;
    let invitation = inbox.invitations().get(room).ok_or_else(|| gone("answer an invitation"))?;
    if accept {
        let via: Vec<&str> = invitation.via().into_iter().collect();
        shared.client.join(&signed_in.access, room, &via).await.map(drop)
    } else {
        shared.client.leave(&signed_in.access, room).await
    }
}

fn gone(operation: &'static str) -> MatrixError {
    ConnectorError::new(ErrorKind::NotFound, operation).into()
}
