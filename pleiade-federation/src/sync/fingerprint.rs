//! Telling what changed about somebody without keeping two copies of them.

use super::PlannedPerson;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::{collections::BTreeSet, fmt};

/// Something about a person that may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Aspect {
    /// The names shown.
    Names,
    /// The login: the person was renamed.
    Login,
    /// The address.
    Mail,
    /// Function, service, telephone, employee number.
    Function,
    /// Groups, from which rights are judged.
    Groups,
    /// The collectivités for which they act, and their quality there.
    Tenants,
}

impl Aspect {
    /// Its name in storage, logs and message keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Names => "names",
            Self::Login => "login",
            Self::Mail => "mail",
            Self::Function => "function",
            Self::Groups => "groups",
            Self::Tenants => "tenants",
        }
    }
}

impl Aspect {
    /// Every aspect, in the order of a fingerprint.
    pub const ALL: [Self; 6] =
        [Self::Names, Self::Login, Self::Mail, Self::Function, Self::Groups, Self::Tenants];
}

/// Bytes kept of the hash of each aspect: enough that nobody finds another value with the same ones.
const HASH_BYTES: usize = 16;
const FINGERPRINT_BYTES: usize = HASH_BYTES * Aspect::ALL.len();

/// The digest of a person's fields, to detect changes from one pass to the next. Gives nothing of them away.
#[derive(Clone, PartialEq, Eq)]
pub struct Fingerprint([u8; FINGERPRINT_BYTES]);

impl Fingerprint {
    /// The bytes to store.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// A stored fingerprint. None when it comes from a version with other fingerprints: then everything counts as changed.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub(super) fn from_person(person: &PlannedPerson) -> Self {
        let mut bytes = [0; FINGERPRINT_BYTES];
        for (aspect, place) in Aspect::ALL.into_iter().zip(bytes.chunks_exact_mut(HASH_BYTES)) {
            let digest = aspect.digest(person);
            for (kept, byte) in place.iter_mut().zip(digest) {
                *kept = byte;
            }
        }
        Self(bytes)
    }

    /// The aspects that differ between two fingerprints.
    #[must_use]
    pub fn differences(&self, other: &Self) -> BTreeSet<Aspect> {
        let pairs = self.0.chunks_exact(HASH_BYTES).zip(other.0.chunks_exact(HASH_BYTES));
        Aspect::ALL.into_iter().zip(pairs).filter(|(_, (a, b))| a != b).map(|(aspect, _)| aspect).collect()
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fingerprint(…)")
    }
}

impl Aspect {
    fn digest(self, person: &PlannedPerson) -> [u8; 32] {
        let mut hash = Hash(Sha256::new());
        match self {
            Self::Names => {
                hash.text(&person.display_name);
                hash.optional(person.given_name.as_deref());
                hash.optional(person.family_name.as_deref());
            }
            Self::Login => hash.optional(person.login.as_deref()),
            Self::Mail => hash.optional(person.mail.as_ref().map(ToString::to_string).as_deref()),
            Self::Function => {
                hash.optional(person.function.as_deref());
                hash.optional(person.department.as_deref());
                hash.optional(person.telephone.as_deref());
                // Whoever has none keeps the fingerprint of before there were any.
                for affiliation in &person.affiliations {
                    affiliation.employee_number.iter().for_each(|number| hash.text(number));
                }
            }
            Self::Groups => {
                for affiliation in &person.affiliations {
                    hash.text(affiliation.tenant.as_str());
                    affiliation.groups.iter().for_each(|group| hash.text(group));
                }
            }
            Self::Tenants => {
                for affiliation in &person.affiliations {
                    hash.text(affiliation.tenant.as_str());
                    hash.text(&format!("{:?}", affiliation.kind));
                }
            }
        }
        hash.0.finalize().into()
    }
}

struct Hash(Sha256);

impl Hash {
    /// With its length, so that two texts never read like one.
    fn text(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text);
    }

    fn optional(&mut self, text: Option<&str>) {
        self.0.update([u8::from(text.is_some())]);
        self.text(text.unwrap_or_default());
    }
}
