//! Which person verified claims are: what linking decides, from what storage and the directory say, and what must be written for it.

use super::{
    Source,
    directory_binding::{DirectoryBinding, LookupKey},
    identity_links::{end_access_by_link, with_link_details},
    link_move::{LinkMove, MoveError},
    names::names,
    source_facts::{SourceFacts, WithheldGroups},
};
use crate::{
    audit::{AuditEvent, Journal, Note},
    notices::Notices,
    session::Sessions,
    storage::{Link, NewIdentity, NewLink, NoticeKind, Storage, StorageError, Transaction},
    web::site::{Site, Tenants},
};
use pleiade_connectors::engine::Engine;
use pleiade_core::{
    Affiliation, Claims, Clock, DirectoryError, DirectoryPerson, IdentityId, LinkId, SourceId, Subject,
};
use pleiade_federation::linking::{
    Decision, DirectoryMatch, LinkingInput, MailMatch, RefusalReason, Rule, decide,
};
use std::sync::Arc;

/// The person of a sign-in, or the reason for which there is none.
pub(super) enum Identification {
    /// This person, by this link.
    Somebody(IdentityId, LinkId),
    /// Nobody.
    Nobody(RefusalReason),
    /// The directory does not answer, and its synchronised copy does not know the person.
    Unreachable,
}

/// The incoming person in the directory of a source.
#[derive(Default)]
struct DirectoryLookup {
    says: Option<DirectoryMatch>,
    subject: Option<Subject>,
    /// As the directory described them just now; none when its synchronised copy answered.
    now: Option<DirectoryPerson>,
}

/// Finds the person behind verified claims.
#[derive(Debug)]
pub(crate) struct IdentityResolver {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) tenants: Arc<Tenants>,
    pub(crate) sessions: Sessions,
    pub(crate) engine: Engine,
    pub(crate) journal: Journal,
    pub(crate) notices: Notices,
}

impl IdentityResolver {
    /// Finds or makes the person behind verified claims, and keeps what the source and its directory say of them.
    pub(super) async fn identify(
        &self,
        site: &Site,
        source: &Source,
        claims: &Claims,
    ) -> Result<Identification, StorageError> {
        let id = source.provider.id();
        let affiliations = source.mapping.affiliations(claims, self.tenants.iter().map(AsRef::as_ref));
        let lookup = match &source.directory {
            None => DirectoryLookup::default(),
            Some(binding) => match self.look_up(binding, claims).await? {
                Ok(lookup) => lookup,
                Err(error) => {
                    tracing::warn!(source = %id, directory = %binding.directory, %error, "directory not asked");
                    return Ok(Identification::Unreachable);
                }
            },
        };
        let directory_affiliations = match (&source.directory, &lookup.now) {
            (Some(binding), Some(person)) => {
                binding.mapping.affiliations(&person.clone().into(), self.tenants.iter().map(AsRef::as_ref))
            }
            _ => None,
        };
        // Nobody becomes known here without a collectivité of this site. Local accounts are known beforehand.
        let may_create = affiliations
            .iter()
            .chain(&directory_affiliations)
            .flatten()
            .any(|affiliation| site.admits(&affiliation.tenant));
        // A second turn finds the link that a concurrent first sign-in made.
        for _ in 0..3 {
            let link = self.storage.find_link(id, &claims.subject).await?;
            let directory = match lookup.says.clone() {
                Some(DirectoryMatch::One { directory, owner, stable, .. }) => {
                    let theirs = match &lookup.subject {
                        Some(subject) => self.storage.find_link(&directory, subject).await?,
                        None => None,
                    };
                    DirectoryMatch::One {
                        link: theirs.as_ref().map(Link::existing_link),
                        directory,
                        owner,
                        stable,
                    }
                }
                says => says.unwrap_or(DirectoryMatch::NotAsked),
            };
            let case = LinkingInput {
                owner: source.owner.clone(),
                link: link.as_ref().map(Link::existing_link),
                directory,
                by_mail: if link.is_none() { self.by_mail(source, claims).await? } else { None },
                may_create,
            };
            let change = LinkChange { resolver: self, source, claims, lookup: &lookup, link: link.as_ref() };
            let (person, link) = match change.carry_out(decide(&case)).await {
                Ok(Ok(found)) => found,
                Ok(Err(why)) => return Ok(Identification::Nobody(why)),
                Err(StorageError::Conflict) => continue,
                Err(error) => return Err(error),
            };
            let facts = SourceFacts {
                source: id,
                person,
                link,
                affiliations: affiliations.as_deref(),
                withheld: WithheldGroups::of(&source.mapping, claims),
                names: &names(source.mapping.named(claims)),
                now: self.clock.now(),
            };
            facts.keep(&*self.storage, &self.journal).await?;
            if let Some(binding) = &source.directory {
                change.rely_on_directory(binding, link, directory_affiliations.as_deref()).await?;
            }
            return Ok(Identification::Somebody(person, link));
        }
        Err(StorageError::Conflict)
    }

