//! Which person verified claims are: what linking decides, from what storage and the directory say, and what must be written for it.

use super::{
    Source,
    linking::{forget, tell},
    reliance::{Reliance, Wanted},
};
use crate::{
    app::App,
    audit::{AuditEvent, Note},
    storage::{Link, Names, NewIdentity, NewLink, NoticeKind, StorageError},
    web::site::Site,
};
use pleiade_core::{
    Affiliation, Claims, DirectoryError, DirectoryPerson, IdentityId, LinkId, SourceId, Subject, TenantId,
};
use pleiade_federation::linking::{
    Decision, DirectoryMatch, ExistingLink, LinkingInput, MailMatch, RefusalReason, Rule, decide,
};

/// Who it is, or why nobody.
pub(super) enum Identified {
    /// This person, by this link.
    Somebody(IdentityId, LinkId),
    /// Nobody.
    Nobody(RefusalReason),
    /// The directory does not answer, and its synchronised copy does not know the person.
    Unreachable,
}

/// What the directory of a source says of the incoming person.
#[derive(Default)]
struct Told {
    says: Option<DirectoryMatch>,
    subject: Option<Subject>,
    /// As the directory described them just now; none when its synchronised copy answered.
    now: Option<DirectoryPerson>,
}

impl Link {
    /// As linking sees it.
    pub(super) fn known(&self) -> ExistingLink {
        ExistingLink {
            person: self.identity,
            owner: self.owner.clone(),
            disabled: self.disabled,
            relies_on: self.relies_on.clone(),
            alone: self.alone,
        }
    }
}

/// Finds or makes the person behind verified claims, and keeps what the source and its directory say of them.
pub(super) async fn identify(
    app: &App,
    site: &Site,
    source: &Source,
    claims: &Claims,
) -> Result<Identified, StorageError> {
    let id = source.provider.id();
    let ties = source.mapping.affiliations(claims, app.tenants.iter().map(AsRef::as_ref));
    let told = match &source.directory {
        None => Told::default(),
        Some(reliance) => match consult(app, reliance, claims).await? {
            Ok(told) => told,
            Err(error) => {
                tracing::warn!(source = %id, directory = %reliance.directory, %error, "directory not asked");
                return Ok(Identified::Unreachable);
            }
        },
    };
    let directory_ties = match (&source.directory, &told.now) {
        (Some(reliance), Some(person)) => {
            reliance.mapping.affiliations(&person.clone().into(), app.tenants.iter().map(AsRef::as_ref))
        }
        _ => None,
    };
    // Nobody becomes known here without a collectivité of this site. Local accounts are known beforehand.
    let may_create = ties.iter().chain(&directory_ties).flatten().any(|tie| site.admits(&tie.tenant));
    // A second turn finds the link that a concurrent first sign-in made.
    for _ in 0..3 {
        let link = app.storage.find_link(id, &claims.subject).await?;
        let directory = match told.says.clone() {
            Some(DirectoryMatch::One { directory, owner, stable, .. }) => {
                let theirs = match &told.subject {
                    Some(subject) => app.storage.find_link(&directory, subject).await?,
                    None => None,
                };
                DirectoryMatch::One { link: theirs.as_ref().map(Link::known), directory, owner, stable }
            }
            says => says.unwrap_or(DirectoryMatch::NotAsked),
        };
        let case = LinkingInput {
            owner: source.owner.clone(),
            link: link.as_ref().map(Link::known),
            directory,
            by_mail: if link.is_none() { by_mail(app, source, claims).await? } else { None },
            may_create,
        };
        let work = Work { app, source, claims, told: &told, link: link.as_ref() };
        let (person, link) = match work.carry_out(decide(&case)).await {
            Ok(Ok(found)) => found,
            Ok(Err(why)) => return Ok(Identified::Nobody(why)),
            Err(StorageError::Conflict) => continue,
            Err(error) => return Err(error),
        };
        if let Some(ties) = &ties {
            app.storage.replace_affiliations(link, ties).await?;
        }
        app.storage.update_names(link, &names(source.mapping.named(claims))).await?;
        if let Some(reliance) = &source.directory {
            work.rely(reliance, link, directory_ties.as_deref()).await?;
        }
        return Ok(Identified::Somebody(person, link));
    }
    Err(StorageError::Conflict)
}

