//! A directory, by a bind with the person's password.

use super::adapter::{BuiltDirectory, BuiltSource, SourceAdapter, SourceContext, SourceProbe};
use crate::sign_in::guesses::StoredGuesses;
use pleiade_core::{Clock, Directory as _, SourceId, Transport};
use pleiade_federation::ldap::{LdapConfig, LdapDirectory, LdapProvider};
use std::sync::Arc;

fn build(settings: &LdapConfig, id: &SourceId, clock: &Arc<dyn Clock>) -> Result<LdapDirectory, String> {
    LdapDirectory::new(id.clone(), settings.clone(), clock.clone()).map_err(|error| error.to_string())
}

impl SourceAdapter for LdapConfig {
    fn name(&self) -> &'static str {
        "ldap"
    }

    fn authority(&self) -> String {
        self.base.clone()
    }

    fn ignores_case(&self) -> bool {
        true
    }

    fn lists_people(&self) -> bool {
        true
    }

    fn may_serve_alone(&self) -> bool {
        true
    }

    fn build(&self, id: &SourceId, context: SourceContext<'_>) -> Result<BuiltSource, String> {
        let directory = Arc::new(build(self, id, context.clock)?);
        let guesses = Arc::new(StoredGuesses::new(context.storage.clone(), context.sealer));
        let provider = LdapProvider::new(directory.clone(), guesses, context.clock.clone());
        let issuer = directory.issuer();
        let people = BuiltDirectory { people: directory, issuer, is_pushed: false };
        Ok(BuiltSource { directory: Some(people), ..BuiltSource::new(provider) })
    }

    fn probe(
        &self,
        id: &SourceId,
        _: &Arc<dyn Transport>,
        clock: &Arc<dyn Clock>,
    ) -> Result<Option<SourceProbe>, String> {
        let directory = build(self, id, clock)?;
        Ok(Some(Box::pin(async move {
            directory.probe().await.map_err(|error| error.to_string())?;
            Ok("the directory answers and lets the read account in")
        })))
    }
}
