//! What this connector was written for, and what shows it.

use pleiade_core::{AccessMethod, Coverage, CredentialKind, Evidence, EvidenceKind};

pub(super) fn coverage() -> Coverage {
    Coverage::new(
        "Watcha (homeserver, Element and Nextcloud)",
        "the public code: Synapse 1.103, Nextcloud app 0.6",
        [
            Evidence::new(
                EvidenceKind::RealServer,
                "the two state events of its rooms on a Synapse 1.163 that is not Watcha’s own",
                "pleiade-connectors/tests/real/matrix.rs",
            ),
            Evidence::new(
                EvidenceKind::Simulator,
                "each way of authenticating, through the conformance suite",
                "pleiade-connectors/tests/conformance.rs",
            ),
            Evidence::new(
                EvidenceKind::Reconstructed,
                "what it adds was read in its public source, which stops in 2024; no Watcha server was run",
                "pleiade-connectors/tests/watcha/main.rs",
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