/// What a decision asks to write.
struct Work<'a> {
    app: &'a App,
    source: &'a Source,
    claims: &'a Claims,
    told: &'a Told,
    link: Option<&'a Link>,
}

impl Work<'_> {
    /// Writes down what happens, then does it. Gives the person and the link of the incoming subject.
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
                self.note(person, Rule::Directory).await?;
                let (link, before) =
                    self.app.storage.replace_link(&self.incoming(person, Rule::Directory)).await?;
                if let Some(before) = before {
                    forget(self.app, before).await;
                }
                Ok(Ok((person, link)))
            }
            (Decision::Link(person, rule), _) => {
                self.note(person, rule).await?;
                let link = self.app.storage.add_link(&self.incoming(person, rule)).await?;
                tell(self.app, person, link, NoticeKind::WayAdded, self.source.provider.id()).await?;
                Ok(Ok((person, link)))
            }
            (Decision::LinkDirectory(person), Some(link)) => {
                self.note(person, Rule::Directory).await?;
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
                self.note(person, Rule::Directory).await?;
                self.take_over(link, person).await?;
                Ok(Ok((person, link.id)))
            }
            (Decision::Create, _) => self.create().await.map(Ok),
            (Decision::Refuse(why), _) => Ok(Err(why)),
            _ => Ok(Err(RefusalReason::NoTie)),
        }
    }

    /// Somebody new: known by the directory's subject where there is one, and by the incoming one.
    async fn create(&self) -> Result<(IdentityId, LinkId), StorageError> {
        let reliance = self.source.directory.as_ref();
        let (source, subject, owner) = match (reliance, &self.told.subject) {
            (Some(reliance), Some(subject)) => (&reliance.directory, subject, &reliance.owner),
            _ => (self.source.provider.id(), &self.claims.subject, &self.source.owner),
        };
        let named = match (reliance, &self.told.now) {
            (Some(reliance), Some(person)) => reliance.mapping.named(&person.clone().into()),
            _ => self.source.mapping.named(self.claims),
        };
        let new = NewIdentity {
            source: source.clone(),
            subject: subject.clone(),
            owner: owner.clone(),
            names: names(named),
            created_at: self.app.clock.now(),
        };
        let (person, first) = self.app.storage.create_identity(&new).await?;
        self.note(person, Rule::First).await?;
        if reliance.is_none() {
            return Ok((person, first));
        }
        match self.link {
            Some(link) => {
                self.take_over(link, person).await?;
                Ok((person, link.id))
            }
            None => {
                let link = self.app.storage.add_link(&self.incoming(person, Rule::Directory)).await?;
                Ok((person, link))
            }
        }
    }

    async fn link_directory(&self, person: IdentityId) -> Result<(), StorageError> {
        let (Some(reliance), Some(subject)) = (&self.source.directory, &self.told.subject) else {
            return Ok(());
        };
        let link = NewLink {
            source: reliance.directory.clone(),
            subject: subject.clone(),
            identity: person,
            owner: reliance.owner.clone(),
            relies_on: None,
            directory: None,
            rule: Rule::Directory,
            created_at: self.app.clock.now(),
        };
        self.app.storage.add_link(&link).await.map(drop)
    }

    /// Whether the directory's subject has a link by now: a concurrent sign-in made it.
    async fn directory_is_linked(&self) -> Result<bool, StorageError> {
        let (Some(reliance), Some(subject)) = (&self.source.directory, &self.told.subject) else {
            return Ok(false);
        };
        Ok(self.app.storage.find_link(&reliance.directory, subject).await?.is_some())
    }

    /// Moves the incoming link here; what was open under it is somebody else's and ends.
    async fn take_over(&self, link: &Link, person: IdentityId) -> Result<(), StorageError> {
        forget(self.app, link.id).await;
        let incoming = self.incoming(person, Rule::Directory);
        if !self.app.storage.move_link(link.id, &incoming, link.identity).await? {
            return Err(StorageError::Conflict);
        }
        forget(self.app, link.id).await;
        tell(self.app, link.identity, link.id, NoticeKind::WayRemoved, self.source.provider.id()).await
    }

    /// Notes which of the directory's links the incoming one relies on, and keeps what the directory said just now.
    async fn rely(
        &self,
        reliance: &Reliance,
        link: LinkId,
        ties: Option<&[Affiliation]>,
    ) -> Result<(), StorageError> {
        let Some(subject) = &self.told.subject else { return Ok(()) };
        let theirs = self.app.storage.find_link(&reliance.directory, subject).await?;
        let theirs = theirs.filter(|theirs| theirs.owner == reliance.owner && !theirs.disabled);
        self.app.storage.rely_on(link, theirs.as_ref().map(|theirs| theirs.id)).await?;
        if let (Some(theirs), Some(person)) = (theirs, &self.told.now) {
            let named = reliance.mapping.named(&person.clone().into());
            self.app.storage.update_names(theirs.id, &names(named)).await?;
            if let Some(ties) = ties {
                self.app.storage.replace_affiliations(theirs.id, ties).await?;
            }
        }
        Ok(())
    }

    fn incoming(&self, person: IdentityId, rule: Rule) -> NewLink {
        let relies_on = self.source.directory.as_ref().map(|reliance| reliance.directory.clone());
        NewLink {
            source: self.source.provider.id().clone(),
            subject: self.claims.subject.clone(),
            identity: person,
            owner: self.source.owner.clone(),
            relies_on: relies_on.filter(|_| rule == Rule::Directory),
            directory: None,
            rule,
            created_at: self.app.clock.now(),
        }
    }

    /// Whether somebody, and no departure, closed the person's way in of this source. Another subject of theirs does not open it again.
    async fn was_closed(&self, person: IdentityId) -> Result<bool, StorageError> {
        let mut links = self.app.storage.links_of(person).await?;
        links.retain(|record| record.link.source == *self.source.provider.id());
        Ok(links.iter().all(|record| record.disabled)
            && links.iter().any(|record| record.closed_by.is_none()))
    }

    /// Whether the person has an open link of a source.
    async fn has_open(&self, person: IdentityId, source: &SourceId) -> Result<bool, StorageError> {
        let links = self.app.storage.links_of(person).await?;
        Ok(links.iter().any(|record| !record.disabled && record.link.source == *source))
    }

    async fn note(&self, person: IdentityId, rule: Rule) -> Result<(), StorageError> {
        let note = Note::new(AuditEvent::Linked).about(person).through(self.source.provider.id());
        self.app.record(linked(note, self.source.owner.as_ref(), &self.claims.subject, rule)).await
    }
}

