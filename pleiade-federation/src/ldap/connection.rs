//! One connection to a directory, for one operation or a few, with a deadline on each.
//!
//! `ldap3` panics on answers it does not expect: each operation runs in a task of its own, where a panic is an answer refused.

use super::{ber, dial::Address, entry::Entry, guard::Verdict, ppolicy};
use ldap3::{
    Ldap, LdapConnAsync, LdapConnSettings, LdapResult, Scope, SearchOptions, StdStream, controls::RawControl,
};
use pleiade_core::{DirectoryError, ExposeSecret, SecretString};
use std::{future::Future, time::Duration};
use tokio_util::task::AbortOnDropHandle;

const PAGED_RESULTS: &str = "1.2.840.113556.1.4.319";

/// Result codes of RFC 4511 §4.1.9 that mean something to us.
mod code {
    pub(super) const SUCCESS: u32 = 0;
    pub(super) const TIME_LIMIT: u32 = 3;
    pub(super) const SIZE_LIMIT: u32 = 4;
    pub(super) const ADMIN_LIMIT: u32 = 11;
    pub(super) const NO_SUCH_OBJECT: u32 = 32;
    pub(super) const INVALID_CREDENTIALS: u32 = 49;
    pub(super) const INSUFFICIENT_ACCESS: u32 = 50;
    pub(super) const BUSY: u32 = 51;
    pub(super) const UNAVAILABLE: u32 = 52;
    pub(super) const UNWILLING: u32 = 53;
}

pub(super) struct Connection {
    ldap: Ldap,
    limit: Duration,
    verdict: Verdict,
    _driver: AbortOnDropHandle<()>,
    _relay: AbortOnDropHandle<()>,
}

/// What a bind said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    Yes(ppolicy::PasswordPolicy),
    /// The password is right and must be changed first.
    MustChange,
    No,
}

/// What to look for.
pub(super) struct Query<'a> {
    pub(super) base: &'a str,
    pub(super) filter: String,
    pub(super) attributes: Vec<String>,
    /// Entries wanted at most.
    pub(super) limit: usize,
    pub(super) page_size: u32,
}

async fn contained<T: Send + 'static>(
    limit: Duration,
    work: impl Future<Output = ldap3::result::Result<T>> + Send + 'static,
) -> Result<T, DirectoryError> {
    let task = AbortOnDropHandle::new(tokio::spawn(work));
    match tokio::time::timeout(limit, task).await {
        Ok(Ok(Ok(value))) => Ok(value),
        Ok(Ok(Err(_))) => Err(DirectoryError::Unreachable("the connection was cut")),
        Ok(Err(_)) => Err(DirectoryError::BadAnswer("it does not follow LDAP")),
        Err(_) => Err(DirectoryError::Unreachable("no answer in time")),
    }
}

impl Connection {
    pub(super) async fn open(address: &Address, limit: Duration) -> Result<Self, DirectoryError> {
        let dialled = address.dial(limit).await?;
        let settings = LdapConnSettings::new().set_std_stream(StdStream::Unix(dialled.stream));
        // The path is not used: the stream is already open.
        let (driver, ldap) = LdapConnAsync::with_settings(settings, "ldapi://guarded")
            .await
            .map_err(|_| DirectoryError::Unreachable("the connection was cut"))?;
        let driver = AbortOnDropHandle::new(tokio::spawn(async move {
            // How it ended is told by the operations.
            driver.drive().await.ok();
        }));
        Ok(Self { ldap, limit, verdict: dialled.verdict, _driver: driver, _relay: dialled.relay })
    }

    fn explain(&self, error: DirectoryError) -> DirectoryError {
        if self.verdict.is_refused() {
            DirectoryError::BadAnswer("it is malformed, nested or large beyond reason")
        } else {
            error
        }
    }

