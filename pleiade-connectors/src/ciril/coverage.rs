//! What this connector was written for, and what shows it.

use pleiade_core::{AccessMethod, Coverage, CredentialKind, Evidence, EvidenceKind};

pub(super) fn coverage() -> Coverage {
    Coverage::new(
        "Ciril GROUP (Civil Net Finances, Civil Net RH…)",
        "task basket of 2018 and later; purchase orders by settings",
        [
            Evidence::new(
                EvidenceKind::IndependentClient,
                "zeep 4.3, by a service description written from the published types",
                "pleiade-testkit/tests/real/soap.rs",
            ),
            Evidence::new(
                EvidenceKind::Simulator,
                "made from those, through the conformance suite",
                "pleiade-connectors/tests/conformance.rs",
            ),
            Evidence::new(
                EvidenceKind::Reconstructed,
                "answers and simulator follow service descriptions and client code that two public repositories hold; no editor documentation",
                "pleiade-connectors/tests/ciril/parsers.rs",
            ),
        ],
    )
    .with_access([
        AccessMethod::new("technical", CredentialKind::Technical),
        AccessMethod::new("linked", CredentialKind::LinkedAccount),
        AccessMethod::new("exchange", CredentialKind::Technical),
    ])
}
