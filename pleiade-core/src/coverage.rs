//! What a connector was written for, and how that was verified.

use crate::CredentialKind;
use std::borrow::Cow;

/// The application that a connector reads, the versions it was written for, and what shows that it reads them.
///
/// ```
/// use pleiade_core::{Coverage, Evidence, EvidenceKind};
/// let evidence = Evidence::new(EvidenceKind::Simulator, "written from the manual of 2.4", "tests/leave.rs");
/// let leave = Coverage::new("Congés (Exemple)", "2.x", [evidence]);
/// assert!(!leave.has(EvidenceKind::RealServer));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Coverage {
    /// The application by its own name, with its editor where that helps; empty when nothing is said.
    pub application: Cow<'static, str>,
    /// The versions that it was written for.
    pub versions: Cow<'static, str>,
    /// The ways of authenticating, most advisable first.
    pub access: Vec<AccessMethod>,
    /// What shows that it reads them, strongest first.
    pub evidence: Vec<Evidence>,
}

impl Coverage {
    /// Joins the parts.
    #[must_use]
    pub fn new(
        application: impl Into<Cow<'static, str>>,
        versions: impl Into<Cow<'static, str>>,
        evidence: impl IntoIterator<Item = Evidence>,
    ) -> Self {
        let evidence = evidence.into_iter().collect();
        Self { application: application.into(), versions: versions.into(), access: Vec::new(), evidence }
    }

    /// The same with ways of authenticating, most advisable first.
    #[must_use]
    pub fn with_access(mut self, access: impl IntoIterator<Item = AccessMethod>) -> Self {
        self.access.extend(access);
        self
    }

    /// True if there is evidence of this kind.
    #[must_use]
    pub fn has(&self, kind: EvidenceKind) -> bool {
        self.evidence.iter().any(|evidence| evidence.kind == kind)
    }
}

/// A way of authenticating.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessMethod {
    /// Its name, as operators write it where they have a choice.
    pub name: Cow<'static, str>,
    /// The kind of credential that it asks for.
    pub credential: CredentialKind,
}

impl AccessMethod {
    /// Joins the parts.
    #[must_use]
    pub fn new(name: impl Into<Cow<'static, str>>, credential: CredentialKind) -> Self {
        Self { name: name.into(), credential }
    }
}

/// One thing that shows what a connector can do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Evidence {
    /// Its kind.
    pub kind: EvidenceKind,
    /// What it was: the server and its version, the client and what it drove, the source of the samples.
    pub what: Cow<'static, str>,
    /// The test that shows it: its path in the repository of the connector.
    pub test: Cow<'static, str>,
}

impl Evidence {
    /// Joins the parts.
    #[must_use]
    pub fn new(
        kind: EvidenceKind,
        what: impl Into<Cow<'static, str>>,
        test: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { kind, what: what.into(), test: test.into() }
    }
}

/// The kinds of evidence, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum EvidenceKind {
    /// The connector was run against the application itself.
    RealServer,
    /// It reads answers that were recorded from the application.
    RecordedAnswers,
    /// Its simulator was driven by a client of the application that somebody else wrote.
    IndependentClient,
    /// Its simulator was held to a description that somebody else published.
    PublishedDescription,
    /// It reads samples that the editor or somebody else published; no server gave them here.
    PublishedSamples,
    /// It was run against a simulator alone, which its own authors wrote.
    Simulator,
    /// The description it was written from was reconstructed from public sources.
    Reconstructed,
}

impl EvidenceKind {
    /// Every kind, strongest first.
    pub const ALL: [Self; 7] = [
        Self::RealServer,
        Self::RecordedAnswers,
        Self::IndependentClient,
        Self::PublishedDescription,
        Self::PublishedSamples,
        Self::Simulator,
        Self::Reconstructed,
    ];
}
