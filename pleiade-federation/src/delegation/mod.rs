//! Delegation: somebody lets a colleague see, or see and treat, the tasks that wait for them, between two dates.
//!
//! The rules, and nothing else: whoever keeps delegations asks [`NewDelegation::check`] before keeping one and [`Delegation::may`] at each
//! use. Threats: somebody who left, on either side, and whose delegation goes on; a delegation used after its end or outside its scope;
//! rights of administration or signatures passed on; what was received passed on in turn. So a delegation gives what its giver may do
//! at the moment of use, never more than its scope, in one collectivité, and neither [`roles`](Delegation::stand_in) nor signatures nor
//! other delegations.

use chrono::{DateTime, TimeDelta, Utc};
use pleiade_core::{ActionId, Affiliation, ConnectorId, IdentityId, LinkId, TenantId};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt, ops::Range};

/// The longest delegation.
pub const LONGEST: TimeDelta = TimeDelta::days(366);
/// The longest reason, in characters.
pub const LONGEST_REASON: usize = 300;
/// Delegations that one person may have open in one collectivité.
pub const MOST_OPEN: u64 = 20;

/// The number of a delegation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DelegationId(pub i64);

impl fmt::Display for DelegationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How far a delegation reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Scope {
    /// The tasks of these applications; none for those of all.
    pub connectors: Option<BTreeSet<ConnectorId>>,
    /// Whether tasks may be treated, and not only seen.
    pub may_treat: bool,
}

impl Scope {
    /// These applications, or all of them when none are named; to be seen, or to be treated too.
    #[must_use]
    pub fn new(connectors: Option<BTreeSet<ConnectorId>>, may_treat: bool) -> Self {
        Self { connectors, may_treat }
    }

    /// Whether tasks of this application are within it.
    #[must_use]
    pub fn holds(&self, connector: &ConnectorId) -> bool {
        self.connectors.as_ref().is_none_or(|chosen| chosen.contains(connector))
    }
}

/// One side of a delegation: a person, and the link by which they were there. A delegation lives no longer than either link, and is seen
/// and used by no other link of the same person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Side {
    /// The person.
    pub person: IdentityId,
    /// Their link; none when it is no more.
    pub link: Option<LinkId>,
}

impl Side {
    /// A person by one of their links.
    #[must_use]
    pub fn new(person: IdentityId, link: LinkId) -> Self {
        Self { person, link: Some(link) }
    }

    /// Whether one of these links is this side's.
    #[must_use]
    pub fn is_among(&self, links: &[LinkId]) -> bool {
        self.link.is_some_and(|link| links.contains(&link))
    }
}

/// What two people agree on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NewDelegation {
    /// In which collectivité, and no other.
    pub tenant: TenantId,
    /// Whose tasks.
    pub giver: Side,
    /// Who sees them.
    pub receiver: Side,
    /// Which, and what may be done.
    pub scope: Scope,
    /// From when.
    pub starts_at: DateTime<Utc>,
    /// Until when, this instant excluded.
    pub ends_at: DateTime<Utc>,
    /// Why, as both read it.
    pub reason: String,
    /// When it was proposed.
    pub created_at: DateTime<Utc>,
}

impl NewDelegation {
    /// Terms without a reason yet, proposed at `created_at`, in force for a time whose end is excluded.
    #[must_use]
    pub fn new(
        tenant: TenantId,
        giver: Side,
        receiver: Side,
        scope: Scope,
        time: Range<DateTime<Utc>>,
        created_at: DateTime<Utc>,
    ) -> Self {
        let Range { start: starts_at, end: ends_at } = time;
        Self { tenant, giver, receiver, scope, starts_at, ends_at, reason: String::new(), created_at }
    }

    /// The same with a reason, as both read it.
    #[must_use]
    pub fn because(self, reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), ..self }
    }
}

