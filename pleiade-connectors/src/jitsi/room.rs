//! Names of rooms, as the server behind the web client knows them.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::fmt;
use unicode_normalization::UnicodeNormalization as _;

/// The longest name, percent-encoded.
pub const MAX_ROOM_BYTES: usize = 200;
/// The random part of a new name: 80 bits.
const RANDOM_BYTES: usize = 10;
const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// What the web client takes out of a name.
const REMOVED: &str = ":?#[]@!$&'()*+,;=></\"";
/// What `encodeURIComponent` leaves of the rest.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// First segments of paths that are files and services of the web host.
const RESERVED: [&str; 11] = [
    "static",
    "libs",
    "css",
    "images",
    "sounds",
    "config.js",
    "interface_config.js",
    "external_api.js",
    "http-bind",
    "xmpp-websocket",
    "colibri-ws",
];

/// A name of a room as the server compares it: lower-case, percent-encoded, of `[a-z0-9-._~%]`, one segment of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Room(String);

impl Room {
    /// A name that nobody can guess, of `[a-z0-9-]`: 80 random bits after `prefix`, which is left out when empty.
    #[must_use]
    pub fn random(prefix: &str) -> Self {
        let bytes: [u8; RANDOM_BYTES] = rand::random();
        let bits = bytes.iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
        let letters = (0..RANDOM_BYTES * 8 / 5).map(|place| {
            let index = usize::try_from(bits >> (place * 5) & 31).unwrap_or_default();
            char::from(BASE32.get(index).copied().unwrap_or(b'a'))
        });
        let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}-") };
        Self(letters.fold(prefix, |mut name, letter| {
            name.push(letter);
            name
        }))
    }

    /// A name that is already as the server compares it; none for any other text. What comes from a browser is read by this.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::normalise(name).filter(|room| room.0 == name)
    }

    /// The name of a segment of an address, as the web client reads it: without the characters that it removes, NFKC, lower-case,
    /// percent-encoded. None when that is no name, or not one that the client would read again as the same.
    #[must_use]
    pub fn from_segment(segment: &str) -> Option<Self> {
        Self::normalise(segment).and_then(|room| Self::parse(&room.0))
    }

    fn normalise(segment: &str) -> Option<Self> {
        if segment.len() > 4 * MAX_ROOM_BYTES {
            return None;
        }
        let decoded = percent_decode_str(segment).decode_utf8().ok()?;
        let kept = decoded.chars().filter(|c| !REMOVED.contains(*c) && !c.is_whitespace() && !c.is_control());
        let name = kept.nfkc().collect::<String>().to_lowercase();
        let name = utf8_percent_encode(&name, ENCODED).to_string().to_lowercase();
        let is_room = (1..=MAX_ROOM_BYTES).contains(&name.len())
            && name.bytes().any(|b| b != b'.')
            && !RESERVED.contains(&name.as_str());
        is_room.then_some(Self(name))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True if it holds `[a-z0-9-]` alone, which every part of Jitsi reads alike.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.0.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    }
}

impl fmt::Display for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_new_name_is_random_and_plain() {
        let names: BTreeSet<Room> = (0..1000).map(|_| Room::random("reunion")).collect();
        assert_eq!(names.len(), 1000);
        let mut letters = BTreeSet::new();
        for name in &names {
            let random = name.as_str().strip_prefix("reunion-").unwrap();
            // Sixteen letters of five bits.
            assert_eq!(random.len(), 16);
            assert!(name.is_plain() && Room::parse(name.as_str()).as_ref() == Some(name), "{name}");
            letters.extend(random.chars().enumerate());
        }
        assert_eq!(letters.len(), 16 * 32, "every letter comes in every place");
        assert_eq!(Room::random("").as_str().len(), 16);
    }

    #[test]
    fn a_name_is_read_as_the_client_reads_it() {
        let read = |segment| Room::from_segment(segment).map(|room| room.0);
        assert_eq!(read("Codir-7F3A9C").as_deref(), Some("codir-7f3a9c"));
        assert_eq!(read("Comit%C3%A9").as_deref(), Some("comit%c3%a9"));
        assert_eq!(read("Comité").as_deref(), Some("comit%c3%a9"));
        // Composed or not, it is the same room.
        assert_eq!(read("Comite\u{301}").as_deref(), Some("comit%c3%a9"));
        assert_eq!(read("Bureau%20du%20maire!").as_deref(), Some("bureaudumaire"));
        assert_eq!(read("a%2Fb%3Fc").as_deref(), Some("abc"));
        // What NFKC would make a removed character is read again as another room: refused.
        for wrong in
            ["", "%20", "..", ".", "%2e%2e", "%ff", "static", "Config.js", "\u{ff1f}", &"a".repeat(201)]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_target_is_taken_as_it_is_or_not_at_all() {
        for right in ["codir-7f3a9c", "comit%c3%a9", "a_b.c~d", "100%25"] {
            assert_eq!(Room::parse(right).unwrap().as_str(), right);
        }
        for wrong in [
            "Codir",
            "comit%C3%A9",
            "comité",
            "a b",
            "a/b",
            "a%2fb",
            "*",
            "%2a",
            "a?jwt=x",
            "%",
            "%zz",
            "..",
            "http-bind",
        ] {
            assert_eq!(Room::parse(wrong), None, "{wrong}");
        }
    }
}
