//! What this connector was written for, and what shows it.

use pleiade_core::{AccessMethod, Coverage, CredentialKind, Evidence, EvidenceKind};

pub(super) fn coverage() -> Coverage {
    Coverage::new(
        "Jitsi Meet",
        "every version with Prosody; tokens in the fragment from mid-2024 on",
        [
            Evidence::new(
                EvidenceKind::IndependentClient,
                "tokens, HS256 and RS256, verified by PyJWT",
                "pleiade-connectors/tests/real/jitsi.rs",
            ),
            Evidence::new(
                EvidenceKind::Simulator,
                "through the conformance suite, with and without tokens",
                "pleiade-connectors/tests/conformance.rs",
            ),
            Evidence::new(
                EvidenceKind::Reconstructed,
                "answers and rules of tokens read in the public source of Jitsi; no server was run",
                "pleiade-connectors/tests/jitsi/main.rs",
            ),
        ],
    )
    .with_access([AccessMethod::new("token", CredentialKind::Technical)])
}
