//! One connection to a directory, with a deadline on each operation.
//!
//! `ldap3` panics on answers it does not expect: each operation runs in a task of its own, where a panic is an answer refused.

use super::{
    ber,
    dial::Address,
    entry::{Entry, names_kept},
    guard::Verdict,
    ppolicy,
};
use crate::dn::DistinguishedName;
use ldap3::{
    Ldap, LdapConnAsync, LdapConnSettings, LdapResult, Scope, SearchOptions, StdStream,
    asn1::StructureTag,
    controls::{Control, RawControl},
};
use pleiade_core::{AccountRefusal, DirectoryError, ExposeSecret, SecretString};
use std::{future::Future, time::Duration};
use tokio_util::task::AbortOnDropHandle;

const PAGED_RESULTS: &str = "1.2.840.113556.1.4.319";
/// The most entries of one search or one pass: the largest metropolis several times over.
pub(super) const MAX_ENTRIES: usize = 200_000;
/// The most memory that the entries of one search take, over all its pages: [`MAX_ENTRIES`] people with the attributes that are asked for.
const MAX_SEARCH_BYTES: usize = 128 << 20;
/// The same of a search that wants fewer: those of a sign-in.
const MAX_SMALL_SEARCH_BYTES: usize = 16 << 20;
/// The most pages in a row without an entry, before their cookies are no longer believed.
const MAX_EMPTY_PAGES: usize = 10;
/// The most values of one attribute, and the most requests for more of them.
const MAX_VALUES: usize = 200_000;
const MAX_RANGES: usize = 1_000;

/// Result codes of RFC 4511 §4.1.9 and RFC 4533 §3.7 that we tell apart.
pub(super) mod code {
    pub(crate) const SUCCESS: u32 = 0;
    pub(crate) const TIME_LIMIT: u32 = 3;
    pub(crate) const SIZE_LIMIT: u32 = 4;
    pub(crate) const NO_SIMPLE_BIND: u32 = 7;
    pub(crate) const STRONGER_AUTHENTICATION: u32 = 8;
    pub(crate) const REFERRAL: u32 = 10;
    pub(crate) const ADMIN_LIMIT: u32 = 11;
    pub(crate) const CONFIDENTIALITY: u32 = 13;
    pub(crate) const CONSTRAINT_VIOLATION: u32 = 19;
    pub(crate) const NO_SUCH_OBJECT: u32 = 32;
    pub(crate) const INVALID_DN_SYNTAX: u32 = 34;
    pub(crate) const INAPPROPRIATE_AUTHENTICATION: u32 = 48;
    pub(crate) const INVALID_CREDENTIALS: u32 = 49;
    pub(crate) const INSUFFICIENT_ACCESS: u32 = 50;
    pub(crate) const BUSY: u32 = 51;
    pub(crate) const UNAVAILABLE: u32 = 52;
    pub(crate) const UNWILLING: u32 = 53;
    pub(crate) const REFRESH_REQUIRED: u32 = 4096;
}

pub(super) struct Connection {
    ldap: Ldap,
    limit: Duration,
    verdict: Verdict,
    /// Nothing is under way and nothing has failed: another may use it.
    sound: bool,
    _driver: AbortOnDropHandle<()>,
    _relay: AbortOnDropHandle<()>,
}

/// The result of a bind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BindOutcome {
    Yes(ppolicy::PasswordPolicy),
    /// The password is right and must be changed first.
    MustChange,
    /// The password is wrong, or the directory does not say what is.
    Wrong,
    /// The directory refuses this account.
    Refused(AccountRefusal),
}

/// A search.
#[derive(Clone)]
pub(super) struct Query {
    pub(super) base: DistinguishedName,
    pub(super) scope: Scope,
    pub(super) filter: String,
    pub(super) attributes: Vec<String>,
    /// The most entries wanted.
    pub(super) limit: usize,
    pub(super) page_size: u32,
}

/// One answer of a search.
pub(super) struct Answer {
    /// Entries with the values of their controls, by identifier.
    pub(super) entries: Vec<(Entry, Vec<RawControl>)>,
    /// Intermediate responses: identifier and value.
    pub(super) messages: Vec<(String, Vec<u8>)>,
    pub(super) code: u32,
    controls: Vec<RawControl>,
}

impl Answer {
    pub(super) fn control(&self, oid: &str) -> Option<&[u8]> {
        control_value(&self.controls, oid)
    }
}

