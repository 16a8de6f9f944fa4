//! Delegation: somebody lets a colleague see, or see and treat, the tasks that wait for them, between two dates.
//!
//! The rules, and nothing else: whoever keeps delegations asks [`NewDelegation::check`] before keeping one and [`Delegation::allows`] at
//! each use. Threats: somebody who left, on either side, and whose delegation goes on; a delegation used after its end or outside its
//! scope; rights of administration or signatures passed on; what was received passed on in turn. So a delegation gives what its giver may
//! do at the moment of use, never more than its scope, in one collectivité, and neither [`roles`](Delegation::stand_in) nor signatures nor
//! other delegations.

use chrono::{DateTime, TimeDelta, Utc};
use pleiade_core::{ActionId, Affiliation, ConnectorId, IdentityId, LinkId, TenantId};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt, ops::Range};

/// The longest duration of a delegation.
pub const MAX_DURATION: TimeDelta = TimeDelta::days(366);
/// The longest reason, in characters.
pub const MAX_REASON_CHARS: usize = 300;
/// The most delegations that one person may have open in one collectivité.
pub const MAX_OPEN_DELEGATIONS: u64 = 20;

/// The number of a delegation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DelegationId(pub i64);

impl fmt::Display for DelegationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The reach of a delegation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Scope {
    /// The applications whose tasks it covers; none for all.
    pub connectors: Option<BTreeSet<ConnectorId>>,
    /// True if tasks may be treated, and not only seen.
    pub may_treat: bool,
}

impl Scope {
    /// A reach over these applications, or over all when none are named; to see their tasks, or to treat them too.
    #[must_use]
    pub fn new(connectors: Option<BTreeSet<ConnectorId>>, may_treat: bool) -> Self {
        Self { connectors, may_treat }
    }

    /// True if it covers the tasks of this application.
    #[must_use]
    pub fn holds(&self, connector: &ConnectorId) -> bool {
        self.connectors.as_ref().is_none_or(|chosen| chosen.contains(connector))
    }
}

/// One side of a delegation: a person, and the link by which they were there. A delegation lives no longer than either link, and is seen
/// and used by no other link of the same person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DelegationParty {
    /// The person.
    pub person: IdentityId,
    /// Their link; none when it is no more.
    pub link: Option<LinkId>,
}

impl DelegationParty {
    /// A person by one of their links.
    #[must_use]
    pub fn new(person: IdentityId, link: LinkId) -> Self {
        Self { person, link: Some(link) }
    }

    /// True if one of these links is this side's.
    #[must_use]
    pub fn is_among(&self, links: &[LinkId]) -> bool {
        self.link.is_some_and(|link| links.contains(&link))
    }
}

/// The terms on which two people agree.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NewDelegation {
    /// The one collectivité for which it counts.
    pub tenant: TenantId,
    /// The person whose tasks are delegated.
    pub giver: DelegationParty,
    /// The person who sees them.
    pub receiver: DelegationParty,
    /// What is delegated.
    pub scope: Scope,
    /// The moment from which it holds.
    pub starts_at: DateTime<Utc>,
    /// Its end, this instant excluded.
    pub ends_at: DateTime<Utc>,
    /// The reason, for both to read.
    pub reason: String,
    /// The time of the proposal.
    pub created_at: DateTime<Utc>,
}

impl NewDelegation {
    /// Terms without a reason yet, proposed at `created_at`, in force for a time whose end is excluded.
    #[must_use]
    pub fn new(
        tenant: TenantId,
        giver: DelegationParty,
        receiver: DelegationParty,
        scope: Scope,
        time: Range<DateTime<Utc>>,
        created_at: DateTime<Utc>,
    ) -> Self {
        let Range { start: starts_at, end: ends_at } = time;
        Self { tenant, giver, receiver, scope, starts_at, ends_at, reason: String::new(), created_at }
    }

    /// The same terms with a reason, for both to read.
    #[must_use]
    pub fn with_reason(self, reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), ..self }
    }
}

/// An error in the terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TermsError {
    /// Nobody delegates to themselves.
    #[error("nobody delegates to themselves")]
    Oneself,
    /// It would end before it begins, or has ended already.
    #[error("a delegation ends after it begins, and in the future")]
    Backwards,
    /// It would be longer than [`MAX_DURATION`], or begin later than that.
    #[error("a delegation lasts a year at most and begins within a year")]
    TooLong,
    /// No reason, or too long a one.
    #[error("a delegation has a reason of at most 300 characters")]
    Reason,
    /// An empty list of applications.
    #[error("choose at least one application")]
    Nothing,
}

impl NewDelegation {
    /// Checks that these terms make sense at `now`.
    ///
    /// # Errors
    /// [`TermsError`].
    pub fn check(&self, now: DateTime<Utc>) -> Result<(), TermsError> {
        let length = self.reason.chars().count();
        if self.giver.person == self.receiver.person {
            return Err(TermsError::Oneself);
        }
        if self.ends_at <= self.starts_at || self.ends_at <= now {
            return Err(TermsError::Backwards);
        }
        if self.ends_at - self.starts_at > MAX_DURATION || self.starts_at - now > MAX_DURATION {
            return Err(TermsError::TooLong);
        }
        if self.reason.trim().is_empty()
            || length > MAX_REASON_CHARS
            || self.reason.chars().any(pleiade_core::text::is_hidden)
        {
            return Err(TermsError::Reason);
        }
        if self.scope.connectors.as_ref().is_some_and(BTreeSet::is_empty) {
            return Err(TermsError::Nothing);
        }
        Ok(())
    }
}

