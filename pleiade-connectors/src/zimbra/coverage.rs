//! What this connector was written for, and what shows it.

use pleiade_core::{AccessMethod, Coverage, CredentialKind, Evidence, EvidenceKind};

pub(super) fn coverage() -> Coverage {
    Coverage::new(
        "Zimbra Collaboration",
        "8.8.15, 9.0, 10.0 and 10.1; Carbonio",
        [
            Evidence::new(
                EvidenceKind::IndependentClient,
                "python-zimbra 2.4",
                "pleiade-testkit/tests/real/zimbra.rs",
            ),
            Evidence::new(
                EvidenceKind::PublishedSamples,
                "answers of the editor’s documentation",
                "pleiade-connectors/src/zimbra/batch.rs",
            ),
            Evidence::new(
                EvidenceKind::Simulator,
                "each way of authenticating, through the conformance suite",
                "pleiade-connectors/tests/conformance.rs",
            ),
        ],
    )
    .with_access([
        AccessMethod::new("preauth", CredentialKind::ActingLogin),
        AccessMethod::new("linked", CredentialKind::LinkedAccount),
        AccessMethod::new("delegated", CredentialKind::ActingLogin),
    ])
}
