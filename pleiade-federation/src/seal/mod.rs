//! Sealing of what must be read again: tokens of people, sign-ins under way.
//!
//! Threat: somebody reads, copies or changes rows of the database. What is sealed cannot be read without the key, cannot be changed
//! unseen, and opens only for the tenant, the link and the purpose it was sealed for, so that a row moved to another place
//! is refused.
//!
//! A sealed value is `1 | key id (4) | nonce (24) | XChaCha20-Poly1305 ciphertext and tag`. Nonces are random: with 192 bits they
//! never meet.

mod key;
mod mac;

pub use key::{KeyError, SealKey};
pub use mac::MacKey;

use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use pleiade_core::{ConnectorId, IdentityId, LinkId, TenantId};
use std::fmt;
use zeroize::Zeroizing;

const VERSION: u8 = 1;
const HEADER_BYTES: usize = 1 + 4 + 24;

/// A value that cannot be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// Changed, moved, cut, or not sealed by us.
    #[error("a sealed value was altered or moved; it is not used")]
    Refused,
    /// Sealed with a key that is no longer there.
    #[error(
        "a value was sealed with another key; give the old key in seal.previous_key_file, or let people sign in again"
    )]
    UnknownKey,
    /// The machine gives no randomness.
    #[error("the machine gives no randomness")]
    NoRandomness,
}

/// The purpose of a sealed value. Both sides must agree on all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Purpose<'a> {
    /// A constant name for the place.
    pub name: &'static str,
    /// The tenant, for a value of one.
    pub tenant: Option<&'a TenantId>,
    /// The link, for a value of one: a person's values belong to a link.
    pub link: Option<LinkId>,
    /// The person, as versions before links sealed; opens what they left, and seals nothing.
    pub identity: Option<IdentityId>,
    /// The application, for a value of one.
    pub connector: Option<&'a ConnectorId>,
}

impl<'a> Purpose<'a> {
    /// A purpose that belongs to nobody in particular.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, tenant: None, link: None, identity: None, connector: None }
    }

    /// The same purpose for one link acting for one tenant.
    #[must_use]
    pub fn for_link_in(self, tenant: &'a TenantId, link: LinkId) -> Self {
        Self { tenant: Some(tenant), link: Some(link), ..self }
    }

    /// The same purpose for one link, wherever it acts.
    #[must_use]
    pub fn for_link(self, link: LinkId) -> Self {
        Self { link: Some(link), ..self }
    }

    /// The same purpose as versions before links had it: for a person in place of a link. Only to open.
    #[must_use]
    pub fn for_identity(self, identity: IdentityId) -> Self {
        Self { link: None, identity: Some(identity), ..self }
    }

    /// The same purpose for one application.
    #[must_use]
    pub fn for_connector(self, connector: &'a ConnectorId) -> Self {
        Self { connector: Some(connector), ..self }
    }

    /// Neither a name nor a slug holds a NUL, and no slug is empty, so no two purposes are written alike.
    fn bytes(&self) -> Vec<u8> {
        let tenant = self.tenant.map_or("", TenantId::as_str);
        // A person is written as a number alone, a link with a word before it: neither is ever taken for the other.
        let link = self.link.map(|id| format!("link {id}"));
        let holder = link.or(self.identity.map(|id| id.to_string())).unwrap_or_default();
        let mut parts = vec![self.name, tenant, &holder];
        parts.extend(self.connector.map(ConnectorId::as_str));
        parts.join("\0").into_bytes()
    }
}

/// Four bytes that name a key without telling it. They stand at bytes 2 to 5 of everything it sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId(pub [u8; 4]);

impl KeyId {
    /// The key that sealed a value, if the value has the shape of a sealed one.
    #[must_use]
    pub fn from_sealed(sealed: &[u8]) -> Option<Self> {
        match sealed.split_first_chunk::<5>() {
            Some(([VERSION, id @ ..], _)) => Some(Self(*id)),
            _ => None,
        }
    }
}

