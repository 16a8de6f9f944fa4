//! Whether an account is open, as far as its entry tells.
//!
//! An account that wrong passwords have locked for a while is still open: its bind is refused, but a stranger who guesses must not be
//! able to end somebody's sessions through the next synchronisation.

use super::entry::Entry;
use chrono::{DateTime, NaiveDateTime, Utc};

/// The attributes of an account's state. Directories leave out those they do not know.
pub(super) const ATTRIBUTES: [&str; 7] = [
    "userAccountControl",
    "accountExpires",
    "pwdAccountLockedTime",
    "pwdStartTime",
    "pwdEndTime",
    "shadowExpire",
    "nsAccountLock",
];

/// Bit of `userAccountControl` (MS-ADTS §2.2.16).
const DISABLED: i64 = 2;
/// The value of a lock without end, until an administrator opens it (draft-behera-ldap-password-policy §5.3.3).
const FOR_GOOD: &str = "000001010000Z";

pub(super) fn is_open(entry: &Entry, now: DateTime<Utc>) -> bool {
    let text = |name: &str| entry.texts(name).next();
    let number = |name: &str| text(name).and_then(|text| text.parse::<i64>().ok());
    let time = |name: &str| text(name).and_then(generalized_time);
    let disabled = number("userAccountControl").is_some_and(|flags| flags & DISABLED != 0)
        || text("nsAccountLock").is_some_and(|locked| locked.eq_ignore_ascii_case("true"))
        || text("pwdAccountLockedTime")
            .is_some_and(|since| since.starts_with(FOR_GOOD.trim_end_matches('Z')));
    let ended = number("accountExpires").and_then(file_time).is_some_and(|end| end <= now)
        || time("pwdEndTime").is_some_and(|end| end <= now)
        || number("shadowExpire").is_some_and(|days| days >= 0 && days <= now.timestamp() / 86_400);
    let not_begun = time("pwdStartTime").is_some_and(|start| start > now);
    !(disabled || ended || not_begun)
}

/// A count of 100 nanoseconds since 1601; zero and the greatest mean never (MS-ADTS §2.3.1, `accountExpires`).
pub(super) fn file_time(ticks: i64) -> Option<DateTime<Utc>> {
    const SECONDS_TO_1970: i64 = 11_644_473_600;
    if ticks <= 0 || ticks == i64::MAX {
        return None;
    }
    DateTime::from_timestamp(ticks / 10_000_000 - SECONDS_TO_1970, 0)
}

/// `YYYYMMDDhhmmss` with whatever fraction, in UTC (RFC 4517 §3.3.13).
pub(super) fn generalized_time(text: &str) -> Option<DateTime<Utc>> {
    if !text.ends_with('Z') {
        return None;
    }
    Some(NaiveDateTime::parse_from_str(text.get(..14)?, "%Y%m%d%H%M%S").ok()?.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(name: &str, value: &str) -> bool {
        let now = generalized_time("20261124000000Z").unwrap();
        is_open(&Entry::with("uid=x", &[(name, value)]), now)
    }

    #[test]
    fn closed_accounts() {
        for (name, value) in [
            ("userAccountControl", "514"),
            ("accountExpires", "132223104000000000"),
            ("nsAccountLock", "TRUE"),
            ("pwdAccountLockedTime", "000001010000Z"),
            ("pwdEndTime", "20200101000000Z"),
            ("pwdStartTime", "20300101000000.0Z"),
            ("shadowExpire", "18000"),
            ("shadowExpire", "0"),
        ] {
            assert!(!open(name, value), "{name}: {value}");
        }
    }

    #[test]
    fn open_accounts() {
        for (name, value) in [
            ("userAccountControl", "512"),
            ("accountExpires", "0"),
            ("accountExpires", "9223372036854775807"),
            ("pwdAccountLockedTime", "20261123235900Z"),
            ("pwdEndTime", "20300101000000Z"),
            ("pwdEndTime", "nonsense"),
            ("shadowExpire", "-1"),
            ("userAccountControl", "é"),
        ] {
            assert!(open(name, value), "{name}: {value}");
        }
    }
}
