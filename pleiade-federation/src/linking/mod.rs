//! Whom an incoming subject is: decisions as data in, data out. Reading and writing links is the caller's.
//!
//! The rules, in their order:
//!
//! 1. a known link selects its person, and nothing else can;
//! 2. an unknown subject of a source that relies on a directory is the person whom that directory knows by a configured key: exactly one,
//!    active, of the same owner;
//! 3. otherwise it is a new person. A mail address selects somebody only during a declared, time-limited replacement of one source by
//!    another ([`MailMatch`]);
//! 4. two identities become one by proof (of both within [`MAX_PROOF_AGE`]; a silent sign-in is none) or by an administrator. A proof takes
//!    no link from somebody who has another: that one would be split without having been asked;
//! 5. a person has one open link of a source.
//!
//! Threats: a source that tells somebody else's address or login, a login that is given again, a source that changed hands, a
//! subject closed and bound anew, an account left without an identity link.

#[cfg(test)]
mod tests;

use chrono::{DateTime, TimeDelta, Utc};
use pleiade_core::{IdentityId, MailDomain, SourceId, TenantId};

/// The longest time between two proofs of one person.
pub const MAX_PROOF_AGE: TimeDelta = TimeDelta::minutes(10);

/// A stored link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExistingLink {
    /// The person whom it selects.
    pub person: IdentityId,
    /// The collectivité that owned the source when it was made.
    pub owner: Option<TenantId>,
    /// A disabled link lets nobody in, and its subject stays taken.
    pub disabled: bool,
    /// The directory by which it was made, for as long as that directory knows the person.
    pub relies_on: Option<SourceId>,
    /// True if its person has no other open link.
    pub alone: bool,
}

/// The answer of the directory that a source relies on, about the incoming person.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DirectoryMatch {
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
        link: Option<ExistingLink>,
        /// True if the source's key is the directory's own, which is never given again; a login may be.
        stable: bool,
    },
}

/// The facts on which a decision rests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkingInput {
    /// The owner of the source, as it is configured now.
    pub owner: Option<TenantId>,
    /// The link of the incoming subject.
    pub link: Option<ExistingLink>,
    /// The answer of the directory.
    pub directory: DirectoryMatch,
    /// The person whom a declared replacement of sources selects by their address.
    pub by_mail: Option<IdentityId>,
    /// True if somebody unknown may become known: they have a collectivité here.
    pub may_create: bool,
}

/// A decision about an incoming subject.
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
    Refuse(RefusalReason),
}

/// The rule by which a link was made.
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

impl Rule {
    /// Its name in storage, logs and message keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Directory => "directory",
            Self::Mail => "mail",
            Self::Proof => "proof",
            Self::Administrator => "administrator",
        }
    }
}

/// The reason of a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RefusalReason {
    /// The link is disabled.
    #[error("the link of this subject is disabled")]
    Closed,
    /// The source, or its directory, belonged to somebody else when the link was made.
    #[error("the source has another owner than when the link was made")]
    Moved,
    /// They have no collectivité here.
    #[error("the source names no collectivité of this site")]
    NoAffiliation,
    /// The directory does not know them.
    #[error("the directory of this source does not know the person")]
    NotInDirectory,
    /// The directory knows several by one key.
    #[error("the directory of this source knows several people by this key")]
    Ambiguous,
    /// The directory lets them in no more.
    #[error("the directory of this source lets the person in no more")]
    Departed,
    /// The person proved themselves in the session that should be joined too long ago, or never.
    #[error("the two sign-ins are too far apart")]
    ProofTooOld,
    /// The person has another open link of this source.
    #[error("the person has another open link of this source")]
    Taken,
    /// The person whom the link selects signs in otherwise too.
    #[error("the link belongs to somebody who signs in otherwise too")]
    Elsewhere,
    /// The person signs in otherwise too, and the session's own source does not answer for that.
    #[error("one of several identity links, which is not the operator's, adds no other")]
    OneSided,
    /// The account holds the operator's role and would have no identity link.
    #[error("an account with the operator's role keeps an identity link")]
    LastLink,
}

/// Decides who an incoming subject is.
#[must_use]
pub fn decide(input: &LinkingInput) -> Decision {
    if let Some(why) = input.link.as_ref().and_then(|link| refused(link, input.owner.as_ref())) {
        return Decision::Refuse(why);
    }
    match &input.directory {
        DirectoryMatch::NotAsked => without_directory(input),
        DirectoryMatch::Nobody => Decision::Refuse(RefusalReason::NotInDirectory),
        DirectoryMatch::Several => Decision::Refuse(RefusalReason::Ambiguous),
        DirectoryMatch::Inactive => Decision::Refuse(RefusalReason::Departed),
        DirectoryMatch::One { owner, .. } if *owner != input.owner => Decision::Refuse(RefusalReason::Moved),
        DirectoryMatch::One { directory, owner, link, stable } => {
            with_directory(input, directory, owner.as_ref(), link.as_ref(), *stable)
        }
    }
}

