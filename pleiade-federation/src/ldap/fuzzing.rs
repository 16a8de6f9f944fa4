//! What a directory, or whoever stands in its place, may answer.

use super::{
    ber,
    changes::{active_directory, content_sync, cursor::Cursor},
    connection,
    entry::Entry,
    guard, key, ppolicy, state,
};
use crate::dn;
use ldap3::asn1::parse_tag;
use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};

/// The way of an answer: the guard, the parser of `ldap3`, our reading of entries, messages and controls; and a cursor from storage.
pub(crate) fn answer(data: &[u8]) {
    control(data);
    if let Ok(text) = std::str::from_utf8(data) {
        ppolicy::sub_code(text);
        dn::check(text);
        key::guid_filter(text);
        state::generalized_time(text);
        Cursor::parse(text);
    }
    key::guid_text(data);
    key::sibling_sid(data, 513);
    let mut stream = data;
    // Octets in memory are always ready: one look is enough.
    while let Poll::Ready(Ok(Some(message))) =
        pin!(guard::read_message(&mut stream)).poll(&mut Context::from_waker(Waker::noop()))
    {
        for part in ber::sequence(&message.octets).unwrap_or_default() {
            control(part.content);
        }
        let Ok((_, tag)) = parse_tag(&message.octets) else { continue };
        let Some(parts) = tag.expect_constructed() else { continue };
        for part in parts {
            if let Some((_, value)) = connection::intermediate(part.clone()) {
                control(&value);
            }
            if let Some(entry) = Entry::from_result(part) {
                assert!(entry.octets("cn").len() >= entry.texts("cn").count());
                entry.text("mail");
            }
        }
    }
}

/// A value as each control that we read.
fn control(value: &[u8]) {
    ppolicy::decode(value);
    connection::next_cookie(value);
    content_sync::state(value);
    content_sync::done(value);
    content_sync::message(value);
    active_directory::answer(value);
}