    /// A simple bind. The password has been checked not to be empty: some servers accept an empty one for anybody.
    pub(super) async fn bind(&mut self, dn: &str, password: &SecretString) -> Result<Bound, DirectoryError> {
        if dn.trim().is_empty() || password.expose_secret().is_empty() {
            return Ok(Bound::No);
        }
        let (mut ldap, dn, password, limit) =
            (self.ldap.clone(), dn.to_owned(), password.clone(), self.limit);
        let result = contained(limit, async move {
            let policy = RawControl { ctype: ppolicy::OID.to_owned(), crit: false, val: None };
            ldap.with_timeout(limit).with_controls(policy).simple_bind(&dn, password.expose_secret()).await
        })
        .await
        .map_err(|error| self.explain(error))?;
        let policy = control(&result, ppolicy::OID).and_then(ppolicy::decode).unwrap_or_default();
        match (result.rc, policy.error) {
            (code::SUCCESS, Some(2)) | (code::INVALID_CREDENTIALS, Some(0)) => Ok(Bound::MustChange),
            (code::SUCCESS, _) => Ok(Bound::Yes(policy)),
            (code::INVALID_CREDENTIALS, _) if ppolicy::is_stale_in_active_directory(&result.text) => {
                Ok(Bound::MustChange)
            }
            (code::INVALID_CREDENTIALS | code::UNWILLING | code::NO_SUCH_OBJECT, _) => Ok(Bound::No),
            (other, _) => Err(refusal(other)),
        }
    }

    /// Every entry that matches, page by page. Referrals are neither followed nor returned.
    pub(super) async fn search(&mut self, query: Query<'_>) -> Result<Vec<Entry>, DirectoryError> {
        let mut found = Vec::new();
        let mut cookie = Vec::new();
        let mut page = query.page_size.clamp(1, 1000);
        loop {
            let wanted = u32::try_from(query.limit.saturating_sub(found.len())).unwrap_or(u32::MAX);
            let paging = paged_results(page.min(wanted), &cookie);
            let (mut ldap, limit) = (self.ldap.clone(), self.limit);
            let (base, filter, attributes) =
                (query.base.to_owned(), query.filter.clone(), query.attributes.clone());
            let ldap3::SearchResult(entries, result) = contained(limit, async move {
                let seconds = i32::try_from(limit.as_secs()).unwrap_or(60);
                ldap.with_timeout(limit)
                    .with_search_options(SearchOptions::new().timelimit(seconds))
                    .with_controls(paging)
                    .search(&base, Scope::Subtree, &filter, attributes)
                    .await
            })
            .await
            .map_err(|error| self.explain(error))?;
            // A page size above what this account may ask.
            if result.rc == code::ADMIN_LIMIT && entries.is_empty() && page > 25 {
                page /= 2;
                continue;
            }
            let entries: Option<Vec<Entry>> = entries
                .into_iter()
                .filter(|entry| !entry.is_ref() && !entry.is_intermediate())
                .map(Entry::read)
                .collect();
            found.extend(entries.ok_or(DirectoryError::BadAnswer("an entry is malformed"))?);
            match result.rc {
                code::SUCCESS => {}
                code::NO_SUCH_OBJECT => {
                    return Err(DirectoryError::Misconfigured(
                        "the base does not exist, or the read account may not see it",
                    ));
                }
                other => return Err(refusal(other)),
            }
            if found.len() >= query.limit {
                found.truncate(query.limit);
                return Ok(found);
            }
            match control(&result, PAGED_RESULTS).map(next_cookie) {
                Some(Some(next)) if !next.is_empty() => cookie = next,
                Some(None) => return Err(DirectoryError::BadAnswer("a page has no readable cookie")),
                _ => return Ok(found),
            }
        }
    }
}

fn refusal(code: u32) -> DirectoryError {
    match code {
        code::SIZE_LIMIT | code::TIME_LIMIT | code::ADMIN_LIMIT => DirectoryError::Incomplete,
        code::INSUFFICIENT_ACCESS => DirectoryError::Refused("it may not read there"),
        code::INVALID_CREDENTIALS => {
            DirectoryError::Refused("its distinguished name or its password is wrong")
        }
        code::BUSY | code::UNAVAILABLE => DirectoryError::Unreachable("it says that it is busy"),
        8 | 13 => DirectoryError::Misconfigured("it asks for TLS: use ldaps:// or starttls"),
        _ => DirectoryError::BadAnswer("it answered an error that is not expected here"),
    }
}

fn control<'a>(result: &'a LdapResult, oid: &str) -> Option<&'a [u8]> {
    result.ctrls.iter().find(|control| control.1.ctype == oid)?.1.val.as_deref()
}

/// The request value of RFC 2696: size and cookie.
fn paged_results(size: u32, cookie: &[u8]) -> RawControl {
    let size = ber::write(0x02, &ber::integer(size));
    let value = ber::write(0x30, &[size, ber::write(0x04, cookie)].concat());
    RawControl { ctype: PAGED_RESULTS.to_owned(), crit: false, val: Some(value) }
}

fn next_cookie(value: &[u8]) -> Option<Vec<u8>> {
    let (sequence, _) = ber::read(value)?;
    let parts = ber::children(sequence.content)?;
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
}
