//! Local accounts: links to open one, passwords, second factors, and what an administrator does with them.
//!
//! For the commune that has no directory, and for the operator's emergency account. Threats: a guessed password (rules, delays, a second
//! factor), a stolen password (the second factor), a stolen code or link (each opens once), a stranger who keeps
//! somebody out with wrong passwords (a browser that has signed in before has its own count, see `device`), a session left open
//! (what changes the ways in asks for a proof of the last ten minutes), an administrator of one collectivité who reaches another through
//! somebody of both (see `console`).

mod add;
mod console;
mod decide;
mod device;
mod factors;
mod gate;
mod link;
mod links;
mod passkeys;
mod profile;
pub(crate) mod proof;
mod sealed;
mod words;

pub(crate) use device::known_browser;
pub(crate) use factors::FACTOR;
pub(crate) use gate::{Visit, after_password};
pub(crate) use links::normal;
pub use links::{Invited, LinkError, invite, reset};
pub(crate) use passkeys::offered as passkeys_offered;

use crate::{
    app::App,
    departure::{self, Closed, DepartureError},
    sign_in::{linking::tell, local::StoredAccounts},
    storage::{LocalAccount, Names, NoticeKind, StorageError},
    web::{errors::Refusal, route::Route},
};
use chrono::TimeDelta;
use ipnet::IpNet;
use pleiade_core::{Affiliation, Claims, Clock, Role, SourceId, Subject};
use pleiade_federation::{
    local::{LocalAccounts as _, PasswordHashes, password::PasswordRules},
    throttle::Throttle,
};
use serde::Deserialize;
use std::{collections::BTreeMap, net::IpAddr, sync::Arc};

/// Wrong passwords of one account in one known browser before it must wait.
const FAILURES_OF_A_BROWSER: u32 = 5;

/// Who must have a second factor. Whoever holds the role `operator` must have one whatever is written here.
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

/// What holds for the accounts of one local source.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Who must have a second factor.
    pub second_factor: SecondFactorRule,
    /// What a new password must be.
    pub passwords: PasswordRules,
    /// How long a link to choose a password opens.
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
    pub fn of_samples() -> Self {
        Self { second_factor: SecondFactorRule::Optional, samples: true, ..Self::default() }
    }

    fn requires_factor(&self, ties: &[Affiliation]) -> bool {
        let holds = |role| ties.iter().any(|tie| tie.roles.contains(&role));
        match self.second_factor {
            SecondFactorRule::Required => true,
            SecondFactorRule::Administrators => holds(Role::TenantAdministrator) || holds(Role::Operator),
            SecondFactorRule::Optional => holds(Role::Operator) && !self.samples,
        }
    }

    fn admits(&self, ties: &[Affiliation], address: IpAddr) -> bool {
        !is_operator(ties)
            || self.networks.is_empty()
            || self.networks.iter().any(|net| net.contains(&address))
    }
}

/// The local sources of the instance.
#[derive(Debug)]
pub struct Accounts {
    hashes: PasswordHashes,
    policies: BTreeMap<SourceId, Policy>,
    browsers: Throttle,
}

