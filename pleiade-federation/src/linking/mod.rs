//! Whom an incoming subject is: decisions as data in, data out. Reading and writing links is the caller's.
//!
//! The rules, in their order:
//!
//! 1. a known link selects its person, and nothing else can;
//! 2. an unknown subject of a source that relies on a directory is the person whom that directory knows by a configured key: exactly one,
//!    active, of the same owner;
//! 3. otherwise it is a new person. A mail address selects somebody only during a declared, time-limited replacement of one source by
//!    another ([`MailMatch`]);
//! 4. two identities become one by proof (of both within [`PROOF_LIFE`]; a silent sign-in is none) or by an administrator. A proof takes no
//!    link from somebody who has another: that one would be split without having been asked;
//! 5. a person has one open link of a source.
//!
//! Threats: a source that tells somebody else's address or login, a login that is given again, a source that changed hands, a
//! subject closed and bound anew, an account left without a way in.

#[cfg(test)]
mod tests;

use chrono::{DateTime, TimeDelta, Utc};
use pleiade_core::{IdentityId, MailDomain, SourceId, TenantId};

/// How long two proofs of one person may lie apart.
pub const PROOF_LIFE: TimeDelta = TimeDelta::minutes(10);

/// A link as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Whom it selects.
    pub person: IdentityId,
    /// The collectivité that owned the source when it was made.
    pub owner: Option<TenantId>,
    /// A disabled link lets nobody in, and its subject stays taken.
    pub disabled: bool,
    /// The directory by which it was made, for as long as that directory knows the person.
    pub relies_on: Option<SourceId>,
    /// Whether its person has no other open link.
    pub alone: bool,
}

/// What the directory that a source relies on says of the incoming person.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DirectorySays {
    /// The source relies on none.
    NotAsked,
    /// It knows nobody by this key.
    Nobody,
    /// It knows several.
    Several,
    /// It knows one, whom it no longer lets in.
    Inactive,
    /// It knows one.
    One {
        /// The directory.
        directory: SourceId,
        /// The collectivité that owns it.
        owner: Option<TenantId>,
        /// The link of its own subject, if there is one already.
        link: Option<Known>,
        /// Whether the source's key is the directory's own, which is never given again; a login may be.
        stable: bool,
    },
}

/// Everything a decision rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The owner of the source, as it is configured now.
    pub owner: Option<TenantId>,
    /// The link of the incoming subject.
    pub link: Option<Known>,
    /// What the directory says.
    pub directory: DirectorySays,
    /// Somebody whom a declared replacement of sources selects by their address.
    pub by_mail: Option<IdentityId>,
    /// Whether somebody unknown may become known: they have a collectivité here.
    pub may_create: bool,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decision {
    /// It is this person, by a link already there.
    Enter(IdentityId),
    /// It is this person; keep the link of the incoming subject. By [`Rule::Directory`] it takes the place of the person's present link of
    /// the same source, if there is one: the directory says under which subject they come now.
    Link(IdentityId, Rule),
    /// It is this person, and the directory's subject is theirs too: keep its link.
    LinkDirectory(IdentityId),
    /// It is the directory's person and no longer the one of the incoming link: move that link. Its login was given again.
    Move(IdentityId),
    /// Somebody new. With a directory, its subject and the incoming one are both theirs; an incoming link to somebody else moves.
    Create,
    /// Nobody.
    Refuse(Why),
}

/// By which rule a link came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Rule {
    /// A new person.
    First,
    /// The directory that the source relies on knows the person by a key.
    Directory,
    /// A declared replacement of one source by another.
    Mail,
    /// The person signed in with both.
    Proof,
    /// An administrator decided.
    Administrator,
}

/// Why nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Why {
    /// The link is disabled.
    #[error("the link of this subject is disabled")]
    Closed,
    /// The source, or its directory, belonged to somebody else when the link was made.
    #[error("the source has another owner than when the link was made")]
    Moved,
    /// They have no collectivité here.
    #[error("the source names no collectivité of this site")]
    NoTie,
    /// The directory does not know them.
    #[error("the directory of this source does not know the person")]
    NotInDirectory,
    /// The directory knows several by one key.
    #[error("the directory of this source knows several people by this key")]
    Ambiguous,
    /// The directory lets them in no more.
    #[error("the directory of this source lets the person in no more")]
    Departed,
    /// Whoever holds the session that should be joined has proved themselves in it too long ago, or never.
    #[error("the two sign-ins are too far apart")]
    ProofTooOld,
    /// The person has another open link of this source.
    #[error("the person has another open link of this source")]
    Taken,
    /// The person whom the link selects signs in otherwise too.
    #[error("the link belongs to somebody who signs in otherwise too")]
    Elsewhere,
    /// The person signs in otherwise too, and the session's own source does not answer for that.
    #[error("one of several ways in, which is not the operator's, adds no other")]
    OneSided,
    /// The account holds the operator's role and would have no way in.
    #[error("an account with the operator's role keeps a way in")]
    LastWay,
}

/// Decides who an incoming subject is.
#[must_use]
pub fn decide(case: &Case) -> Decision {
    if let Some(why) = case.link.as_ref().and_then(|link| refused(link, case.owner.as_ref())) {
        return Decision::Refuse(why);
    }
    match &case.directory {
        DirectorySays::NotAsked => without_directory(case),
        DirectorySays::Nobody => Decision::Refuse(Why::NotInDirectory),
        DirectorySays::Several => Decision::Refuse(Why::Ambiguous),
        DirectorySays::Inactive => Decision::Refuse(Why::Departed),
        DirectorySays::One { owner, .. } if *owner != case.owner => Decision::Refuse(Why::Moved),
        DirectorySays::One { directory, owner, link, stable } => {
            with_directory(case, directory, owner.as_ref(), link.as_ref(), *stable)
        }
    }
}

