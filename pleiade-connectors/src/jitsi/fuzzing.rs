//! What the fuzz target `jitsi` feeds: any text in which somebody may have written a link, any name of a room, and any answer of the server.
//! None may panic, and what is read of it keeps its rules. The tests replay the corpus.

use super::{
    Room,
    client::{RoomSize, is_client_config},
    meeting_link,
};
use percent_encoding::percent_decode_str;
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
    let Some(link) = meeting_link(&text, &servers) else { return };
    let (address, Some(server)) = (&link.address, servers.get(link.server)) else { unreachable!() };
    // It leads to that server and below its address, and carries nothing but a path.
    assert_eq!(address.origin(), server.origin());
    assert!(address.path().starts_with(server.path()) && address.path() != server.path());
    assert!(address.username().is_empty() && address.password().is_none());
    assert_eq!((address.query(), address.fragment()), (None, None));
    if let Some(room) = &link.room {
        is_sound(room);
        assert_eq!(address.path().rsplit('/').next(), Some(room.as_str()));
    }
    // What is found is found again, unless it ends as a sentence does.
    if address.path().ends_with(|c: char| c.is_ascii_alphanumeric()) {
        let again = meeting_link(address.as_str(), &servers);
        assert!(again.is_some_and(|again| again.room == link.room), "{address}");
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
