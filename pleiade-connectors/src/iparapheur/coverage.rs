//! What this connector was written for, and what shows it.

use pleiade_core::{AccessMethod, Coverage, CredentialKind, Evidence, EvidenceKind};

pub(super) fn coverage() -> Coverage {
    Coverage::new(
        "i-Parapheur (Libriciel)",
        "4 (4.1 and later), 5.0, 5.1 and 5.2",
        [
            Evidence::new(
                EvidenceKind::IndependentClient,
                "iparapheur-utils3 1.0 (4), and of the published OpenAPI file 5.1.22 a client made by openapi-python-client 0.29 (5)",
                "pleiade-testkit/tests/real/iparapheur.rs",
            ),
            Evidence::new(
                EvidenceKind::PublishedSamples,
                "test data of the editor’s Android application (4) and of Pastell’s connector (5)",
                "pleiade-connectors/tests/iparapheur/parsers.rs",
            ),
            Evidence::new(
                EvidenceKind::Simulator,
                "versions 4, 5.1 and 5.2, through the conformance suite",
                "pleiade-connectors/tests/conformance.rs",
            ),
        ],
    )
    .with_access([
        AccessMethod::new("cas", CredentialKind::ProxyTicket),
        AccessMethod::new("force_login", CredentialKind::ActingLogin),
        AccessMethod::new("person_token", CredentialKind::PersonToken),
    ])
}
