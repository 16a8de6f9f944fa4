//! The operator's choice of what opens each application.

use pleiade_core::{ConnectorId, CredentialKind, SourceId, TenantId};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The sources that may vouch for the logins of one connector.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vouchers {
    /// The collectivité whose connector it is, or none for the operator's. Its sources vouch for any login there.
    pub owner: Option<TenantId>,
    /// The sources that vouch, and no others. Empty: the owner's, and for a mail address each collectivité's own for that collectivité.
    pub named: Vec<SourceId>,
    /// True if a login or an address that somebody typed for a local account counts.
    pub typed: bool,
}

/// Which attribute of a person is their login in an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginFrom {
    /// The login typed when signing in.
    #[default]
    Login,
    /// Their mail address.
    Mail,
    /// The login typed when signing in, followed by the domain of the person's mail address.
    LoginAtMailDomain,
    /// Their employee number in the collectivité that they act for, where a field of their source's mapping reads it.
    EmployeeNumber,
}

/// The operator's choice for one connector.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(
    rename_all = "snake_case",
    tag = "kind",
    deny_unknown_fields,
    expecting = "a table such as { kind = \"linked_account\" }"
)]
#[non_exhaustive]
pub enum CredentialRule {
    /// The connector's trusted key acts for this login.
    ActingLogin {
        /// Which attribute is the login.
        #[serde(default)]
        login: LoginFrom,
    },
    /// The access token that the person's identity provider gave at sign-in, renewed before it ends.
    PersonToken {
        /// The application as the provider names it: the token is exchanged for one of this audience (RFC 8693). Without it the
        /// application takes the token as it is.
        #[serde(default)]
        audience: Option<String>,
    },
    /// A CAS proxy ticket, bought for each call at the source that let the person in, or at the one that is paired with it.
    ProxyTicket,
    /// An account that the person connects.
    LinkedAccount,
    /// The connector's own account, whose answers are filtered to what concerns the person.
    Technical {
        /// Which attribute names the person in those answers. As powerful as a login, so the same rules say who may vouch for it.
        #[serde(default)]
        key: Option<LoginFrom>,
    },
}

impl CredentialRule {
    /// The kind of credential that a connector gets by it.
    #[must_use]
    pub fn kind(&self) -> CredentialKind {
        match self {
            Self::ActingLogin { .. } => CredentialKind::ActingLogin,
            Self::PersonToken { .. } => CredentialKind::PersonToken,
            Self::ProxyTicket => CredentialKind::ProxyTicket,
            Self::LinkedAccount => CredentialKind::LinkedAccount,
            Self::Technical { .. } => CredentialKind::Technical,
        }
    }

    /// True if people may connect accounts of an application that accepts these kinds: as the way in, or for whoever has no proxy tickets.
    #[must_use]
    pub fn takes_linked_accounts(&self, accepts: &[CredentialKind]) -> bool {
        match self {
            Self::LinkedAccount => true,
            Self::ProxyTicket => accepts.contains(&CredentialKind::LinkedAccount),
            _ => false,
        }
    }

    /// The attribute for which the connector's own key or account acts, if it acts for anybody.
    #[must_use]
    pub fn acts_for(&self) -> Option<LoginFrom> {
        match self {
            Self::ActingLogin { login } => Some(*login),
            Self::Technical { key } => *key,
            _ => None,
        }
    }
}

/// The choices of the instance.
#[derive(Debug, Clone, Default)]
pub struct Rules(BTreeMap<ConnectorId, (CredentialRule, Vouchers)>);

impl Rules {
    /// Adds a connector whose logins these may vouch for.
    pub fn insert(&mut self, connector: ConnectorId, rule: CredentialRule, vouchers: Vouchers) {
        self.0.insert(connector, (rule, vouchers));
    }

    /// The rule of a connector.
    #[must_use]
    pub fn get(&self, connector: &ConnectorId) -> Option<&CredentialRule> {
        self.0.get(connector).map(|(rule, _)| rule)
    }

    /// The connectors that are entered by proxy tickets.
    pub fn by_proxy_ticket(&self) -> impl Iterator<Item = &ConnectorId> {
        let rules = self.0.iter().filter(|(_, (rule, _))| *rule == CredentialRule::ProxyTicket);
        rules.map(|(connector, _)| connector)
    }

    /// The sources that vouch for the logins of a connector: the operator's when nothing was chosen.
    #[must_use]
    pub fn vouchers(&self, connector: &ConnectorId) -> Vouchers {
        self.0.get(connector).map(|(_, vouchers)| vouchers.clone()).unwrap_or_default()
    }
}

impl FromIterator<(ConnectorId, CredentialRule)> for Rules {
    fn from_iter<I: IntoIterator<Item = (ConnectorId, CredentialRule)>>(rules: I) -> Self {
        Self(rules.into_iter().map(|(id, rule)| (id, (rule, Vouchers::default()))).collect())
    }
}
