//! What this connector was written for, and what shows it.

use pleiade_core::{AccessMethod, Coverage, CredentialKind, Evidence, EvidenceKind};

pub(super) fn coverage() -> Coverage {
    Coverage::new(
        "Kelio (formerly Bodet Software)",
        "5.1 and 5.2, as far as their on-line help and a public SDK describe them",
        [
            Evidence::new(
                EvidenceKind::IndependentClient,
                "zeep 4.3 reads the answers of the simulator; requests are compared with described ones, because it leaves inherited fields out",
                "pleiade-testkit/tests/real/soap.rs",
            ),
            Evidence::new(
                EvidenceKind::Simulator,
                "made from those, through the conformance suite",
                "pleiade-connectors/tests/conformance.rs",
            ),
            Evidence::new(
                EvidenceKind::Reconstructed,
                "answers follow the editor’s on-line help and a public SDK",
                "pleiade-connectors/tests/kelio/parsers.rs",
            ),
        ],
    )
    .with_access([AccessMethod::new("technical", CredentialKind::Technical)])
}