    /// The synchronised copy first: it answers while the directory is down. The directory itself for whoever is not in it yet.
    async fn look_up(
        &self,
        binding: &DirectoryBinding,
        claims: &Claims,
    ) -> Result<Result<DirectoryLookup, DirectoryError>, StorageError> {
        let lookup = |says| DirectoryLookup { says: Some(says), ..DirectoryLookup::default() };
        let one = |subject, now| DirectoryLookup {
            says: Some(DirectoryMatch::One {
                directory: binding.directory.clone(),
                owner: binding.owner.clone(),
                link: None,
                stable: binding.stable(),
            }),
            subject: Some(subject),
            now,
        };
        let Some(key) = binding.lookup_key(claims) else { return Ok(Ok(lookup(DirectoryMatch::Nobody))) };
        let copy = match &key {
            LookupKey::Subject(subject) => {
                let known = self.storage.known_person(&binding.directory, subject).await?;
                known
                    .filter(|known| !known.gone)
                    .map(|known| (known.subject, known.active))
                    .into_iter()
                    .collect()
            }
            LookupKey::Login(login) => self.storage.directory_logins(&binding.directory, login).await?,
        };
        match copy.as_slice() {
            [] => {}
            [(subject, true)] => return Ok(Ok(one(subject.clone(), None))),
            [_] => return Ok(Ok(lookup(DirectoryMatch::Inactive))),
            _ => return Ok(Ok(lookup(DirectoryMatch::Several))),
        }
        let mut people = match binding.ask(&key).await {
            Ok(people) => people,
            Err(error) => return Ok(Err(error)),
        };
        Ok(Ok(match (people.pop(), people.pop()) {
            (None, _) => lookup(DirectoryMatch::Nobody),
            (Some(person), None) if person.active => one(person.subject.clone(), Some(person)),
            (Some(_), None) => lookup(DirectoryMatch::Inactive),
            (Some(_), Some(_)) => lookup(DirectoryMatch::Several),
        }))
    }

    /// Somebody whom a declared replacement of sources selects by their address.
    async fn by_mail(&self, source: &Source, claims: &Claims) -> Result<Option<IdentityId>, StorageError> {
        let (Some(replaced), Some(mail), Some(owner)) = (&source.replaces, &claims.mail, &source.owner)
        else {
            return Ok(None);
        };
        let mut bearers = Vec::new();
        for person in self.storage.bearers(mail, owner).await? {
            let links = self.storage.links_of_person(person).await?;
            bearers.push((
                person,
                links.into_iter().map(|link| (link.link.source.clone(), link.existing_link())).collect(),
            ));
        }
        Ok(MailMatch {
            until: replaced.until,
            now: self.clock.now(),
            verified: claims.attribute("email_verified") == Some("true"),
            domain: mail.domain(),
            authoritative: &replaced.domains,
            domain_of: &self.tenants.finder().by_domain(mail.domain()),
            owner: Some(owner),
            bearers: &bearers,
            replaced: &replaced.source,
        }
        .person())
    }
}

impl From<MoveError> for StorageError {
    /// A link that did not move has changed meanwhile: another turn decides anew.
    fn from(error: MoveError) -> Self {
        match error {
            MoveError::Gone | MoveError::Taken => Self::Conflict,
            MoveError::Storage(error) => error,
        }
    }
}

