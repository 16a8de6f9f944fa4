//! A delegation in words.

use crate::{
    connectors::Connectors,
    session::Sessions,
    storage::{Storage, StorageError},
    web::words::Words,
};
use chrono::{DateTime, NaiveDate, Utc};
use pleiade_core::{IdentityId, Message, TenantId};
use pleiade_federation::delegation::{Delegation, DelegationParty, DelegationState, EndCause};

/// A delegation as one of its two people, or an administrator, reads it.
#[derive(Debug)]
pub struct DelegationView {
    /// The number of the delegation, by which forms name it.
    pub id: i64,
    /// The other person's name, while they are known.
    pub other: Option<String>,
    /// To or from whom.
    pub who: String,
    /// From when until when.
    pub dates: String,
    /// The applications that it covers.
    pub scope: String,
    /// The reason given.
    pub reason: String,
    /// The state in which it is, in words.
    pub state: String,
    /// True if it is in force.
    pub active: bool,
    /// True if the reader is asked to answer.
    pub asks: bool,
    /// True if it may still be ended.
    pub open: bool,
}

/// Puts delegations in words.
#[derive(Debug)]
pub struct DelegationPresenter<'a> {
    pub(crate) words: &'a Words,
    pub(crate) storage: &'a dyn Storage,
    pub(crate) sessions: &'a Sessions,
    pub(crate) connectors: &'a Connectors,
    pub(crate) now: DateTime<Utc>,
}

impl DelegationPresenter<'_> {
    /// A delegation as `reader`, one of its two people, reads it.
    ///
    /// # Errors
    /// Those of storage.
    pub async fn view(
        &self,
        delegation: &Delegation,
        reader: IdentityId,
    ) -> Result<DelegationView, StorageError> {
        let (words, terms) = (self.words, &delegation.terms);
        let given = terms.giver.person == reader;
        let other = if given { terms.receiver } else { terms.giver };
        let name = self.name(&terms.tenant, other).await?;
        let shown = name.clone().unwrap_or_else(|| words.t("audit-somebody-gone"));
        let state = delegation.state(self.now);
        let applications = terms.scope.connectors.as_ref().map(|chosen| {
            let names = chosen.iter().map(|id| self.connectors.name(&terms.tenant, id));
            names.collect::<Vec<_>>().join(", ")
        });
        let reach = match applications {
            None => words.t("delegation-all"),
            Some(list) => words.message(&Message::new("delegation-some").with_text("applications", list)),
        };
        let rights = words.t(if terms.scope.may_treat { "delegation-treat" } else { "delegation-see" });
        let whom = if given { "delegation-to" } else { "delegation-from" };
        Ok(DelegationView {
            id: delegation.id.0,
            other: name,
            who: words.message(&Message::new(whom).with_text("name", shown)),
            dates: dates(words, terms.starts_at, terms.ends_at),
            scope: format!("{rights} · {reach}"),
            reason: words
                .message(&Message::new("delegation-reason").with_text("reason", terms.reason.clone())),
            state: words.t(state_key(state)),
            active: state == DelegationState::Active,
            asks: !given && state == DelegationState::Proposed,
            open: !matches!(state, DelegationState::Ended(_)),
        })
    }

    /// A side's name as its link tells it; once that is gone or somebody else's, as the collectivité knows it.
    async fn name(&self, tenant: &TenantId, side: DelegationParty) -> Result<Option<String>, StorageError> {
        if let Some(link) = side.link
            && let Some(facts) = self.sessions.facts(link).await?
            && facts.own.identity == side.person
        {
            return Ok(Some(facts.identity().display_name));
        }
        Ok(self.storage.names_at(side.person, tenant).await?.map(|names| names.display_name))
    }
}

fn state_key(state: DelegationState) -> &'static str {
    match state {
        DelegationState::Proposed => "delegation-state-proposed",
        DelegationState::Agreed => "delegation-state-agreed",
        DelegationState::Active => "delegation-state-active",
        DelegationState::Ended(EndCause::Refused) => "delegation-state-refused",
        DelegationState::Ended(EndCause::Giver) => "delegation-state-giver",
        DelegationState::Ended(EndCause::Receiver) => "delegation-state-receiver",
        DelegationState::Ended(EndCause::Administrator) => "delegation-state-administrator",
        DelegationState::Ended(EndCause::Departure) => "delegation-state-departure",
        DelegationState::Ended(EndCause::Upgrade) => "delegation-state-upgrade",
        DelegationState::Ended(_) => "delegation-state-lapsed",
    }
}

/// The last day on which a delegation is in force.
pub(crate) fn last_day(words: &Words, ends_at: DateTime<Utc>) -> NaiveDate {
    let last = ends_at.checked_sub_signed(chrono::TimeDelta::milliseconds(1)).unwrap_or(ends_at);
    pleiade_connectors::text::local(words.zone, last).date_naive()
}

fn dates(words: &Words, from: DateTime<Utc>, until: DateTime<Utc>) -> String {
    let first = pleiade_connectors::text::local(words.zone, from).date_naive();
    words.message(
        &Message::new("delegation-dates")
            .with_text("from", words.day(first))
            .with_text("until", words.day(last_day(words, until))),
    )
}
