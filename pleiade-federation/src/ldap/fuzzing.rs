//! What a directory, or whoever stands in its place, may answer.

use super::{
    ber,
    entry::{self, Entry},
    guard, ppolicy,
};
use ldap3::{ResultEntry, asn1::parse_tag};
use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};

/// The way of an answer: the guard, the parser of `ldap3`, our reading of an entry; and the control of the password policy.
pub(crate) fn answer(data: &[u8]) {
    ppolicy::decode(data);
    if let Ok(text) = std::str::from_utf8(data) {
        ppolicy::is_stale_in_active_directory(text);
        entry::first_component(text);
        entry::guid_filter(text);
    }
    entry::guid_text(data);
    let mut stream = data;
    // Octets in memory are always ready: one look is enough.
    while let Poll::Ready(Ok(Some(message))) =
        pin!(guard::read_message(&mut stream)).poll(&mut Context::from_waker(Waker::noop()))
    {
        let Some((sequence, [])) = ber::read(&message) else { continue };
        for part in ber::children(sequence.content).unwrap_or_default() {
            ppolicy::decode(part.content);
        }
        let Ok((_, tag)) = parse_tag(&message) else { continue };
        let Some(parts) = tag.expect_constructed() else { continue };
        for part in parts {
            if let Some(entry) = Entry::read(ResultEntry::new(part)) {
                assert!(entry.octets("cn").len() >= entry.texts("cn").count());
                entry.text("mail");
            }
        }
    }
}
