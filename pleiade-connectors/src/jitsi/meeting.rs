//! Addresses of meetings below that of the server.

use super::room::Room;
use pleiade_core::place::path_below;
use url::Url;

/// A meeting on the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HeldMeeting {
    /// The room, when it is below the address of the server itself; none when it is another tenant's of the same host.
    pub(super) room: Option<Room>,
    /// The address, made anew from the names in the path alone: neither a token (`jwt`) nor anything else that followed it is kept.
    pub(super) address: Url,
}

/// The meeting at an address that anybody wrote, when it is below that of the server.
pub(super) fn held_meeting(base: &Url, address: &Url) -> Option<HeldMeeting> {
    // No name holds an ampersand: what follows one is parameters without their question mark.
    let below = path_below(address, base)?.split('&').next()?.trim_end_matches('/');
    let names: Vec<Room> = below.split('/').map(Room::from_segment).collect::<Option<_>>()?;
    let room = names.last().filter(|_| names.len() == 1).cloned();
    let path: Vec<&str> = names.iter().map(Room::as_str).collect();
    Some(HeldMeeting { room, address: address_below(base, &path.join("/")) })
}

/// The address of a room below that of its server: the invitation, which lets nobody in by itself where a token is wanted.
#[must_use]
pub fn room_address(base: &Url, room: &Room) -> Url {
    address_below(base, room.as_str())
}

fn address_below(base: &Url, path: &str) -> Url {
    let mut address = base.clone();
    address.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    address
}
