//! Accounts kept here.

use super::adapter::{BoundedSetting, BuiltSource, SourceAdapter, SourceContext, SourceProbe};
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

    fn bounded_settings(&self) -> Vec<BoundedSetting> {
        let length = u64::try_from(self.password_length).unwrap_or(u64::MAX);
        let hours = u64::try_from(self.link_hours).unwrap_or_default();
        vec![
            BoundedSetting { key: "password_length", value: length, least: 12, most: 64 },
            BoundedSetting { key: "link_hours", value: hours, least: 1, most: 720 },
        ]
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