/// Eight hexadecimal digits.
impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", u32::from_be_bytes(self.0))
    }
}

/// Seals with one key, opens with that one, its predecessors and its announced successor.
pub struct Sealer {
    current: SealKey,
    previous: Vec<SealKey>,
    next: Option<SealKey>,
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealer").field("current", &self.current).finish_non_exhaustive()
    }
}

impl Sealer {
    /// A sealer. `previous` keys only open.
    #[must_use]
    pub fn new(current: SealKey, previous: Vec<SealKey>) -> Self {
        Self { current, previous, next: None }
    }

    /// The same sealer, which also opens what a replica that has gone ahead already seals with the next key.
    #[must_use]
    pub fn with_next(self, next: Option<SealKey>) -> Self {
        Self { next, ..self }
    }

    /// The key that seals.
    #[must_use]
    pub fn current(&self) -> KeyId {
        KeyId(self.current.id())
    }

    /// The keys whose records are to be sealed again.
    pub fn previous(&self) -> impl Iterator<Item = KeyId> {
        self.previous.iter().map(|key| KeyId(key.id())).filter(|id| *id != self.current())
    }

    /// The key to come.
    #[must_use]
    pub fn next(&self) -> Option<KeyId> {
        self.next.as_ref().map(|key| KeyId(key.id()))
    }

    /// The same value under the present key; none when it already is.
    ///
    /// # Errors
    /// Those of [`open`](Self::open) and [`seal`](Self::seal).
    pub fn reseal(&self, purpose: Purpose<'_>, sealed: &[u8]) -> Result<Option<Vec<u8>>, SealError> {
        if KeyId::from_sealed(sealed) == Some(self.current()) {
            return Ok(None);
        }
        self.seal(purpose, &self.open(purpose, sealed)?).map(Some)
    }

    /// Seals.
    ///
    /// # Errors
    /// [`SealError::NoRandomness`].
    pub fn seal(&self, purpose: Purpose<'_>, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut nonce = XNonce::default();
        getrandom::fill(&mut nonce).map_err(|_| SealError::NoRandomness)?;
        let cipher = XChaCha20Poly1305::new(self.current.bytes().into());
        let sealed = cipher
            .encrypt(&nonce, Payload { msg: plain, aad: &purpose.bytes() })
            .map_err(|_| SealError::Refused)?;
        let mut out = Vec::with_capacity(HEADER_BYTES + sealed.len());
        out.push(VERSION);
        out.extend_from_slice(&self.current.id());
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        Ok(out)
    }