fn refused(link: &ExistingLink, owner: Option<&TenantId>) -> Option<RefusalReason> {
    if link.owner.as_ref() != owner {
        Some(RefusalReason::Moved)
    } else if link.disabled {
        Some(RefusalReason::Closed)
    } else {
        None
    }
}

fn without_directory(input: &LinkingInput) -> Decision {
    match (&input.link, input.by_mail) {
        (Some(link), _) => Decision::Enter(link.person),
        (None, Some(person)) if input.may_create => Decision::Link(person, Rule::Mail),
        (None, _) if input.may_create => Decision::Create,
        (None, _) => Decision::Refuse(RefusalReason::NoAffiliation),
    }
}

fn with_directory(
    input: &LinkingInput,
    directory: &SourceId,
    owner: Option<&TenantId>,
    theirs: Option<&ExistingLink>,
    stable: bool,
) -> Decision {
    if let Some(why) = theirs.and_then(|link| refused(link, owner)) {
        return Decision::Refuse(if why == RefusalReason::Closed { RefusalReason::Departed } else { why });
    }
    // A link made by a login holds for as long as the directory says the same: logins are given again.
    let loose = |link: &ExistingLink| !stable && link.relies_on.as_ref() == Some(directory);
    match (&input.link, theirs) {
        (None, Some(theirs)) => Decision::Link(theirs.person, Rule::Directory),
        (None, None) if input.may_create => Decision::Create,
        (None, None) => Decision::Refuse(RefusalReason::NoAffiliation),
        (Some(link), Some(theirs)) if link.person != theirs.person && loose(link) => {
            Decision::Move(theirs.person)
        }
        (Some(link), Some(_)) => Decision::Enter(link.person),
        (Some(link), None) if loose(link) && input.may_create => Decision::Create,
        (Some(link), None) if loose(link) => Decision::Refuse(RefusalReason::NoAffiliation),
        (Some(link), None) => Decision::LinkDirectory(link.person),
    }
}

/// A declared replacement of one source by another, during which an address selects somebody. All of it must hold, or nobody is
/// selected: an address is what any directory may claim.
#[derive(Debug, Clone)]
pub struct MailMatch<'a> {
    /// The end of the replacement.
    pub until: DateTime<Utc>,
    /// Now.
    pub now: DateTime<Utc>,
    /// True if the source says that it checked the address (`email_verified`).
    pub verified: bool,
    /// The domain of the address.
    pub domain: &'a MailDomain,
    /// The domains for which the operator declared the source authoritative.
    pub authoritative: &'a [MailDomain],
    /// The collectivités that the domain belongs to.
    pub domain_of: &'a [&'a TenantId],
    /// The owner of the source.
    pub owner: Option<&'a TenantId>,
    /// Everybody who bears the address, with all their links.
    pub bearers: &'a [(IdentityId, Vec<(SourceId, ExistingLink)>)],
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

/// A request to join the subject of another sign-in to the person of a session, by proof of both.
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
    pub link: Option<&'a ExistingLink>,
    /// True if the person has an open link of the other source already.
    pub taken: bool,
    /// True if the person signs in otherwise too, and whoever administers the session's source, or resets its accounts, is not the
    /// operator: they could open this session and add a way of their own to somebody else's.
    pub one_sided: bool,
}

impl Proof<'_> {
    /// Enter when it is joined already, else link or move.
    #[must_use]
    pub fn decide(&self) -> Decision {
        let lives = |age| age <= MAX_PROOF_AGE && age >= TimeDelta::zero();
        if !self.proved_at.is_some_and(|at| lives(self.now - at)) {
            return Decision::Refuse(RefusalReason::ProofTooOld);
        }
        match self.link {
            None if self.one_sided => Decision::Refuse(RefusalReason::OneSided),
            None if self.taken => Decision::Refuse(RefusalReason::Taken),
            None => Decision::Link(self.person, Rule::Proof),
            Some(link) => match refused(link, self.owner) {
                Some(why) => Decision::Refuse(why),
                None if link.person == self.person => Decision::Enter(self.person),
                None if self.one_sided => Decision::Refuse(RefusalReason::OneSided),
                None if self.taken => Decision::Refuse(RefusalReason::Taken),
                None if !link.alone => Decision::Refuse(RefusalReason::Elsewhere),
                None => Decision::Move(self.person),
            },
        }
    }
}

/// Checks that a person's link may be closed or moved away: a person with the operator's role keeps a way to sign in.
///
/// # Errors
/// [`RefusalReason::LastLink`].
pub fn may_lose<'a>(
    operator: bool,
    others: impl IntoIterator<Item = &'a ExistingLink>,
) -> Result<(), RefusalReason> {
    if operator && !others.into_iter().any(|link| !link.disabled) {
        Err(RefusalReason::LastLink)
    } else {
        Ok(())
    }
}
