//! People whom an identity manager pushes. The source has no settings.

use super::adapter::{BuiltDirectory, BuiltSource, SourceAdapter, SourceContext, SourceProbe};
use crate::scim::{ScimDirectory, issuer};
use pleiade_core::{Clock, SourceId, Transport};
use pleiade_federation::scim::PushedSource;
use std::sync::Arc;

/// The settings that such a source does not have.
#[derive(Debug)]
pub(super) struct Pushed;

impl SourceAdapter for Pushed {
    fn name(&self) -> &'static str {
        "scim"
    }

    fn lists_people(&self) -> bool {
        true
    }

    fn build(&self, id: &SourceId, context: SourceContext<'_>) -> Result<BuiltSource, String> {
        let people = Arc::new(ScimDirectory::new(id.clone(), context.storage.clone()));
        let people = BuiltDirectory { people, issuer: issuer(id), is_pushed: true };
        Ok(BuiltSource { directory: Some(people), ..BuiltSource::new(PushedSource::new(id.clone())) })
    }

    fn probe(
        &self,
        _: &SourceId,
        _: &Arc<dyn Transport>,
        _: &Arc<dyn Clock>,
    ) -> Result<Option<SourceProbe>, String> {
        Ok(None)
    }
}
