//! How a subject is named where its value must not stand.

use pleiade_core::Subject;
use sha2::{Digest as _, Sha256};

/// Sixteen hexadecimal digits that tell subjects apart, in the audit log and in forms.
#[must_use]
pub fn subject_digest(subject: &Subject) -> String {
    let hash = Sha256::new().chain_update(subject.issuer()).chain_update([0]).chain_update(subject.id());
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