/// The changes that a decision asks for.
struct LinkChange<'a> {
    resolver: &'a IdentityResolver,
    source: &'a Source,
    claims: &'a Claims,
    lookup: &'a DirectoryLookup,
    link: Option<&'a Link>,
}

impl LinkChange<'_> {
    /// Does it, each change in one step with the line that tells it. Gives the person and the link of the incoming subject.
    async fn carry_out(
        &self,
        decision: Decision,
    ) -> Result<Result<(IdentityId, LinkId), RefusalReason>, StorageError> {
        if let Decision::Link(person, Rule::Directory) | Decision::Move(person) = decision
            && self.was_closed(person).await?
        {
            return Ok(Err(RefusalReason::Closed));
        }
        match (decision, self.link) {
            (Decision::Enter(person), Some(link)) => Ok(Ok((person, link.id))),
            (Decision::Link(person, Rule::Directory), _) => {
                let change = self.begin(person, Rule::Directory).await?;
                let (link, before) = change.replace_link(&self.new_link(person, Rule::Directory)).await?;
                change.commit().await?;
                if let Some(before) = before {
                    end_access_by_link(&self.resolver.sessions, &self.resolver.engine, before).await;
                }
                Ok(Ok((person, link)))
            }
            (Decision::Link(person, rule), _) => {
                let change = self.begin(person, rule).await?;
                let link = change.add_link(&self.new_link(person, rule)).await?;
                change.commit().await?;
                self.resolver
                    .notices
                    .tell_others(person, link, NoticeKind::LinkAdded, self.source.provider.id())
                    .await?;
                Ok(Ok((person, link)))
            }
            (Decision::LinkDirectory(person), Some(link)) => {
                match self.link_directory(person).await {
                    // Another subject of that directory is this person's: who is right is for an administrator to say.
                    Err(StorageError::Conflict) if !self.directory_is_linked().await? => {
                        Ok(Err(RefusalReason::Taken))
                    }
                    linked => linked.map(|()| Ok((person, link.id))),
                }
            }
            // What will be refused is not written down as done, however often it is tried.
            (Decision::Move(person), Some(_)) if self.has_open(person, self.source.provider.id()).await? => {
                Ok(Err(RefusalReason::Taken))
            }
            (Decision::Move(person), Some(link)) => {
                let (journal, new) = (&self.resolver.journal, self.new_link(person, Rule::Directory));
                let note = self.note(person, Rule::Directory);
                self.link_move(link).carry_out(journal, [note], &new).await?;
                Ok(Ok((person, link.id)))
            }
            (Decision::Create, _) => self.create().await.map(Ok),
            (Decision::Refuse(why), _) => Ok(Err(why)),
            _ => Ok(Err(RefusalReason::NoAffiliation)),
        }
    }

    /// Somebody new: known by the directory's subject where there is one, and by the incoming one.
    async fn create(&self) -> Result<(IdentityId, LinkId), StorageError> {
        let binding = self.source.directory.as_ref();
        let (source, subject, owner) = match (binding, &self.lookup.subject) {
            (Some(binding), Some(subject)) => (&binding.directory, subject, &binding.owner),
            _ => (self.source.provider.id(), &self.claims.subject, &self.source.owner),
        };
        let named = match (binding, &self.lookup.now) {
            (Some(binding), Some(person)) => binding.mapping.named(&person.clone().into()),
            _ => self.source.mapping.named(self.claims),
        };
        let new = NewIdentity {
            source: source.clone(),
            subject: subject.clone(),
            owner: owner.clone(),
            names: names(named),
            created_at: self.resolver.clock.now(),
        };
        let moved = self.link.filter(|_| binding.is_some());
        if let Some(link) = moved {
            self.link_move(link).end_access().await;
        }
        let change = self.resolver.storage.begin().await?;
        let (person, first) = change.create_identity(&new).await?;
        change.append_audit(&self.resolver.journal.line(self.note(person, Rule::First))).await?;
        let link = match (binding, moved) {
            (None, _) => first,
            (Some(_), Some(link)) => {
                self.link_move(link).write(&change, &self.new_link(person, Rule::Directory)).await?;
                link.id
            }
            (Some(_), None) => change.add_link(&self.new_link(person, Rule::Directory)).await?,
        };
        change.commit().await?;
        if let Some(link) = moved {
            self.link_move(link).finish(&self.new_link(person, Rule::Directory)).await?;
        }
        Ok((person, link))
    }

    async fn link_directory(&self, person: IdentityId) -> Result<(), StorageError> {
        let (Some(binding), Some(subject)) = (&self.source.directory, &self.lookup.subject) else {
            return Ok(());
        };
        let link = NewLink {
            source: binding.directory.clone(),
            subject: subject.clone(),
            identity: person,
            owner: binding.owner.clone(),
            relies_on: None,
            directory: None,
            rule: Rule::Directory,
            created_at: self.resolver.clock.now(),
        };
        let change = self.begin(person, Rule::Directory).await?;
        change.add_link(&link).await?;
        change.commit().await
    }

    /// True if the directory's subject has a link by now: a concurrent sign-in made it.
    async fn directory_is_linked(&self) -> Result<bool, StorageError> {
        let (Some(binding), Some(subject)) = (&self.source.directory, &self.lookup.subject) else {
            return Ok(false);
        };
        Ok(self.resolver.storage.find_link(&binding.directory, subject).await?.is_some())
    }

    /// The move of the incoming link.
    fn link_move<'b>(&'b self, link: &'b Link) -> LinkMove<'b> {
        let IdentityResolver { sessions, engine, notices, .. } = self.resolver;
        LinkMove { sessions, engine, notices, link }
    }

    /// Notes which of the directory's links the incoming one relies on, and keeps what the directory said just now.
    async fn rely_on_directory(
        &self,
        binding: &DirectoryBinding,
        link: LinkId,
        affiliations: Option<&[Affiliation]>,
    ) -> Result<(), StorageError> {
        let Some(subject) = &self.lookup.subject else { return Ok(()) };
        let theirs = self.resolver.storage.find_link(&binding.directory, subject).await?;
        let theirs = theirs.filter(|theirs| theirs.owner == binding.owner && !theirs.disabled);
        self.resolver.storage.rely_on(link, theirs.as_ref().map(|theirs| theirs.id)).await?;
        if let (Some(theirs), Some(person)) = (theirs, &self.lookup.now) {
            let facts = SourceFacts {
                source: &binding.directory,
                person: theirs.identity,
                link: theirs.id,
                affiliations,
                withheld: None,
                now: self.resolver.clock.now(),
                names: &names(binding.mapping.named(&person.clone().into())),
            };
            facts.keep(&*self.resolver.storage, &self.resolver.journal).await?;
        }
        Ok(())
    }

    fn new_link(&self, person: IdentityId, rule: Rule) -> NewLink {
        let relies_on = self.source.directory.as_ref().map(|binding| binding.directory.clone());
        NewLink {
            source: self.source.provider.id().clone(),
            subject: self.claims.subject.clone(),
            identity: person,
            owner: self.source.owner.clone(),
            relies_on: relies_on.filter(|_| rule == Rule::Directory),
            directory: None,
            rule,
            created_at: self.resolver.clock.now(),
        }
    }

    /// True if somebody, and no departure, closed the person's link of this source. Another subject of theirs does not open it again.
    async fn was_closed(&self, person: IdentityId) -> Result<bool, StorageError> {
        let mut links = self.resolver.storage.links_of_person(person).await?;
        links.retain(|record| record.link.source == *self.source.provider.id());
        Ok(links.iter().all(|record| record.disabled)
            && links.iter().any(|record| record.closed_by.is_none()))
    }

    /// True if the person has an open link of a source.
    async fn has_open(&self, person: IdentityId, source: &SourceId) -> Result<bool, StorageError> {
        let links = self.resolver.storage.links_of_person(person).await?;
        Ok(links.iter().any(|record| !record.disabled && record.link.source == *source))
    }

    fn note(&self, person: IdentityId, rule: Rule) -> Note {
        let note = Note::new(AuditEvent::Linked).person(person).source(self.source.provider.id());
        with_link_details(note, self.source.owner.as_ref(), &self.claims.subject, rule)
    }

    /// Begins a change of this person's links with the line that tells it.
    async fn begin(&self, person: IdentityId, rule: Rule) -> Result<Transaction, StorageError> {
        self.resolver.journal.begin([self.note(person, rule)]).await
    }
}