/// The value of a control.
pub(super) fn control_value<'a>(controls: &'a [RawControl], oid: &str) -> Option<&'a [u8]> {
    controls.iter().find(|control| control.ctype == oid)?.val.as_deref()
}

async fn contained<T: Send + 'static>(
    limit: Duration,
    work: impl Future<Output = Result<T, DirectoryError>> + Send + 'static,
) -> Result<T, DirectoryError> {
    let task = AbortOnDropHandle::new(tokio::spawn(work));
    match tokio::time::timeout(limit, task).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Err(DirectoryError::BadAnswer("it does not follow LDAP")),
        Err(_) => Err(DirectoryError::Unreachable("no answer in time")),
    }
}

fn cut(_: ldap3::LdapError) -> DirectoryError {
    DirectoryError::Unreachable("the connection was cut")
}

impl Connection {
    pub(super) async fn open(address: &Address, limit: Duration) -> Result<Self, DirectoryError> {
        let dialled = address.dial(limit).await?;
        let settings = LdapConnSettings::new().set_std_stream(StdStream::Unix(dialled.stream));
        // The path is not used: the stream is already open.
        let (driver, ldap) = LdapConnAsync::with_settings(settings, "ldapi://guarded").await.map_err(cut)?;
        let driver = AbortOnDropHandle::new(tokio::spawn(async move {
            // How it ended is told by the operations.
            driver.drive().await.ok();
        }));
        let verdict = dialled.verdict;
        Ok(Self { ldap, limit, verdict, sound: true, _driver: driver, _relay: dialled.relay })
    }

    /// Sets the longest time of each operation from now on.
    pub(super) fn allow(&mut self, limit: Duration) {
        self.limit = limit;
    }

    pub(super) fn is_sound(&mut self) -> bool {
        self.sound && !self.ldap.is_closed()
    }