/// The cause of a delegation's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EndCause {
    /// The receiver did not want it.
    Refused,
    /// The giver took it back.
    Giver,
    /// The receiver gave it back.
    Receiver,
    /// An administrator of the collectivité ended it.
    Administrator,
    /// One of the two left.
    Departure,
    /// Its time was over.
    Lapsed,
    /// It was made before delegations belonged to links, by somebody with several.
    Upgrade,
}

/// The end of a delegation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DelegationEnd {
    /// The moment when it ended.
    pub at: DateTime<Utc>,
    /// The person who ended it, if one did.
    pub by: Option<IdentityId>,
    /// Why it ended.
    pub cause: EndCause,
}

impl DelegationEnd {
    /// An end by somebody, or by nobody.
    #[must_use]
    pub fn new(at: DateTime<Utc>, by: Option<IdentityId>, cause: EndCause) -> Self {
        Self { at, by, cause }
    }
}

/// A delegation as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delegation {
    /// The portal's number of the delegation.
    pub id: DelegationId,
    /// Who delegates what to whom, from when and until when.
    pub terms: NewDelegation,
    /// When the receiver agreed.
    pub accepted_at: Option<DateTime<Utc>>,
    /// Its end, if it has been ended.
    pub ended: Option<DelegationEnd>,
}

impl Delegation {
    /// A proposal that nobody has answered.
    #[must_use]
    pub fn new(id: DelegationId, terms: NewDelegation) -> Self {
        Self { id, terms, accepted_at: None, ended: None }
    }
}

/// The state of a delegation. A page that shows one shows each of these states: a state left out would be broken on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DelegationState {
    /// The receiver has not answered.
    Proposed,
    /// It is agreed on and begins later.
    Agreed,
    /// It is in force.
    Active,
    /// It has ended.
    Ended(EndCause),
}

/// The refusal of a use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UseRefusal {
    /// It is somebody else's, or of another collectivité.
    #[error("the delegation was not given to this person here")]
    NotTheirs,
    /// It is not in force.
    #[error("the delegation is not in force")]
    NotInForce,
    /// The giver belongs to the collectivité no more.
    #[error("the giver of the delegation has left")]
    GiverLeft,
    /// The application is not within its scope.
    #[error("the delegation does not reach this application")]
    OutOfScope,
    /// It lets its receiver see, not treat.
    #[error("the delegation lets its receiver see and not treat")]
    SeeOnly,
    /// Nobody signs for somebody else.
    #[error("a signature is never delegated")]
    Signature,
}

/// An act of one person in the place of another.
#[derive(Debug, Clone, Copy)]
pub struct DelegatedUse<'a> {
    /// The present time.
    pub now: DateTime<Utc>,
    /// The person who acts, from their session.
    pub receiver: IdentityId,
    /// The links whose facts that session reads.
    pub links: &'a [LinkId],
    /// The collectivité for which they act, from their session, which has checked that they belong to it.
    pub tenant: &'a TenantId,
    /// The present affiliation of the giver to that collectivité.
    pub giver: Option<&'a Affiliation>,
    /// The application.
    pub connector: &'a ConnectorId,
    /// The action; none to see.
    pub action: Option<&'a ActionId>,
}

impl Delegation {
    /// Its state at `now`.
    #[must_use]
    pub fn state(&self, now: DateTime<Utc>) -> DelegationState {
        match &self.ended {
            Some(ended) => DelegationState::Ended(ended.cause),
            None if self.terms.ends_at <= now => DelegationState::Ended(EndCause::Lapsed),
            None if self.accepted_at.is_none() => DelegationState::Proposed,
            None if self.terms.starts_at > now => DelegationState::Agreed,
            None => DelegationState::Active,
        }
    }

    /// Checks that the delegation allows this use now.
    ///
    /// # Errors
    /// [`UseRefusal`].
    pub fn allows(&self, wanted: &DelegatedUse<'_>) -> Result<(), UseRefusal> {
        let terms = &self.terms;
        if terms.receiver.person != wanted.receiver
            || !terms.receiver.is_among(wanted.links)
            || terms.tenant != *wanted.tenant
        {
            return Err(UseRefusal::NotTheirs);
        }
        if self.state(wanted.now) != DelegationState::Active {
            return Err(UseRefusal::NotInForce);
        }
        if wanted.giver.is_none_or(|affiliation| affiliation.tenant != terms.tenant) {
            return Err(UseRefusal::GiverLeft);
        }
        if !terms.scope.holds(wanted.connector) {
            return Err(UseRefusal::OutOfScope);
        }
        match wanted.action {
            Some(_) if !terms.scope.may_treat => Err(UseRefusal::SeeOnly),
            Some(action) if is_signature(action) => Err(UseRefusal::Signature),
            _ => Ok(()),
        }
    }

    /// The affiliation under which a stand-in acts: the giver's collectivité and groups, no role.
    #[must_use]
    pub fn stand_in(giver: &Affiliation) -> Affiliation {
        let mut affiliation = giver.clone();
        affiliation.roles.clear();
        affiliation
    }
}

/// True if an action is a signature: its name begins with `sign`, by the convention of connectors.
#[must_use]
pub fn is_signature(action: &ActionId) -> bool {
    action.as_str().starts_with("sign")
}

#[cfg(test)]
mod tests;
