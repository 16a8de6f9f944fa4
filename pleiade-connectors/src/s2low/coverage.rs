//! What this connector was written for, and what shows it.

use pleiade_core::{AccessMethod, Coverage, CredentialKind, Evidence, EvidenceKind};

pub(super) fn coverage() -> Coverage {
    Coverage::new(
        "S²LOW (ADULLACT, Libriciel)",
        "5.0.38 and later; lists of PES from 5.0.47",
        [
            Evidence::new(
                EvidenceKind::PublishedSamples,
                "the editor’s table of states, and data of Pastell’s own tests",
                "pleiade-connectors/tests/s2low/parsers.rs",
            ),
            Evidence::new(
                EvidenceKind::Simulator,
                "made from the public source, through the conformance suite and behind a TLS server that asks for certificates",
                "pleiade-connectors/tests/s2low/certificates.rs",
            ),
        ],
    )
    .with_access([AccessMethod::new("certificate", CredentialKind::Technical)])
}
