//! Links to meetings in texts that anybody wrote: places and descriptions of events.

use super::room::Room;
use url::Url;

/// The part of a text that is looked at, in bytes.
const MAX_TEXT_BYTES: usize = 64 << 10;
/// The most addresses of a text that are looked at.
const MAX_ADDRESSES: usize = 50;
/// What ends an address besides a space.
const ENDS: &str = "\"'<>)]`|\\^{}";
/// What may stand after an address without being of it.
const PUNCTUATION: &str = ".,;:!?…»”’*_";
/// Characters as HTML writes them, the ampersand first: what is written twice is read twice, and ends the address sooner.
const ENTITIES: [(&str, &str); 11] = [
    ("&amp;", "&"),
    ("&#38;", "&"),
    ("&#x26;", "&"),
    ("&quot;", "\""),
    ("&#34;", "\""),
    ("&#39;", "'"),
    ("&apos;", "'"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&nbsp;", " "),
    ("&#160;", " "),
];

/// A meeting that a text invites to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MeetingLink {
    /// Which of the servers it is held on: its place in the list that was given.
    pub server: usize,
    /// The room, when it is below the address of that server itself; none when it is another tenant's of the same host.
    pub room: Option<Room>,
    /// The address, made anew from the names in the path alone: neither a token (`jwt`) nor anything else that followed it is kept.
    pub address: Url,
}

/// The first meeting in a text that is held on one of these servers, each by the address below which its rooms are
/// (`https://visio.ville.fr/`).
///
/// ```
/// # use pleiade_connectors::jitsi::meeting_link;
/// let servers = ["https://visio.ville.example/".parse().unwrap()];
/// let text = "Salle 2 ou https://visio.ville.example/Codir-7f3a9c?jwt=eyJ.eyJ.x.";
/// let link = meeting_link(text, &servers).unwrap();
/// assert_eq!(link.address.as_str(), "https://visio.ville.example/codir-7f3a9c");
/// ```
#[must_use]
pub fn meeting_link(text: &str, servers: &[Url]) -> Option<MeetingLink> {
    let end = (0..=text.len().min(MAX_TEXT_BYTES)).rev().find(|end| text.is_char_boundary(*end))?;
    let mut text = text.get(..end)?.to_owned();
    for (written, read) in ENTITIES {
        if text.contains(written) {
            text = text.replace(written, read);
        }
    }
    addresses(&text).take(MAX_ADDRESSES).find_map(|address| in_servers(&address, servers))
}

/// The addresses of a text.
fn addresses(text: &str) -> impl Iterator<Item = Url> {
    let starts = text.match_indices("://").filter_map(|(at, _)| {
        let before = text.get(..at)?;
        let scheme = ["https", "http"].into_iter().find(|scheme| {
            let tail = before.len().checked_sub(scheme.len()).and_then(|start| before.get(start..));
            tail.is_some_and(|tail| tail.eq_ignore_ascii_case(scheme))
        })?;
        text.get(at - scheme.len()..)
    });
    starts.filter_map(|rest| {
        let is_end = |c: char| c.is_whitespace() || c.is_control() || ENDS.contains(c);
        let address = rest.split(is_end).next()?.trim_end_matches(|c| PUNCTUATION.contains(c));
        Url::parse(address).ok()
    })
}

fn in_servers(address: &Url, servers: &[Url]) -> Option<MeetingLink> {
    if !address.username().is_empty() || address.password().is_some() {
        return None;
    }
    servers.iter().enumerate().find_map(|(server, base)| {
        if address.origin() != base.origin() || !matches!(base.scheme(), "http" | "https") {
            return None;
        }
        // No name holds an ampersand: what follows one is parameters without their question mark.
        let below = below(base.path(), address.path())?.split('&').next()?.trim_end_matches('/');
        let names: Vec<Room> = below.split('/').map(Room::from_segment).collect::<Option<_>>()?;
        let room = names.last().filter(|_| names.len() == 1).cloned();
        let path: Vec<&str> = names.iter().map(Room::as_str).collect();
        Some(MeetingLink { server, room, address: below_base(base, &path.join("/")) })
    })
}

fn below<'a>(base: &str, path: &'a str) -> Option<&'a str> {
    path.strip_prefix(base.trim_end_matches('/'))?.strip_prefix('/')
}

/// The address of a room below that of its server: the invitation, which lets nobody in by itself where a token is wanted.
#[must_use]
pub fn room_address(base: &Url, room: &Room) -> Url {
    below_base(base, room.as_str())
}

fn below_base(base: &Url, path: &str) -> Url {
    let mut address = base.clone();
    address.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    address
}
