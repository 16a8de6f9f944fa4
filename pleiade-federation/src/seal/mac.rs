//! Keyed digests: texts that we recognise as ours without keeping them.
//!
//! Threat: somebody makes such a text themselves, or uses one in a place that it was not made for. Each purpose has a key of its own,
//! derived from the sealing key in one direction, so that no digest tells anything of the sealing key or of another purpose.

use super::{SealKey, Sealer};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Keeps these keys apart from anything else that the sealing key may ever be used for.
const DOMAIN: &[u8] = b"pleiade keyed digest\0";

/// A key for one purpose. Shows nothing of itself and is wiped from memory when dropped.
pub struct MacKey(Zeroizing<[u8; 32]>);

impl std::fmt::Debug for MacKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MacKey")
    }
}

impl MacKey {
    fn derive(key: &SealKey, purpose: &str) -> Self {
        Self(Zeroizing::new(hmac(key.bytes(), &[DOMAIN, purpose.as_bytes()])))
    }

    /// The digest of a list of texts. Two lists that differ in any way, be it in where one text ends, have other digests.
    #[must_use]
    pub fn digest(&self, texts: &[&[u8]]) -> [u8; 32] {
        let lengths: Vec<[u8; 8]> = texts.iter().map(|text| (text.len() as u64).to_be_bytes()).collect();
        let framed: Vec<&[u8]> =
            lengths.iter().zip(texts).flat_map(|(length, text)| [length.as_slice(), text]).collect();
        hmac(&self.0, &framed)
    }
}

fn hmac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes keys of any length: this one does not fail.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

impl Sealer {
    /// The key that makes the digests of a purpose.
    #[must_use]
    pub fn mac_key(&self, purpose: &'static str) -> MacKey {
        MacKey::derive(&self.current, purpose)
    }

    /// The keys with which other replicas may make digests of a purpose, before or after a change of the sealing key. Whoever compares a
    /// digest accepts one of any of them too.
    #[must_use]
    pub fn other_mac_keys(&self, purpose: &'static str) -> Vec<MacKey> {
        self.previous.iter().chain(&self.next).map(|key| MacKey::derive(key, purpose)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key() -> SealKey {
        SealKey::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap()
    }

    fn first(sealer: &Sealer, purpose: &'static str) -> [u8; 32] {
        sealer.mac_key(purpose).digest(&[b"text"])
    }

    /// HMAC-SHA256 computed by Python's `hmac` over the same bytes.
    #[test]
    fn a_digest_is_the_same_in_every_process() {
        let sealer = Sealer::new(key(), Vec::new());
        let hex: String = first(&sealer, "test").iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "d9b30bd56be5b0f13de1be06541ff43afbf2078cfc76580d3078ccc222001e6d");
    }

    #[test]
    fn each_purpose_and_each_sealing_key_has_its_own() {
        let (sealer, other) =
            (Sealer::new(key(), Vec::new()), Sealer::new(SealKey::generate().unwrap(), Vec::new()));
        assert_ne!(first(&sealer, "page"), first(&sealer, "pag"));
        assert_ne!(first(&sealer, "page"), first(&other, "page"));
        assert_ne!(first(&sealer, "page"), *key().bytes());
        assert_eq!(format!("{:?}", sealer.mac_key("page")), "MacKey");
    }

    #[test]
    fn a_replica_that_is_ahead_and_one_that_is_behind_know_each_other() {
        let (old, new) = (SealKey::generate().unwrap(), SealKey::generate().unwrap());
        let ahead = Sealer::new(new.clone(), vec![old.clone()]);
        let behind = Sealer::new(old, Vec::new()).with_next(Some(new));
        for (made, by) in [(&ahead, &behind), (&behind, &ahead)] {
            let digest = first(made, "page");
            assert!(by.other_mac_keys("page").iter().any(|key| key.digest(&[b"text"]) == digest));
        }
    }

    proptest! {
        #[test]
        fn lists_that_differ_have_other_digests(
            a in proptest::collection::vec(proptest::collection::vec(0..2_u8, 0..4), 0..4),
            b in proptest::collection::vec(proptest::collection::vec(0..2_u8, 0..4), 0..4),
        ) {
            let key = Sealer::new(key(), Vec::new()).mac_key("test");
            let digest = |list: &[Vec<u8>]| key.digest(&list.iter().map(Vec::as_slice).collect::<Vec<_>>());
            prop_assert_eq!(digest(&a) == digest(&b), a == b);
        }
    }
}
