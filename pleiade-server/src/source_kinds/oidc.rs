//! OpenID Connect.

use super::adapter::{BuiltSource, ReturnAddress, SourceAdapter, SourceContext, SourceProbe};
use pleiade_core::{Clock, Hints, IdentityProvider as _, SourceId, Transport};
use pleiade_federation::oidc::{OidcConfig, OidcProvider};
use std::sync::Arc;
use url::Url;

fn build(
    settings: &OidcConfig,
    id: &SourceId,
    transport: &Arc<dyn Transport>,
    clock: &Arc<dyn Clock>,
) -> Result<OidcProvider, String> {
    OidcProvider::new(id.clone(), settings.clone(), transport.clone(), clock.clone())
        .map_err(|error| error.to_string())
}

impl SourceAdapter for OidcConfig {
    fn name(&self) -> &'static str {
        "oidc"
    }

    fn authority(&self) -> String {
        format!("{} {}", self.issuer, self.algorithm.name())
    }

    fn called_addresses(&self) -> Vec<Url> {
        let addresses = std::iter::once(&self.issuer).chain(&self.endpoint_origins);
        addresses.filter_map(|address| address.parse().ok()).collect()
    }

    fn form_targets(&self) -> Vec<Url> {
        self.called_addresses()
    }

    fn has_portal_session(&self) -> bool {
        true
    }

    fn return_addresses(&self) -> Vec<ReturnAddress<'_>> {
        vec![ReturnAddress { key: "redirect_uri", address: &self.redirect_uri, page: "callback" }]
    }

    fn build(&self, id: &SourceId, context: SourceContext<'_>) -> Result<BuiltSource, String> {
        Ok(BuiltSource::new(build(self, id, context.transport, context.clock)?))
    }

    fn probe(
        &self,
        id: &SourceId,
        transport: &Arc<dyn Transport>,
        clock: &Arc<dyn Clock>,
    ) -> Result<Option<SourceProbe>, String> {
        let provider = build(self, id, transport, clock)?;
        Ok(Some(Box::pin(async move {
            provider.begin(&Hints::none()).await.map_err(|error| error.to_string())?;
            Ok("the provider answers")
        })))
    }
}
