//! Accounts kept here.

use super::adapter::{BuiltSource, SourceAdapter, SourceContext, SourceProbe};
use crate::{accounts::Policy, config::LocalConfig, sign_in::local::StoredAccounts};
use chrono::TimeDelta;
use pleiade_core::{Clock, SourceId, Transport};
use pleiade_federation::local::{LocalProvider, password::PasswordRules};
use std::sync::Arc;

impl LocalConfig {
    /// The rules for the accounts of the source.
    #[must_use]
    pub fn policy(&self) -> Policy {
        Policy {
            second_factor: self.second_factor,
            passwords: PasswordRules::with_min_chars(self.password_length),
            link_life: TimeDelta::hours(self.link_hours),
            networks: self.allowed_networks.clone(),
            samples: false,
        }
    }
}

impl SourceAdapter for LocalConfig {
    fn name(&self) -> &'static str {
        "local"
    }

    fn account_policy(&self) -> Option<Policy> {
        Some(self.policy())
    }

    fn build(&self, id: &SourceId, context: SourceContext<'_>) -> Result<BuiltSource, String> {
        let accounts = Arc::new(StoredAccounts(context.storage.clone()));
        let (hashes, clock) = (context.hashes.clone(), context.clock.clone());
        Ok(BuiltSource::new(LocalProvider::new(id.clone(), accounts, hashes, clock)))
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
