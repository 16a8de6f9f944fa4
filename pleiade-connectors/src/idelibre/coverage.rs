//! What this connector was written for, and what shows it.

use pleiade_core::{AccessMethod, Coverage, CredentialKind, Evidence, EvidenceKind};

pub(super) fn coverage() -> Coverage {
    Coverage::new(
        "i-delibRE (Libriciel)",
        "4.1, 4.2 and 4.3",
        [
            Evidence::new(
                EvidenceKind::Simulator,
                "one for each version, through the conformance suite",
                "pleiade-connectors/tests/conformance.rs",
            ),
            Evidence::new(
                EvidenceKind::Reconstructed,
                "answers and simulator follow a description rebuilt from the public source (4.1.7, 4.2.21, 4.3.0-alpha10)",
                "pleiade-testkit/tests/idelibre/main.rs",
            ),
        ],
    ).with_access([AccessMethod::new("structure_key", CredentialKind::Technical)])
}