/// What the log says of a new link.
pub(super) fn linked(note: Note, owner: Option<&TenantId>, subject: &Subject, rule: Rule) -> Note {
    let rule = match rule {
        Rule::First => "first",
        Rule::Directory => "directory",
        Rule::Mail => "mail",
        Rule::Proof => "proof",
        _ => "administrator",
    };
    let note = note.with("rule", rule).with("subject", digest(subject));
    owner.map_or_else(|| note.clone(), |owner| note.clone().at(owner))
}

/// By what a subject is told apart in the log, which holds no subject.
pub(super) fn digest(subject: &Subject) -> String {
    use sha2::Digest as _;
    let hash =
        sha2::Sha256::new().chain_update(subject.issuer()).chain_update([0]).chain_update(subject.id());
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The synchronised copy first: it answers while the directory is down. The directory itself for whoever is not in it yet.
async fn consult(
    app: &App,
    reliance: &Reliance,
    claims: &Claims,
) -> Result<Result<Told, DirectoryError>, StorageError> {
    let told = |says| Told { says: Some(says), ..Told::default() };
    let one = |subject, now| Told {
        says: Some(DirectoryMatch::One {
            directory: reliance.directory.clone(),
            owner: reliance.owner.clone(),
            link: None,
            stable: reliance.stable(),
        }),
        subject: Some(subject),
        now,
    };
    let Some(wanted) = reliance.wanted(claims) else { return Ok(Ok(told(DirectoryMatch::Nobody))) };
    let copy = match &wanted {
        Wanted::Subject(subject) => {
            let known = app.storage.known_person(&reliance.directory, subject).await?;
            known.filter(|known| !known.gone).map(|known| (known.subject, known.active)).into_iter().collect()
        }
        Wanted::Login(login) => app.storage.directory_logins(&reliance.directory, login).await?,
    };
    match copy.as_slice() {
        [] => {}
        [(subject, true)] => return Ok(Ok(one(subject.clone(), None))),
        [_] => return Ok(Ok(told(DirectoryMatch::Inactive))),
        _ => return Ok(Ok(told(DirectoryMatch::Several))),
    }
    let mut people = match reliance.ask(&wanted).await {
        Ok(people) => people,
        Err(error) => return Ok(Err(error)),
    };
    Ok(Ok(match (people.pop(), people.pop()) {
        (None, _) => told(DirectoryMatch::Nobody),
        (Some(person), None) if person.active => one(person.subject.clone(), Some(person)),
        (Some(_), None) => told(DirectoryMatch::Inactive),
        (Some(_), Some(_)) => told(DirectoryMatch::Several),
    }))
}

/// Somebody whom a declared replacement of sources selects by their address.
async fn by_mail(app: &App, source: &Source, claims: &Claims) -> Result<Option<IdentityId>, StorageError> {
    let (Some(replaced), Some(mail), Some(owner)) = (&source.replaces, &claims.mail, &source.owner) else {
        return Ok(None);
    };
    let mut bearers = Vec::new();
    for person in app.storage.bearers(mail, owner).await? {
        let links = app.storage.links_of(person).await?;
        bearers
            .push((person, links.into_iter().map(|link| (link.link.source.clone(), link.known())).collect()));
    }
    Ok(MailMatch {
        until: replaced.until,
        now: app.clock.now(),
        verified: claims.attribute("email_verified") == Some("true"),
        domain: mail.domain(),
        authoritative: &replaced.domains,
        domain_of: &app.tenants.finder().by_domain(mail.domain()),
        owner: Some(owner),
        bearers: &bearers,
        replaced: &replaced.source,
    }
    .person())
}

/// What a source tells of somebody's names.
pub(super) fn names(named: Claims) -> Names {
    Names {
        display_name: display_name(&named),
        given_name: named.given_name,
        family_name: named.family_name,
        mail: named.mail,
        login: named.login,
    }
}

/// Never empty: a header without a name is a page without an owner.
fn display_name(claims: &Claims) -> String {
    let whole = [claims.given_name.as_deref(), claims.family_name.as_deref()];
    let whole = whole.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let mail = claims.mail.as_ref().map(ToString::to_string);
    [claims.display_name.clone(), Some(whole), claims.login.clone(), mail]
        .into_iter()
        .flatten()
        .find(|name| !name.trim().is_empty())
        .unwrap_or_else(|| claims.subject.id().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use pleiade_core::Subject;

    #[test]
    fn whoever_has_no_name_has_something_to_be_called_by() {
        let mut claims = Claims::new(Subject::new("https://sso.example", "a-1").unwrap());
        assert_eq!(display_name(&claims), "a-1");
        claims.login = Some("  ".into());
        claims.mail = "jeanne@alpha.example".parse().ok();
        assert_eq!(display_name(&claims), "jeanne@alpha.example");
        claims.family_name = Some("Dupont".into());
        assert_eq!(display_name(&claims), "Dupont");
    }
}