    /// Runs one operation. Left before its end, the connection serves nobody else.
    async fn operate<T: Send + 'static>(
        &mut self,
        work: impl Future<Output = Result<T, DirectoryError>> + Send + 'static,
    ) -> Result<T, DirectoryError> {
        self.sound = false;
        self.verdict.begin();
        let outcome = contained(self.limit, work).await;
        self.sound = outcome.is_ok();
        outcome.map_err(|error| {
            if self.verdict.is_refused() {
                DirectoryError::BadAnswer("it is malformed, nested or large beyond reason")
            } else {
                error
            }
        })
    }

    /// A simple bind. The password has been checked not to be empty: some servers accept an empty one for anybody.
    pub(super) async fn bind(
        &mut self,
        dn: &str,
        password: &SecretString,
    ) -> Result<BindOutcome, DirectoryError> {
        if dn.trim().is_empty() || password.expose_secret().is_empty() {
            return Ok(BindOutcome::Wrong);
        }
        let (mut ldap, dn, password, limit) =
            (self.ldap.clone(), dn.to_owned(), password.clone(), self.limit);
        let result = self
            .operate(async move {
                let policy = RawControl { ctype: ppolicy::OID.to_owned(), crit: false, val: None };
                let bind = ldap.with_timeout(limit).with_controls(policy);
                bind.simple_bind(&dn, password.expose_secret()).await.map_err(cut)
            })
            .await?;
        bound(&result)
    }

    /// One search operation, whatever its result code.
    pub(super) async fn ask(
        &mut self,
        query: Query,
        controls: Vec<RawControl>,
    ) -> Result<Answer, DirectoryError> {
        let (mut ldap, limit) = (self.ldap.clone(), self.limit);
        self.operate(async move {
            let seconds = i32::try_from(limit.as_secs()).unwrap_or(60);
            let mut stream = ldap
                .with_timeout(limit)
                .with_search_options(SearchOptions::new().timelimit(seconds))
                .with_controls(controls)
                .streaming_search(query.base.as_str(), query.scope, &query.filter, &query.attributes)
                .await
                .map_err(cut)?;
            let asked = names_kept(&query.attributes);
            let (mut entries, mut messages) = (Vec::new(), Vec::new());
            while let Some(item) = stream.next().await.map_err(cut)? {
                if entries.len() + messages.len() >= MAX_ENTRIES {
                    return Err(DirectoryError::BadAnswer("more entries than any directory has"));
                }
                // Referrals are dropped: following them would take the read account to another host.
                if item.is_ref() {
                    continue;
                }
                if item.is_intermediate() {
                    let message = intermediate(item.0);
                    messages.push(message.ok_or(DirectoryError::BadAnswer("a message is malformed"))?);
                } else {
                    let mut entry = Entry::from_result(item.0)
                        .ok_or(DirectoryError::BadAnswer("an entry is malformed"))?;
                    entry.keep_asked(&asked);
                    entries.push((entry, raw(item.1)));
                }
            }
            let result = stream.finish().await;
            Ok(Answer { entries, messages, code: result.rc, controls: raw(result.ctrls) })
        })
        .await
    }

    /// Every entry that matches, page by page.
    pub(super) async fn search(&mut self, query: Query) -> Result<Vec<Entry>, DirectoryError> {
        let limit = query.limit.min(MAX_ENTRIES);
        let max_bytes = if limit < MAX_ENTRIES { MAX_SMALL_SEARCH_BYTES } else { MAX_SEARCH_BYTES };
        let (mut found, mut cookie, mut empty, mut weight) = (Vec::new(), Vec::new(), 0, 0_usize);
        let mut page = query.page_size.clamp(1, 1000);
        loop {
            let wanted = u32::try_from(limit.saturating_sub(found.len())).unwrap_or(u32::MAX);
            let paging = paged_results(page.min(wanted), &cookie);
            let answer = self.ask(query.clone(), vec![paging]).await?;
            // A page size above what this account may ask.
            if answer.code == code::ADMIN_LIMIT && answer.entries.is_empty() && page > 25 {
                page /= 2;
                continue;
            }
            if answer.code != code::SUCCESS {
                return Err(refusal(answer.code));
            }
            empty = if answer.entries.is_empty() { empty + 1 } else { 0 };
            let next = answer.control(PAGED_RESULTS).map(next_cookie);
            found.extend(
                answer.entries.into_iter().map(|(entry, _)| entry).inspect(|entry| weight += entry.weight()),
            );
            if weight > max_bytes {
                return Err(DirectoryError::BadAnswer("its entries are larger than any directory's"));
            }
            if found.len() >= limit {
                if query.limit > MAX_ENTRIES && found.len() >= MAX_ENTRIES {
                    return Err(DirectoryError::BadAnswer("more entries than any directory has"));
                }
                found.truncate(limit);
                return Ok(found);
            }
            match next {
                Some(Some(_)) if empty >= MAX_EMPTY_PAGES => {
                    return Err(DirectoryError::BadAnswer("its pages have no end"));
                }
                Some(Some(next)) if !next.is_empty() => cookie = next,
                Some(None) => return Err(DirectoryError::BadAnswer("a page has no readable cookie")),
                _ => return Ok(found),
            }
        }
    }

    /// One entry by its distinguished name as it was written, if it is there and matches.
    pub(super) async fn entry(
        &mut self,
        dn: &DistinguishedName,
        filter: &str,
        attributes: Vec<String>,
    ) -> Result<Option<Entry>, DirectoryError> {
        let query = Query {
            base: dn.clone(),
            scope: Scope::Base,
            filter: filter.to_owned(),
            attributes,
            limit: 1,
            page_size: 1,
        };
        let answer = self.ask(query, Vec::new()).await?;
        match answer.code {
            code::SUCCESS => Ok(answer.entries.into_iter().next().map(|(entry, _)| entry)),
            code::NO_SUCH_OBJECT => Ok(None),
            other => Err(refusal(other)),
        }
    }

    /// The rest of an attribute of which the directory gave a range only.
    pub(super) async fn complete(
        &mut self,
        entry: &mut Entry,
        attribute: &str,
        at_once: Option<u32>,
    ) -> Result<(), DirectoryError> {
        for _ in 0..MAX_RANGES {
            let Some(first) = entry.next_missing(attribute) else { return Ok(()) };
            let wanted = ranged(attribute, first, at_once);
            let more = self.entry(&entry.dn, "(objectClass=*)", vec![wanted]).await?;
            // Without an entry it was deleted meanwhile; a range that stands still would never end.
            let more = more.ok_or(DirectoryError::Incomplete)?;
            if more.next_missing(attribute).is_some_and(|next| next <= first) {
                return Err(DirectoryError::BadAnswer("its ranges have no end"));
            }
            entry.join(attribute, more);
            if entry.octets(attribute).len() > MAX_VALUES {
                break;
            }
        }
        Err(DirectoryError::BadAnswer("an attribute has more values than any group has members"))
    }
}

/// The name by which a range of values is asked for.
pub(super) fn ranged(attribute: &str, first: u32, at_once: Option<u32>) -> String {
    match (first, at_once) {
        (0, None) => attribute.to_owned(),
        (first, None) => format!("{attribute};range={first}-*"),
        (first, Some(count)) => {
            format!("{attribute};range={first}-{}", first.saturating_add(count.clamp(1, 100_000) - 1))
        }
    }
}