impl Accounts {
    /// The policies of the local sources.
    #[must_use]
    pub fn new(
        hashes: PasswordHashes,
        policies: impl IntoIterator<Item = (SourceId, Policy)>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let browsers = Throttle::new(clock, FAILURES_OF_A_BROWSER);
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

fn is_operator(ties: &[Affiliation]) -> bool {
    ties.iter().any(|tie| tie.roles.contains(&Role::Operator))
}

/// An account in hand: enabled, with what its source says of its person.
struct Holder {
    account: LocalAccount,
    names: Names,
    subject: Subject,
    ties: Vec<Affiliation>,
}

impl Holder {
    async fn of(app: &App, account: LocalAccount) -> Result<Option<Self>, StorageError> {
        if account.disabled {
            return Ok(None);
        }
        let Ok(subject) = crate::sign_in::local::subject(&account.source, &account.subject) else {
            return Ok(None);
        };
        let Some(facts) = app.storage.link_facts(account.link).await? else { return Ok(None) };
        let names =
            facts.names.unwrap_or_else(|| Names { display_name: account.login.clone(), ..Names::default() });
        Ok(Some(Self { account, names, subject, ties: facts.ties }))
    }

    async fn by_login(app: &App, source: &SourceId, login: &str) -> Result<Option<Self>, StorageError> {
        match app.storage.local_account(source, login).await? {
            Some(account) => Self::of(app, account).await,
            None => Ok(None),
        }
    }

    /// The account of a subject, when the source is local and the account is enabled.
    async fn by_subject(
        app: &App,
        source: &SourceId,
        subject: &Subject,
    ) -> Result<Option<Self>, StorageError> {
        if app.accounts.policy(source).is_none() {
            return Ok(None);
        }
        match app.storage.local_account_by_subject(source, subject.id()).await? {
            Some(account) => Self::of(app, account).await,
            None => Ok(None),
        }
    }

    /// What somebody could guess a password from.
    fn known_words(&self, app: &App) -> Vec<String> {
        let tenants = self.ties.iter().filter_map(|tie| app.tenants.by_id(&tie.tenant));
        let names = [
            Some(self.account.login.clone()),
            Some(self.names.display_name.clone()),
            self.names.given_name.clone(),
            self.names.family_name.clone(),
            self.names.mail.as_ref().map(ToString::to_string),
        ];
        names.into_iter().flatten().chain(tenants.map(|tenant| tenant.name.clone())).collect()
    }

    /// The claims that a right password would have given.
    async fn claims(&self, app: &App) -> Option<Claims> {
        let found =
            StoredAccounts(app.storage.clone()).find_account(&self.account.source, &self.account.login).await;
        found.ok().flatten().map(|account| account.claims)
    }
}

fn broken(error: &dyn std::error::Error) -> Refusal {
    let reference = crate::web::reference();
    tracing::error!(reference, %error, "local account not changed");
    Refusal::Broken { reference }
}

pub(crate) fn routes() -> Vec<Route> {
    [
        gate::routes(),
        passkeys::routes(),
        link::routes(),
        profile::routes(),
        proof::routes(),
        console::routes(),
        decide::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Closes a local account, and all that was open through it as when somebody leaves a directory; or lets its person in again, who connects
/// and delegates anew.
///
/// # Errors
/// [`DepartureError`]; the account is closed already when what follows fails.
pub async fn set_disabled(
    app: &App,
    account: &LocalAccount,
    disabled: bool,
) -> Result<Closed, DepartureError> {
    app.storage
        .update_local_account(&account.source, &account.login, &account.password_hash, disabled)
        .await?;
    match app.storage.disable_link(account.link, disabled).await {
        Ok(_) => {}
        // The person has another account of this source by now: this one is let in no more than before.
        Err(StorageError::Conflict) => {
            app.storage
                .update_local_account(&account.source, &account.login, &account.password_hash, true)
                .await?;
            return Err(StorageError::Conflict.into());
        }
        Err(error) => return Err(error.into()),
    }
    let kind = if disabled { NoticeKind::WayRemoved } else { NoticeKind::WayAdded };
    tell(app, account.identity, account.link, kind, &account.source).await?;
    if !disabled {
        return Ok(Closed::default());
    }
    app.storage.drop_account_links(&account.source, &account.login).await?;
    departure::depart(app, account.link).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use pleiade_core::{PersonKind, TenantId};

    fn tie(roles: &[Role]) -> Vec<Affiliation> {
        let mut tie = Affiliation::new(TenantId::new("alpha").unwrap(), PersonKind::Agent);
        tie.roles = roles.iter().copied().collect();
        vec![tie]
    }

    #[test]
    fn who_must_have_a_second_factor() {
        use SecondFactorRule::{Administrators, Optional, Required};
        let (agent, administrator, operator) =
            (tie(&[]), tie(&[Role::TenantAdministrator]), tie(&[Role::Operator]));
        for (rule, expected) in [
            (Required, [true, true, true]),
            (Administrators, [false, true, true]),
            (Optional, [false, false, true]),
        ] {
            let policy = Policy { second_factor: rule, ..Policy::default() };
            let found = [&agent, &administrator, &operator].map(|ties| policy.requires_factor(ties));
            assert_eq!(found, expected, "{rule:?}");
        }
        assert!(!Policy::of_samples().requires_factor(&operator), "sample people have no telephone");
    }

    #[test]
    fn only_operators_are_held_to_their_networks() {
        let policy = Policy { networks: vec!["10.1.0.0/16".parse().unwrap()], ..Policy::default() };
        let (inside, outside) = ("10.1.2.3".parse().unwrap(), "198.51.100.7".parse().unwrap());
        assert!(policy.admits(&tie(&[Role::Operator]), inside));
        assert!(!policy.admits(&tie(&[Role::Operator]), outside));
        assert!(policy.admits(&tie(&[Role::TenantAdministrator]), outside));
        assert!(Policy::default().admits(&tie(&[Role::Operator]), outside), "none were written");
    }
}
