//! The rules for the accounts of each local source.

use chrono::TimeDelta;
use ipnet::IpNet;
use pleiade_core::{Affiliation, Clock, Role, SourceId};
use pleiade_federation::{
    local::{PasswordHashes, password::PasswordRules},
    throttle::Throttle,
};
use serde::Deserialize;
use std::{collections::BTreeMap, net::IpAddr, sync::Arc};

/// Wrong passwords of one account in one known browser before it must wait.
const MAX_FAILURES_PER_BROWSER: u32 = 5;

/// The people who must have a second factor. Holders of the role `operator` must always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecondFactorRule {
    /// Everybody.
    Required,
    /// Whoever administers something.
    #[default]
    Administrators,
    /// Nobody but holders of the role `operator`.
    Optional,
}

/// The rules for the accounts of one local source.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The people who must have a second factor.
    pub second_factor: SecondFactorRule,
    /// The requirements on a new password.
    pub passwords: PasswordRules,
    /// Time for which a link to choose a password opens.
    pub link_life: TimeDelta,
    /// From where holders of the role `operator` sign in; empty: from anywhere.
    pub networks: Vec<IpNet>,
    /// Sample people, for whom no rule makes sense.
    pub samples: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            second_factor: SecondFactorRule::default(),
            passwords: PasswordRules::default(),
            link_life: TimeDelta::hours(72),
            networks: Vec::new(),
            samples: false,
        }
    }
}

impl Policy {
    /// For the sample people of a demonstration.
    #[must_use]
    pub fn for_samples() -> Self {
        Self { second_factor: SecondFactorRule::Optional, samples: true, ..Self::default() }
    }

    /// True if somebody of these affiliations must have a second factor.
    pub(super) fn requires_factor(&self, affiliations: &[Affiliation]) -> bool {
        let holds = |role| affiliations.iter().any(|affiliation| affiliation.roles.contains(&role));
        match self.second_factor {
            SecondFactorRule::Required => true,
            SecondFactorRule::Administrators => holds(Role::TenantAdministrator) || holds(Role::Operator),
            SecondFactorRule::Optional => holds(Role::Operator) && !self.samples,
        }
    }

    /// True if somebody of these affiliations may sign in from this address.
    pub(super) fn admits(&self, affiliations: &[Affiliation], address: IpAddr) -> bool {
        !is_operator(affiliations)
            || self.networks.is_empty()
            || self.networks.iter().any(|net| net.contains(&address))
    }
}

/// The local sources of the instance.
#[derive(Debug)]
pub struct Accounts {
    pub(super) hashes: PasswordHashes,
    policies: BTreeMap<SourceId, Policy>,
    /// Wrong passwords by known browser.
    pub(super) browsers: Throttle,
}

impl Accounts {
    /// The policies of the local sources.
    #[must_use]
    pub fn new(
        hashes: PasswordHashes,
        policies: impl IntoIterator<Item = (SourceId, Policy)>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let browsers = Throttle::new(clock, MAX_FAILURES_PER_BROWSER);
        Self { hashes, policies: policies.into_iter().collect(), browsers }
    }

    /// The policy of a source, if it is local.
    #[must_use]
    pub fn policy(&self, source: &SourceId) -> Option<&Policy> {
        self.policies.get(source)
    }

    /// The local sources.
    pub fn sources(&self) -> impl Iterator<Item = &SourceId> {
        self.policies.keys()
    }
}

/// True if one of these affiliations holds the role `operator`.
pub(crate) fn is_operator(affiliations: &[Affiliation]) -> bool {
    affiliations.iter().any(|affiliation| affiliation.roles.contains(&Role::Operator))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pleiade_core::{PersonKind, TenantId};

    fn affiliation(roles: &[Role]) -> Vec<Affiliation> {
        let mut affiliation = Affiliation::new(TenantId::new("alpha").unwrap(), PersonKind::Agent);
        affiliation.roles = roles.iter().copied().collect();
        vec![affiliation]
    }

    #[test]
    fn who_must_have_a_second_factor() {
        use SecondFactorRule::{Administrators, Optional, Required};
        let (agent, administrator, operator) =
            (affiliation(&[]), affiliation(&[Role::TenantAdministrator]), affiliation(&[Role::Operator]));
        for (rule, expected) in [
            (Required, [true, true, true]),
            (Administrators, [false, true, true]),
            (Optional, [false, false, true]),
        ] {
            let policy = Policy { second_factor: rule, ..Policy::default() };
            let found =
                [&agent, &administrator, &operator].map(|affiliations| policy.requires_factor(affiliations));
            assert_eq!(found, expected, "{rule:?}");
        }
        assert!(!Policy::for_samples().requires_factor(&operator), "sample people have no telephone");
    }

    #[test]
    fn only_operators_are_held_to_their_networks() {
        let policy = Policy { networks: vec!["10.1.0.0/16".parse().unwrap()], ..Policy::default() };
        let (inside, outside) = ("10.1.2.3".parse().unwrap(), "198.51.100.7".parse().unwrap());
        assert!(policy.admits(&affiliation(&[Role::Operator]), inside));
        assert!(!policy.admits(&affiliation(&[Role::Operator]), outside));
        assert!(policy.admits(&affiliation(&[Role::TenantAdministrator]), outside));
        assert!(Policy::default().admits(&affiliation(&[Role::Operator]), outside), "none were written");
    }
}