/// What each result of a bind means. Codes that speak of the account refuse that account; the others say that nobody could be asked.
fn bound(result: &LdapResult) -> Result<BindOutcome, DirectoryError> {
    use AccountRefusal::{Closed, Locked, UnknownLogin};
    use BindOutcome::{MustChange, Refused, Wrong, Yes};
    let policy = result.ctrls.iter().find(|control| control.1.ctype == ppolicy::OID);
    let policy =
        policy.and_then(|control| control.1.val.as_deref()).and_then(ppolicy::decode).unwrap_or_default();
    Ok(match (result.rc, policy.error) {
        (code::SUCCESS, Some(ppolicy::MUST_CHANGE)) => MustChange,
        (code::SUCCESS, _) => Yes(policy),
        (code::INVALID_CREDENTIALS, Some(ppolicy::EXPIRED)) => MustChange,
        (code::INVALID_CREDENTIALS, Some(ppolicy::LOCKED)) => Refused(Locked),
        (code::INVALID_CREDENTIALS, _) => match ppolicy::sub_code(&result.text) {
            Some("532" | "773") => MustChange,
            Some("775") => Refused(Locked),
            Some("530" | "531" | "533" | "701") => Refused(Closed),
            _ => Wrong,
        },
        // So 389 Directory Server and its kin say that too many wrong passwords came.
        (code::CONSTRAINT_VIOLATION, _) => Refused(Locked),
        // "Account inactivated" of the same, and accounts that have no password or may not bind.
        (code::UNWILLING | code::INAPPROPRIATE_AUTHENTICATION | code::INSUFFICIENT_ACCESS, _) => {
            Refused(Closed)
        }
        (code::NO_SUCH_OBJECT, _) => Refused(UnknownLogin),
        (code::INVALID_DN_SYNTAX, _) => {
            return Err(DirectoryError::Misconfigured(
                "it does not take the account's name as it is written",
            ));
        }
        (code::NO_SIMPLE_BIND, _) => {
            return Err(DirectoryError::Misconfigured(
                "it takes no password by a simple bind: allow it here",
            ));
        }
        (code::REFERRAL, _) => {
            return Err(DirectoryError::Misconfigured(
                "it refers to another server for passwords, which is never followed: name that one in urls",
            ));
        }
        (code::TIME_LIMIT | code::ADMIN_LIMIT, _) => {
            return Err(DirectoryError::Unreachable("it says that it is busy"));
        }
        (code::SIZE_LIMIT, _) => return Err(UNEXPECTED),
        (other, _) => return Err(refusal(other)),
    })
}

const UNEXPECTED: DirectoryError =
    DirectoryError::BadAnswer("it answered an error that is not expected here");

pub(super) fn refusal(code: u32) -> DirectoryError {
    match code {
        code::SIZE_LIMIT | code::TIME_LIMIT | code::ADMIN_LIMIT => DirectoryError::Incomplete,
        code::INSUFFICIENT_ACCESS => DirectoryError::Refused("it may not read there"),
        code::INVALID_CREDENTIALS => {
            DirectoryError::Refused("its distinguished name or its password is wrong")
        }
        code::NO_SUCH_OBJECT => {
            DirectoryError::Misconfigured("the base does not exist, or the read account may not see it")
        }
        code::INVALID_DN_SYNTAX => {
            DirectoryError::Misconfigured("it does not take base or group_base as they are written")
        }
        code::BUSY | code::UNAVAILABLE => DirectoryError::Unreachable("it says that it is busy"),
        code::STRONGER_AUTHENTICATION | code::CONFIDENTIALITY => {
            DirectoryError::Misconfigured("it asks for TLS: use ldaps:// or starttls")
        }
        code::REFERRAL => DirectoryError::Misconfigured(
            "it refers to another server for this base, which is never followed: name that one in urls",
        ),
        _ => UNEXPECTED,
    }
}

fn raw(controls: Vec<Control>) -> Vec<RawControl> {
    controls.into_iter().map(|control| control.1).collect()
}

/// `[0]` name and `[1]` value of an intermediate response (RFC 4511 §4.13); both may be missing.
pub(super) fn intermediate(message: StructureTag) -> Option<(String, Vec<u8>)> {
    let (mut name, mut value) = (String::new(), Vec::new());
    for part in message.expect_constructed()? {
        match part.id {
            0 => name = String::from_utf8(part.expect_primitive()?).ok()?,
            1 => value = part.expect_primitive()?,
            _ => {}
        }
    }
    Some((name, value))
}

