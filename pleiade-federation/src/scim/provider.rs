//! A source that is pushed, among the sign-in sources: nobody signs in by it.

use async_trait::async_trait;
use pleiade_core::{
    Claims, IdentityProvider, ProviderKind, SignInAnswer, SignInError, SignInStep, SourceId, sign_in::Hints,
};

/// Refuses everybody.
#[derive(Debug)]
pub struct PushedSource(SourceId);

impl PushedSource {
    /// The source.
    #[must_use]
    pub fn new(id: SourceId) -> Self {
        Self(id)
    }
}

const REFUSED: SignInError =
    SignInError::Misconfigured("people are pushed to this source; they sign in by another one");

#[async_trait]
impl IdentityProvider for PushedSource {
    fn id(&self) -> &SourceId {
        &self.0
    }

    fn kind(&self) -> ProviderKind {
        ProviderKind::Scim
    }

    async fn begin(&self, _: &Hints) -> Result<SignInStep, SignInError> {
        Err(REFUSED)
    }

    async fn finish(&self, _: SignInAnswer) -> Result<Claims, SignInError> {
        Err(REFUSED)
    }
}