fn refused(link: &Known, owner: Option<&TenantId>) -> Option<Why> {
    if link.owner.as_ref() != owner {
        Some(Why::Moved)
    } else if link.disabled {
        Some(Why::Closed)
    } else {
        None
    }
}

fn without_directory(case: &Case) -> Decision {
    match (&case.link, case.by_mail) {
        (Some(link), _) => Decision::Enter(link.person),
        (None, Some(person)) if case.may_create => Decision::Link(person, Rule::Mail),
        (None, _) if case.may_create => Decision::Create,
        (None, _) => Decision::Refuse(Why::NoTie),
    }
}

fn with_directory(
    case: &Case,
    directory: &SourceId,
    owner: Option<&TenantId>,
    theirs: Option<&Known>,
    stable: bool,
) -> Decision {
    if let Some(why) = theirs.and_then(|link| refused(link, owner)) {
        return Decision::Refuse(if why == Why::Closed { Why::Departed } else { why });
    }
    // A link made by a login holds for as long as the directory says the same: logins are given again.
    let loose = |link: &Known| !stable && link.relies_on.as_ref() == Some(directory);
    match (&case.link, theirs) {
        (None, Some(theirs)) => Decision::Link(theirs.person, Rule::Directory),
        (None, None) if case.may_create => Decision::Create,
        (None, None) => Decision::Refuse(Why::NoTie),
        (Some(link), Some(theirs)) if link.person != theirs.person && loose(link) => {
            Decision::Move(theirs.person)
        }
        (Some(link), Some(_)) => Decision::Enter(link.person),
        (Some(link), None) if loose(link) && case.may_create => Decision::Create,
        (Some(link), None) if loose(link) => Decision::Refuse(Why::NoTie),
        (Some(link), None) => Decision::LinkDirectory(link.person),
    }
}

/// A declared replacement of one source by another, during which an address selects somebody. All of it must hold, or nobody is
/// selected: an address is what any directory may claim.
#[derive(Debug, Clone)]
pub struct MailMatch<'a> {
    /// Until when the replacement lasts.
    pub until: DateTime<Utc>,
    /// Now.
    pub now: DateTime<Utc>,
    /// Whether the source says that it checked the address (`email_verified`).
    pub verified: bool,
    /// The domain of the address.
    pub domain: &'a MailDomain,
    /// The domains for which the operator declared the source authoritative.
    pub authoritative: &'a [MailDomain],
    /// The collectivités that the domain belongs to.
    pub domain_of: &'a [&'a TenantId],
    /// The owner of the source.
    pub owner: Option<&'a TenantId>,
    /// Everybody who bears the address, and every link of theirs.
    pub bearers: &'a [(IdentityId, Vec<(SourceId, Known)>)],
    /// The source that is replaced.
    pub replaced: &'a SourceId,
}

impl MailMatch<'_> {
    /// The one person whom the address selects: they have one link, open, of the replaced source, which had the same owner.
    #[must_use]
    pub fn person(&self) -> Option<IdentityId> {
        let holds = self.verified
            && self.now < self.until
            && self.owner.is_some()
            && self.authoritative.contains(self.domain)
            && matches!(self.domain_of, [one] if Some(*one) == self.owner);
        let [(person, links)] = self.bearers else { return None };
        let [(source, link)] = links.as_slice() else { return None };
        (holds && source == self.replaced && !link.disabled && link.owner.as_ref() == self.owner)
            .then_some(*person)
    }
}

/// Joining the subject of another sign-in to the person of a session, by proof of both.
#[derive(Debug, Clone)]
pub struct Proof<'a> {
    /// The person of the session.
    pub person: IdentityId,
    /// When they proved themselves in it, by signing in or later; none when they never did, as after a silent sign-in.
    pub proved_at: Option<DateTime<Utc>>,
    /// Now, just after the other sign-in.
    pub now: DateTime<Utc>,
    /// The owner of the other source.
    pub owner: Option<&'a TenantId>,
    /// The link of the other subject.
    pub link: Option<&'a Known>,
    /// Whether the person has an open link of the other source already.
    pub taken: bool,
    /// Whether the person signs in otherwise too, and whoever administers the session's source, or resets its accounts, is not the operator:
    /// they could open this session and add a way of their own to somebody else's.
    pub one_sided: bool,
}

impl Proof<'_> {
    /// Enter when it is joined already, else link or move.
    #[must_use]
    pub fn decide(&self) -> Decision {
        let lives = |age| age <= PROOF_LIFE && age >= TimeDelta::zero();
        if !self.proved_at.is_some_and(|at| lives(self.now - at)) {
            return Decision::Refuse(Why::ProofTooOld);
        }
        match self.link {
            None if self.one_sided => Decision::Refuse(Why::OneSided),
            None if self.taken => Decision::Refuse(Why::Taken),
            None => Decision::Link(self.person, Rule::Proof),
            Some(link) => match refused(link, self.owner) {
                Some(why) => Decision::Refuse(why),
                None if link.person == self.person => Decision::Enter(self.person),
                None if self.one_sided => Decision::Refuse(Why::OneSided),
                None if self.taken => Decision::Refuse(Why::Taken),
                None if !link.alone => Decision::Refuse(Why::Elsewhere),
                None => Decision::Move(self.person),
            },
        }
    }
}

/// Whether one of a person's links may be closed or moved away: whoever holds the operator's role keeps a way in.
///
/// # Errors
/// [`Why::LastWay`].
pub fn may_lose<'a>(operator: bool, others: impl IntoIterator<Item = &'a Known>) -> Result<(), Why> {
    if operator && !others.into_iter().any(|link| !link.disabled) { Err(Why::LastWay) } else { Ok(()) }
}
