//! What this connector was written for, and what shows it.

use pleiade_core::{AccessMethod, Coverage, CredentialKind, Evidence, EvidenceKind};

pub(super) fn coverage() -> Coverage {
    Coverage::new(
        "Matrix (Synapse, Element)",
        "homeservers of the Matrix specification; Synapse 1.163",
        [
            Evidence::new(
                EvidenceKind::RealServer,
                "Synapse 1.163",
                "pleiade-connectors/tests/real/matrix.rs",
            ),
            Evidence::new(
                EvidenceKind::RecordedAnswers,
                "Synapse 1.163",
                "pleiade-connectors/tests/matrix/parsers.rs",
            ),
            Evidence::new(
                EvidenceKind::IndependentClient,
                "matrix-nio 0.26",
                "pleiade-testkit/tests/real/matrix.rs",
            ),
            Evidence::new(
                EvidenceKind::Simulator,
                "each way of authenticating, through the conformance suite",
                "pleiade-connectors/tests/conformance.rs",
            ),
        ],
    )
    .with_access([
        AccessMethod::new("application_service", CredentialKind::ActingLogin),
        AccessMethod::new("jwt", CredentialKind::ActingLogin),
        AccessMethod::new("person_token", CredentialKind::PersonToken),
        AccessMethod::new("linked_account", CredentialKind::LinkedAccount),
    ])
}