/// Terms that cannot be agreed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TermsError {
    /// Nobody delegates to themselves.
    #[error("nobody delegates to themselves")]
    Oneself,
    /// It ends before it begins, or has ended already.
    #[error("a delegation ends after it begins, and in the future")]
    Backwards,
    /// It is longer than [`LONGEST`], or begins later than that.
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
    /// Whether these terms make sense now.
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
        if self.ends_at - self.starts_at > LONGEST || self.starts_at - now > LONGEST {
            return Err(TermsError::TooLong);
        }
        if self.reason.trim().is_empty()
            || length > LONGEST_REASON
            || self.reason.chars().any(char::is_control)
        {
            return Err(TermsError::Reason);
        }
        if self.scope.connectors.as_ref().is_some_and(BTreeSet::is_empty) {
            return Err(TermsError::Nothing);
        }
        Ok(())
    }
}

/// Why a delegation is no more.
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

/// An end.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ended {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom, if by somebody.
    pub by: Option<IdentityId>,
    /// Why.
    pub cause: EndCause,
}

impl Ended {
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
    /// Its number.
    pub id: DelegationId,
    /// Its terms.
    pub terms: NewDelegation,
    /// When the receiver agreed.
    pub accepted_at: Option<DateTime<Utc>>,
    /// Its end, if it has been ended.
    pub ended: Option<Ended>,
}

impl Delegation {
    /// A proposal that nobody has answered.
    #[must_use]
    pub fn new(id: DelegationId, terms: NewDelegation) -> Self {
        Self { id, terms, accepted_at: None, ended: None }
    }
}

/// Where a delegation stands. Whoever shows one shows each of these: another would break them on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The receiver has not answered.
    Proposed,
    /// It is agreed on and begins later.
    Agreed,
    /// It is in force.
    Active,
    /// It is no more.
    Ended(EndCause),
}

/// A use that is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
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

/// What somebody wants to do in the place of somebody else.
#[derive(Debug, Clone, Copy)]
pub struct Use<'a> {
    /// When.
    pub now: DateTime<Utc>,
    /// Who wants it, from their session.
    pub receiver: IdentityId,
    /// The links whose facts that session reads.
    pub links: &'a [LinkId],
    /// For which collectivité they act, from their session: that they belong to it is already certain.
    pub tenant: &'a TenantId,
    /// What ties the giver to that collectivité now.
    pub giver: Option<&'a Affiliation>,
    /// In which application.
    pub connector: &'a ConnectorId,
    /// Which action; none to see.
    pub action: Option<&'a ActionId>,
}

impl Delegation {
    /// Where it stands.
    #[must_use]
    pub fn state(&self, now: DateTime<Utc>) -> State {
        match &self.ended {
            Some(ended) => State::Ended(ended.cause),
            None if self.terms.ends_at <= now => State::Ended(EndCause::Lapsed),
            None if self.accepted_at.is_none() => State::Proposed,
            None if self.terms.starts_at > now => State::Agreed,
            None => State::Active,
        }
    }

    /// Whether this may be done by virtue of it, now.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn may(&self, wanted: &Use<'_>) -> Result<(), Refused> {
        let terms = &self.terms;
        if terms.receiver.person != wanted.receiver
            || !terms.receiver.is_among(wanted.links)
            || terms.tenant != *wanted.tenant
        {
            return Err(Refused::NotTheirs);
        }
        if self.state(wanted.now) != State::Active {
            return Err(Refused::NotInForce);
        }
        if wanted.giver.is_none_or(|tie| tie.tenant != terms.tenant) {
            return Err(Refused::GiverLeft);
        }
        if !terms.scope.holds(wanted.connector) {
            return Err(Refused::OutOfScope);
        }
        match wanted.action {
            Some(_) if !terms.scope.may_treat => Err(Refused::SeeOnly),
            Some(action) if signs(action) => Err(Refused::Signature),
            _ => Ok(()),
        }
    }

    /// The giver's tie as a stand-in has it: the same collectivité and groups, no role.
    #[must_use]
    pub fn stand_in(giver: &Affiliation) -> Affiliation {
        let mut tie = giver.clone();
        tie.roles.clear();
        tie
    }
}

/// Whether an action puts a signature under something: its name begins with `sign`, by the convention of connectors.
#[must_use]
pub fn signs(action: &ActionId) -> bool {
    action.as_str().starts_with("sign")
}

#[cfg(test)]
mod tests;
