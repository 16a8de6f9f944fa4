//! What this connector was written for, and what shows it.

use pleiade_core::{AccessMethod, Coverage, CredentialKind, Evidence, EvidenceKind};

pub(super) fn coverage() -> Coverage {
    Coverage::new(
        "Pastell (Libriciel)",
        "3.0.13 and later with CAS, 4.0 to 5.0 with tokens",
        [
            Evidence::new(
                EvidenceKind::IndependentClient,
                "pastell-admin 0.2",
                "pleiade-testkit/tests/real/pastell.rs",
            ),
            Evidence::new(
                EvidenceKind::PublishedSamples,
                "data of Pastell’s own tests, 4.1 to 6.0-dev",
                "pleiade-connectors/tests/pastell/parsers.rs",
            ),
            Evidence::new(
                EvidenceKind::Simulator,
                "made from the public sources, through the conformance suite",
                "pleiade-connectors/tests/conformance.rs",
            ),
        ],
    )
    .with_access([
        AccessMethod::new("user_token", CredentialKind::LinkedAccount),
        AccessMethod::new("proxy_ticket", CredentialKind::ProxyTicket),
    ])
}
