//! What a collectivité says at the foot of its pages, and what its operator says in its place.

use super::{
    accessibility::{AccessibilityAudit, AccessibilityState},
    contact::Contact,
};
use chrono::NaiveDate;
use pleiade_core::TenantId;
use std::collections::BTreeMap;

/// What one collectivité, or the operator, says of its pages. What is not said is none.
#[derive(Debug, Clone, Default)]
pub struct Statements {
    /// Where people ask for help.
    pub help: Option<Contact>,
    /// Who is responsible for what is published: a name and a function.
    pub publisher: Option<String>,
    /// The host: its name, address and telephone number.
    pub host: Option<String>,
    /// Where people ask about their data.
    pub data_protection: Option<Contact>,
    /// Where people tell what they cannot use.
    pub accessibility: Option<Contact>,
    /// The last audit of accessibility.
    pub audit: Option<AccessibilityAudit>,
}

/// The statements of an instance.
#[derive(Debug, Clone, Default)]
pub struct AllStatements {
    operator: Statements,
    tenants: BTreeMap<TenantId, Statements>,
}

impl AllStatements {
    /// Those of the operator, and those of collectivités.
    #[must_use]
    pub fn new(operator: Statements, tenants: impl IntoIterator<Item = (TenantId, Statements)>) -> Self {
        Self { operator, tenants: tenants.into_iter().collect() }
    }

    /// What holds for the pages of a collectivité: what it says, else what its operator says. Nobody but itself is responsible for what it
    /// publishes.
    #[must_use]
    pub fn get(&self, tenant: &TenantId) -> Statements {
        let Some(own) = self.tenants.get(tenant).cloned() else {
            return Statements { publisher: None, ..self.operator.clone() };
        };
        let operator = &self.operator;
        Statements {
            help: own.help.or_else(|| operator.help.clone()),
            publisher: own.publisher,
            host: own.host.or_else(|| operator.host.clone()),
            data_protection: own.data_protection.or_else(|| operator.data_protection.clone()),
            accessibility: own.accessibility.or_else(|| operator.accessibility.clone()),
            audit: own.audit.or_else(|| operator.audit.clone()),
        }
    }

    /// The state of accessibility of the pages of a collectivité, or of the operator, on a day.
    #[must_use]
    pub fn accessibility(&self, tenant: &TenantId, today: NaiveDate) -> AccessibilityState {
        let own = self.tenants.get(tenant).and_then(|own| own.audit.as_ref());
        AccessibilityState::new(own.or(self.operator.audit.as_ref()), today)
    }

    /// What holds for the operator's own pages.
    #[must_use]
    pub fn operator(&self) -> &Statements {
        &self.operator
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collectivite_without_words_of_its_own_has_those_of_its_operator_but_its_publisher() {
        let said = |text: &str| Statements {
            help: Some(text.parse().unwrap()),
            publisher: Some(text.to_owned()),
            host: Some(text.to_owned()),
            ..Statements::default()
        };
        let (alpha, beta) = (TenantId::new("alpha").unwrap(), TenantId::new("beta").unwrap());
        let own = Statements { host: None, ..said("aide@alpha.example") };
        let all = AllStatements::new(said("aide@opsn.example"), [(alpha.clone(), own)]);
        let (first, second) = (all.get(&alpha), all.get(&beta));
        assert_eq!(first.help.unwrap().to_string(), "aide@alpha.example");
        assert_eq!(first.publisher.as_deref(), Some("aide@alpha.example"));
        assert_eq!(first.host.as_deref(), Some("aide@opsn.example"));
        assert_eq!(
            (second.help.unwrap().to_string(), second.publisher),
            ("aide@opsn.example".to_owned(), None)
        );
    }
}
