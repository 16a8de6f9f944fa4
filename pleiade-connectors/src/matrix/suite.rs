//! What a suite of which a homeserver is a part adds to its rooms.

use super::{Authorization, MatrixClient, inbox::Room};
use async_trait::async_trait;
use pleiade_core::{Action, ActionDescriptor};
use std::fmt;

/// A suite, built on a homeserver. Everything else is the homeserver's own.
#[async_trait]
pub(crate) trait Suite: fmt::Debug + Send + Sync + 'static {
    /// The types of state events of rooms that are read besides ([`Room::state`]).
    fn room_state(&self) -> &'static [&'static str];

    /// The actions that [`Self::room_actions`] may give.
    fn actions(&self) -> Vec<ActionDescriptor>;

    /// What is offered on a room besides.
    fn room_actions(&self, room: &Room) -> Vec<Action>;

    /// True if this person may begin no conversation. What cannot be known is no error: rooms are shown whatever else is down.
    async fn is_partner(&self, client: &MatrixClient, auth: &Authorization) -> bool;
}