/// The request value of RFC 2696: size and cookie.
fn paged_results(size: u32, cookie: &[u8]) -> RawControl {
    let size = ber::write_element(0x02, &ber::integer(size));
    let value = ber::write_element(0x30, &[size, ber::write_element(0x04, cookie)].concat());
    RawControl { ctype: PAGED_RESULTS.to_owned(), crit: false, val: Some(value) }
}

pub(super) fn next_cookie(value: &[u8]) -> Option<Vec<u8>> {
    let parts = ber::sequence(value)?;
    parts.get(1).filter(|part| part.tag == 0x04).map(|part| part.content.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_carry_their_cookie() {
        let value = paged_results(500, b"next").val.unwrap();
        assert_eq!(next_cookie(&value).as_deref(), Some(&b"next"[..]));
        assert_eq!(next_cookie(&[0x30, 2, 4]), None);
        assert_eq!(next_cookie(&[0x30, 0]), None);
    }

    fn result(rc: u32, text: &str, policy: Option<u8>) -> LdapResult {
        let raw = |error: u8| RawControl {
            ctype: ppolicy::OID.to_owned(),
            crit: false,
            val: Some(vec![0x30, 3, 0x81, 1, error]),
        };
        let ctrls = policy.map(|error| Control(None, raw(error))).into_iter().collect();
        LdapResult { rc, matched: String::new(), text: text.to_owned(), refs: Vec::new(), ctrls }
    }

    #[test]
    fn every_result_of_a_bind_has_one_meaning() {
        use AccountRefusal::{Closed, Locked, UnknownLogin};
        use BindOutcome::{MustChange, Refused, Wrong};
        let domain = |sub_code: &str| {
            format!(
                "80090308: LdapErr: DSID-0C090447, comment: AcceptSecurityContext error, data {sub_code}, v3839"
            )
        };
        for (rc, text, policy, expected) in [
            (0, String::new(), Some(2), MustChange),
            (19, "Exceed password retry limit. Please try later.".into(), None, Refused(Locked)),
            (32, String::new(), None, Refused(UnknownLogin)),
            (48, String::new(), None, Refused(Closed)),
            (49, String::new(), None, Wrong),
            (49, String::new(), Some(0), MustChange),
            (49, String::new(), Some(1), Refused(Locked)),
            (49, domain("525"), None, Wrong),
            (49, domain("52e"), None, Wrong),
            (49, domain("530"), None, Refused(Closed)),
            (49, domain("531"), None, Refused(Closed)),
            (49, domain("532"), None, MustChange),
            (49, domain("533"), None, Refused(Closed)),
            (49, domain("701"), None, Refused(Closed)),
            (49, domain("773"), None, MustChange),
            (49, domain("775"), None, Refused(Locked)),
            (49, "data 775".into(), None, Wrong),
            (49, "uid=data 773,dc=example".into(), None, Wrong),
            (50, String::new(), None, Refused(Closed)),
            (53, "Account inactivated. Contact system administrator.".into(), None, Refused(Closed)),
        ] {
            assert_eq!(bound(&result(rc, &text, policy)), Ok(expected), "{rc} {text} {policy:?}");
        }
        assert!(matches!(bound(&result(0, "", None)), Ok(BindOutcome::Yes(_))));
        for rc in [7, 8, 10, 13, 34] {
            assert!(matches!(bound(&result(rc, "", None)), Err(DirectoryError::Misconfigured(_))), "{rc}");
        }
        for rc in [3, 11, 51, 52] {
            assert!(matches!(bound(&result(rc, "", None)), Err(DirectoryError::Unreachable(_))), "{rc}");
        }
        let told = [0, 3, 7, 8, 10, 11, 13, 19, 32, 34, 48, 49, 50, 51, 52, 53];
        for rc in (0..=123).chain([4096, 16_654]).filter(|rc| !told.contains(rc)) {
            assert!(matches!(bound(&result(rc, "", None)), Err(DirectoryError::BadAnswer(_))), "{rc}");
        }
    }

    #[test]
    fn ranges_are_named() {
        assert_eq!(ranged("member", 0, None), "member");
        assert_eq!(ranged("member", 0, Some(500)), "member;range=0-499");
        assert_eq!(ranged("member", 1500, None), "member;range=1500-*");
        assert_eq!(ranged("member", 500, Some(500)), "member;range=500-999");
    }
}
