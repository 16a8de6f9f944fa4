//! What the fuzz target `jitsi` feeds: any text in which somebody may have written a link, any name of a room, and any answer of the server.
//! None may panic, and what is read of it keeps its rules. The tests replay the corpus.

use super::{
    Room,
    client::{RoomSize, is_client_config},
    meeting::held_meeting,
};
use crate::kit::meeting::MeetingPlaces;
use percent_encoding::percent_decode_str;
use pleiade_core::{Action, CallContext, Credential, Meetings, Message};
use url::Url;

/// Feeds a text as each of those that are read.
pub fn text(data: &[u8]) {
    let _ = serde_json::from_slice::<RoomSize>(data);
    let text = String::from_utf8_lossy(data);
    let _ = is_client_config(&text);
    if let Some(room) = Room::from_segment(&text) {
        is_sound(&room);
    }
    if let Some(room) = Room::parse(&text) {
        assert_eq!(room.as_str(), text);
        is_sound(&room);
    }
    let addresses = ["https://visio.ville.example/", "http://meet.example:8443/base/tenant"];
    let servers: Vec<Url> = addresses.iter().filter_map(|address| Url::parse(address).ok()).collect();
    let is_held = |url: &Url| servers.iter().find_map(|server| Some((server, held_meeting(server, url)?)));
    let held = Meetings::new({
        let servers = servers.clone();
        let action = Action::post(super::JOIN, Message::new("jitsi-action-join"), "");
        move |url| servers.iter().any(|server| held_meeting(server, url).is_some()).then(|| action.clone())
    });
    let nobody = CallContext::for_login("nobody", Credential::Technical { key: None });
    let places = MeetingPlaces::new(&nobody.with_meetings(held), &[]);
    let Some(found) = places.find([&*text]) else { return };
    let Some((server, meeting)) = is_held(&found) else { unreachable!() };
    let address = &meeting.address;
    // It leads to that server and below its address, and carries nothing but a path.
    assert_eq!(address.origin(), server.origin());
    assert!(address.path().starts_with(server.path()) && address.path() != server.path());
    assert!(address.username().is_empty() && address.password().is_none());
    assert_eq!((address.query(), address.fragment()), (None, None));
    if let Some(room) = &meeting.room {
        is_sound(room);
        assert_eq!(address.path().rsplit('/').next(), Some(room.as_str()));
    }
    // What is found is found again, unless it ends as a sentence does.
    if address.path().ends_with(|c: char| c.is_ascii_alphanumeric()) {
        let again = places.find([address.as_str()]).and_then(|again| held_meeting(server, &again));
        assert_eq!(again.as_ref(), Some(&meeting), "{address}");
    }
}

fn is_sound(room: &Room) {
    let name = room.as_str();
    assert!(!name.is_empty() && name.len() <= super::MAX_ROOM_BYTES);
    assert!(
        name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-._~%".contains(&b)),
        "{name}"
    );
    assert!(name != "." && name != ".." && Room::parse(name).as_ref() == Some(room), "{name}");
    let decoded = percent_decode_str(name).decode_utf8().ok();
    assert!(decoded.is_some_and(|name| !name.contains(['/', '?', '#', '*'])), "{name}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_corpus_keeps_the_rules() {
        for sample in crate::fuzz_corpus::samples("jitsi", 12) {
            text(&sample);
        }
    }
}
