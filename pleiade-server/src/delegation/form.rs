//! The form of a new delegation.

use chrono::{DateTime, NaiveDate, Utc};
use pleiade_connectors::kit::days::midnight;
use pleiade_core::{ConnectorId, TenantId, text::one_line};
use pleiade_federation::delegation::{DelegationParty, MAX_REASON_CHARS, NewDelegation, Scope, TermsError};
use std::collections::BTreeSet;

/// A form as it was filled, shown again when something is wrong with it.
#[derive(Debug, Clone, Default)]
pub(super) struct DelegationForm {
    /// The number of somebody found, or none.
    pub(super) receiver: Option<i64>,
    /// A login or an address.
    pub(super) to: String,
    pub(super) from: String,
    pub(super) until: String,
    pub(super) all: bool,
    pub(super) connectors: BTreeSet<String>,
    pub(super) treat: bool,
    pub(super) reason: String,
}

impl DelegationForm {
    pub(super) fn parse(body: &[u8]) -> Self {
        let mut filled = Self::default();
        for (name, value) in url::form_urlencoded::parse(body) {
            let value: String = value.trim().chars().take(MAX_REASON_CHARS + 1).collect();
            match &*name {
                "receiver" => filled.receiver = value.parse().ok(),
                "to" => filled.to = value,
                "from" => filled.from = value,
                "until" => filled.until = value,
                "scope" => filled.all = value == "all",
                "connector" if filled.connectors.len() < 200 => {
                    filled.connectors.insert(value);
                }
                "rights" => filled.treat = value == "treat",
                "reason" => filled.reason = value,
                _ => {}
            }
        }
        filled
    }

    /// The terms that it means at this moment. Days are those of the collectivité's clocks, the last one included. Chosen applications that
    /// may not be delegated are left out.
    ///
    /// # Errors
    /// Those of [`NewDelegation::check`]; [`TermsError::Backwards`] for what is no day.
    pub(super) fn terms(
        &self,
        may_delegate: impl Fn(&ConnectorId) -> bool,
        now: DateTime<Utc>,
        zone: chrono_tz::Tz,
        tenant: &TenantId,
        giver: DelegationParty,
        receiver: DelegationParty,
    ) -> Result<NewDelegation, TermsError> {
        let day = |text: &str| text.parse::<NaiveDate>().map_err(|_| TermsError::Backwards);
        let after = day(&self.until)?.succ_opt().ok_or(TermsError::TooLong)?;
        let chosen = self.connectors.iter().filter_map(|id| ConnectorId::new(id).ok());
        let chosen = chosen.filter(may_delegate);
        let terms = NewDelegation::new(
            tenant.clone(),
            giver,
            receiver,
            Scope::new((!self.all).then(|| chosen.collect()), self.treat),
            midnight(&zone, day(&self.from)?)..midnight(&zone, after),
            now,
        )
        .with_reason(one_line(&self.reason));
        terms.check(now)?;
        Ok(terms)
    }
}
