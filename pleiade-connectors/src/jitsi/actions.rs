//! Opening meetings. Nothing is written anywhere: a meeting exists once somebody is in it.

use super::{Shared, config::TokenPlace, meeting::room_address, room::Room, token::TokenUser};
use pleiade_core::{
    Action, ActionId, ActionOutcome, ActionRequest, CallContext, ConnectorError, ErrorKind,
    ExposeSecret as _, Message, OpenedAddress,
};

/// Opens a new meeting, whose name is made at that moment.
pub const CREATE: ActionId = ActionId::from_static("create");
/// Gives the link of a new meeting, to be copied into an invitation.
pub const INVITE: ActionId = ActionId::from_static("invite");
/// Opens a meeting; target its room. A link where no token is wanted.
pub const JOIN: ActionId = ActionId::from_static("join");

const OPERATION: &str = "open a meeting";

pub(super) async fn perform(
    shared: &Shared,
    cx: &CallContext,
    request: &ActionRequest,
) -> Result<ActionOutcome, ConnectorError> {
    match &request.id {
        id if *id == CREATE => open(shared, cx, &Room::random(&shared.config.room_prefix), true).await,
        id if *id == INVITE => Ok(invitation(shared, &Room::random(&shared.config.room_prefix))),
        id if *id == JOIN => {
            let room = Room::parse(&request.target)
                .ok_or_else(|| ConnectorError::new(ErrorKind::NotFound, OPERATION))?;
            let permanent = shared.rooms.iter().find(|permanent| permanent.room == room);
            if permanent.is_some_and(|permanent| !permanent.is_for(cx)) {
                return Err(ConnectorError::new(ErrorKind::Forbidden, OPERATION));
            }
            let leads = shared.config.token.as_ref().and_then(|token| token.moderator_groups.as_ref());
            let leads = leads.is_none_or(|groups| !groups.is_disjoint(&cx.actor.acting.groups));
            open(shared, cx, &room, leads).await
        }
        _ => Err(ConnectorError::new(ErrorKind::Unsupported, "perform an action")),
    }
}

/// The action that joins a room: posted where a token is made, a plain link elsewhere.
pub(super) fn join(shared: &Shared, room: &Room) -> Action {
    let label = Message::new("jitsi-action-join");
    match shared.tokens {
        Some(_) => Action::opening(JOIN, label, room.as_str()).with_icon("video-camera"),
        None => Action::open(JOIN, label, room_address(&shared.config.url, room)).with_icon("video-camera"),
    }
}

fn invitation(shared: &Shared, room: &Room) -> ActionOutcome {
    let link = room_address(&shared.config.url, room);
    ActionOutcome::Next {
        message: Message::new("jitsi-invitation").with_text("link", link.as_str()),
        next: Box::new(Action::opening(JOIN, Message::new("jitsi-action-join"), room.as_str())),
    }
}

/// The address of a room for this person. Whoever looks in somebody's place is led nowhere in their name.
async fn open(
    shared: &Shared,
    cx: &CallContext,
    room: &Room,
    leads: bool,
) -> Result<ActionOutcome, ConnectorError> {
    if cx.stands_in {
        return Err(ConnectorError::new(ErrorKind::Forbidden, OPERATION));
    }
    let key = shared.key(cx).await?;
    let mut address = room_address(&shared.config.url, room);
    if let (Some((signer, grant)), Some(config)) = (&shared.tokens, &shared.config.token) {
        let identity = &cx.actor.identity;
        let id = key.unwrap_or_else(|| identity.id.to_string());
        let mut user = TokenUser::new(id, &identity.display_name, leads);
        user.email = identity.mail.as_ref().filter(|_| config.mail).map(ToString::to_string);
        let token = signer.mint(grant, room, &user, cx.clock.now().timestamp())?;
        let pair = format!("jwt={}", token.expose_secret());
        match config.place {
            TokenPlace::Fragment => address.set_fragment(Some(&pair)),
            TokenPlace::Query => address.set_query(Some(&pair)),
        }
    }
    Ok(ActionOutcome::Continue(OpenedAddress::new(address)))
}
