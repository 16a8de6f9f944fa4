//! The headers of a trusted reverse proxy.

use super::adapter::{BuiltSource, SourceAdapter, SourceContext, SourceProbe};
use pleiade_core::{Clock, SourceId, Transport};
use pleiade_federation::header::{HeaderConfig, HeaderProvider};
use std::sync::Arc;
use url::Url;

fn build(settings: &HeaderConfig, id: &SourceId) -> Result<HeaderProvider, String> {
    HeaderProvider::new(id.clone(), settings.clone()).map_err(|error| error.to_string())
}

impl SourceAdapter for HeaderConfig {
    fn name(&self) -> &'static str {
        "header"
    }

    fn authority(&self) -> String {
        self.issuer.clone()
    }

    fn form_targets(&self) -> Vec<Url> {
        self.sign_out.iter().cloned().collect()
    }

    fn build(&self, id: &SourceId, _: SourceContext<'_>) -> Result<BuiltSource, String> {
        let provider = Arc::new(build(self, id)?);
        let headers = Some(provider.clone());
        Ok(BuiltSource { provider, directory: None, headers })
    }

    fn probe(
        &self,
        id: &SourceId,
        _: &Arc<dyn Transport>,
        _: &Arc<dyn Clock>,
    ) -> Result<Option<SourceProbe>, String> {
        build(self, id)?;
        Ok(None)
    }
}