    /// Opens what was sealed for the same purpose.
    ///
    /// # Errors
    /// [`SealError::Refused`] and [`SealError::UnknownKey`].
    pub fn open(&self, purpose: Purpose<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let ([VERSION], rest) = sealed.split_first_chunk().ok_or(SealError::Refused)? else {
            return Err(SealError::Refused);
        };
        let (id, rest) = rest.split_first_chunk::<4>().ok_or(SealError::Refused)?;
        let (nonce, sealed) = rest.split_first_chunk::<24>().ok_or(SealError::Refused)?;
        let key = std::iter::once(&self.current)
            .chain(&self.previous)
            .chain(&self.next)
            .find(|key| key.id() == *id)
            .ok_or(SealError::UnknownKey)?;
        XChaCha20Poly1305::new(key.bytes().into())
            .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: &purpose.bytes() })
            .map(Zeroizing::new)
            .map_err(|_| SealError::Refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tenant(id: &str) -> TenantId {
        TenantId::new(id).unwrap()
    }

    fn connector(id: &str) -> ConnectorId {
        ConnectorId::new(id).unwrap()
    }

    fn sealer() -> Sealer {
        Sealer::new(SealKey::generate().unwrap(), Vec::new())
    }

    #[test]
    fn opens_only_for_the_same_tenant_person_and_purpose() {
        let (sealer, alpha, beta) = (sealer(), tenant("alpha"), tenant("beta"));
        let purpose = Purpose::new("tokens").for_link_in(&alpha, LinkId(1));
        let sealed = sealer.seal(purpose, b"token").unwrap();
        assert_eq!(sealer.open(purpose, &sealed).unwrap().as_slice(), b"token");
        for other in [
            Purpose::new("attempt").for_link_in(&alpha, LinkId(1)),
            Purpose::new("tokens").for_link_in(&beta, LinkId(1)),
            Purpose::new("tokens").for_link_in(&alpha, LinkId(11)),
            Purpose::new("tokens"),
        ] {
            assert_eq!(sealer.open(other, &sealed), Err(SealError::Refused), "{other:?}");
        }
    }

    #[test]
    fn opens_only_for_the_same_application() {
        let (sealer, alpha) = (sealer(), tenant("alpha"));
        let (cloud, mail) = (connector("cloud"), connector("mail"));
        let person = Purpose::new("access").for_link_in(&alpha, LinkId(1));
        let sealed = sealer.seal(person.for_connector(&cloud), b"secret").unwrap();
        assert!(sealer.open(person.for_connector(&cloud), &sealed).is_ok());
        for other in [person.for_connector(&mail), person, Purpose::new("access").for_connector(&cloud)] {
            assert_eq!(sealer.open(other, &sealed), Err(SealError::Refused), "{other:?}");
        }
    }

    #[test]
    fn a_value_is_sealed_again_under_the_present_key_once() {
        let (old, new) = (SealKey::generate().unwrap(), SealKey::generate().unwrap());
        let purpose = Purpose::new("tokens");
        let ahead = Sealer::new(new.clone(), vec![old.clone()]);
        let behind = Sealer::new(old, Vec::new()).with_next(Some(new));
        let first = behind.seal(purpose, b"token").unwrap();
        let second = ahead.reseal(purpose, &first).unwrap().unwrap();
        assert_eq!(KeyId::from_sealed(&first), Some(behind.current()));
        assert_eq!(KeyId::from_sealed(&second), Some(ahead.current()));
        assert_eq!(ahead.reseal(purpose, &second), Ok(None));
        // A replica that still seals with the old key reads what the others sealed, and takes nothing back.
        assert_eq!(behind.open(purpose, &second).unwrap().as_slice(), b"token");
        assert_eq!(behind.previous().count(), 0);
        assert_eq!(ahead.previous().collect::<Vec<_>>(), [behind.current()]);
    }

    #[test]
    fn every_changed_bit_and_every_cut_is_refused() {
        let sealer = sealer();
        let sealed = sealer.seal(Purpose::new("tokens"), b"token").unwrap();
        for place in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[place] ^= 1;
            assert!(sealer.open(Purpose::new("tokens"), &altered).is_err(), "byte {place}");
            assert!(sealer.open(Purpose::new("tokens"), &sealed[..place]).is_err(), "cut at {place}");
        }
    }

    #[test]
    fn a_previous_key_opens_and_an_unknown_one_is_said() {
        let (old, new) = (SealKey::generate().unwrap(), SealKey::generate().unwrap());
        let before = Sealer::new(old.clone(), Vec::new());
        let sealed = before.seal(Purpose::new("tokens"), b"token").unwrap();
        let after = Sealer::new(new.clone(), vec![old]);
        assert_eq!(after.open(Purpose::new("tokens"), &sealed).unwrap().as_slice(), b"token");
        let alone = Sealer::new(new, Vec::new());
        assert_eq!(alone.open(Purpose::new("tokens"), &sealed), Err(SealError::UnknownKey));
    }

    #[test]
    fn the_same_value_is_never_sealed_alike() {
        let sealer = sealer();
        let seal = || sealer.seal(Purpose::new("tokens"), b"token").unwrap();
        assert_ne!(seal(), seal());
    }

    proptest! {
        #[test]
        fn whatever_comes_in_is_refused_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            prop_assert!(sealer().open(Purpose::new("tokens"), &bytes).is_err());
        }
    }
}
