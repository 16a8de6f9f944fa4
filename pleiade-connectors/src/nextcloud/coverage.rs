//! What this connector was written for, and what shows it.

use pleiade_core::{AccessMethod, Coverage, CredentialKind, Evidence, EvidenceKind};

pub(super) fn coverage() -> Coverage {
    Coverage::new(
        "Nextcloud",
        "30 to 34",
        [
            Evidence::new(
                EvidenceKind::RecordedAnswers,
                "Nextcloud 31.0.8 with Talk 21.1.3, for all but Deck, shares and tasks",
                "pleiade-connectors/tests/nextcloud/parsers.rs",
            ),
            Evidence::new(
                EvidenceKind::IndependentClient,
                "nc-py-api 0.30 and caldav 3.6",
                "pleiade-testkit/tests/real/nextcloud.rs",
            ),
            Evidence::new(
                EvidenceKind::PublishedSamples,
                "Deck, shares and tasks: answers written after the published OpenAPI files and the sources",
                "pleiade-connectors/tests/nextcloud/parsers.rs",
            ),
            Evidence::new(
                EvidenceKind::Simulator,
                "an app password, through the conformance suite",
                "pleiade-connectors/tests/conformance.rs",
            ),
        ],
    )
    .with_access([
        AccessMethod::new("app_password", CredentialKind::LinkedAccount),
        AccessMethod::new("app_password_basic", CredentialKind::LinkedAccount),
        AccessMethod::new("oidc_token", CredentialKind::PersonToken),
    ])
}
