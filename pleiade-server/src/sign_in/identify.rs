//! Which person verified claims are: what linking decides, from what storage and the directory say, and what must be written for it.

use super::{
    Source,
    reliance::{Reliance, Wanted},
};
use crate::{
    app::App,
    audit::{AuditEvent, Note},
    storage::{Link, Names, NewIdentity, NewLink, StorageError},
    web::site::Site,
};
use pleiade_core::{Claims, DirectoryError, DirectoryPerson, IdentityId, Subject, TenantId};
use pleiade_federation::linking::{Case, Decision, DirectorySays, Known, MailMatch, Rule, Why, decide};

/// Who it is, or why nobody.
pub(super) enum Identified {
    /// This person.
    Somebody(IdentityId),
    /// Nobody.
    Nobody(Why),
    /// The directory does not answer, and its synchronised copy does not know the person.
    Unreachable,
}

/// What the directory of a source says of the incoming person.
#[derive(Default)]
struct Told {
    says: Option<DirectorySays>,
    subject: Option<Subject>,
    /// As the directory described them just now; none when its synchronised copy answered.
    now: Option<DirectoryPerson>,
}

impl Link {
    /// As linking sees it.
    pub(super) fn known(&self) -> Known {
        Known {
            person: self.identity,
            owner: self.owner.clone(),
            disabled: self.disabled,
            relies_on: self.relies_on.clone(),
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
            Some(DirectorySays::One { directory, owner, stable, .. }) => {
                let theirs = match &told.subject {
                    Some(subject) => app.storage.find_link(&directory, subject).await?,
                    None => None,
                };
                DirectorySays::One { link: theirs.as_ref().map(Link::known), directory, owner, stable }
            }
            says => says.unwrap_or(DirectorySays::NotAsked),
        };
        let case = Case {
            owner: source.owner.clone(),
            link: link.as_ref().map(Link::known),
            directory,
            by_mail: if link.is_none() { by_mail(app, source, claims).await? } else { None },
            may_create,
        };
        let work = Work { app, source, claims, told: &told, link: link.as_ref() };
        let person = match work.carry_out(decide(&case)).await {
            Ok(Ok(person)) => person,
            Ok(Err(why)) => return Ok(Identified::Nobody(why)),
            Err(StorageError::Conflict) => continue,
            Err(error) => return Err(error),
        };
        if let Some(ties) = &ties {
            app.storage.replace_affiliations(person, id, ties).await?;
        }
        if let (Some(reliance), Some(ties)) = (&source.directory, &directory_ties) {
            app.storage.replace_affiliations(person, &reliance.directory, ties).await?;
        }
        keep_names(app, source, claims, &told, person).await?;
        return Ok(Identified::Somebody(person));
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
    /// Writes down what happens, then does it.
    async fn carry_out(&self, decision: Decision) -> Result<Result<IdentityId, Why>, StorageError> {
        match decision {
            Decision::Enter(person) => Ok(Ok(person)),
            Decision::Link(person, rule) => {
                self.note(person, rule).await?;
                self.app.storage.add_link(&self.incoming(person, rule)).await?;
                Ok(Ok(person))
            }
            Decision::LinkDirectory(person) => {
                self.note(person, Rule::Directory).await?;
                self.link_directory(person).await?;
                Ok(Ok(person))
            }
            Decision::Move(person) => {
                self.note(person, Rule::Directory).await?;
                self.take_over(person).await?;
                Ok(Ok(person))
            }
            Decision::Create => self.create().await.map(Ok),
            Decision::Refuse(why) => Ok(Err(why)),
            _ => Ok(Err(Why::NoTie)),
        }
    }

    /// Somebody new: known by the directory's subject where there is one, and by the incoming one.
    async fn create(&self) -> Result<IdentityId, StorageError> {
        let reliance = self.source.directory.as_ref();
        let (source, subject, owner) = match (reliance, &self.told.subject) {
            (Some(reliance), Some(subject)) => (&reliance.directory, subject, &reliance.owner),
            _ => (self.source.provider.id(), &self.claims.subject, &self.source.owner),
        };
        let new = NewIdentity {
            source: source.clone(),
            subject: subject.clone(),
            owner: owner.clone(),
            names: names(self.source, self.claims, self.told),
            created_at: self.app.clock.now(),
        };
        let person = self.app.storage.create_identity(&new).await?;
        self.note(person, Rule::First).await?;
        if reliance.is_some() {
            match self.link {
                Some(_) => self.take_over(person).await?,
                None => self.app.storage.add_link(&self.incoming(person, Rule::Directory)).await?,
            }
        }
        Ok(person)
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
            rule: Rule::Directory,
            created_at: self.app.clock.now(),
        };
        self.app.storage.add_link(&link).await
    }

    /// Moves the incoming link here; what was open under it is somebody else's and ends.
    async fn take_over(&self, person: IdentityId) -> Result<(), StorageError> {
        let Some(before) = self.link else { return Ok(()) };
        self.app.storage.move_link(&self.incoming(person, Rule::Directory), before.identity).await?;
        let source = self.source.provider.id();
        if let Err(error) = self.app.sessions.close_by_subject(source, &self.claims.subject).await {
            tracing::warn!(%source, %error, "sessions of a moved link were not closed");
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
            rule,
            created_at: self.app.clock.now(),
        }
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
        says: Some(DirectorySays::One {
            directory: reliance.directory.clone(),
            owner: reliance.owner.clone(),
            link: None,
            stable: reliance.stable(),
        }),
        subject: Some(subject),
        now,
    };
    let Some(wanted) = reliance.wanted(claims) else { return Ok(Ok(told(DirectorySays::Nobody))) };
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
        [_] => return Ok(Ok(told(DirectorySays::Inactive))),
        _ => return Ok(Ok(told(DirectorySays::Several))),
    }
    let mut people = match reliance.ask(&wanted).await {
        Ok(people) => people,
        Err(error) => return Ok(Err(error)),
    };
    Ok(Ok(match (people.pop(), people.pop()) {
        (None, _) => told(DirectorySays::Nobody),
        (Some(person), None) if person.active => one(person.subject.clone(), Some(person)),
        (Some(_), None) => told(DirectorySays::Inactive),
        (Some(_), Some(_)) => told(DirectorySays::Several),
    }))
}

/// Somebody whom a declared replacement of sources selects by their address.
async fn by_mail(app: &App, source: &Source, claims: &Claims) -> Result<Option<IdentityId>, StorageError> {
    let (Some(replaced), Some(mail)) = (&source.replaces, &claims.mail) else { return Ok(None) };
    let mut bearers = Vec::new();
    for person in app.storage.bearers(mail).await? {
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
        owner: source.owner.as_ref(),
        bearers: &bearers,
        replaced: &replaced.source,
    }
    .person())
}

/// The directory knows names better than a portal that repeats them: what a synchronised directory wrote stays.
async fn keep_names(
    app: &App,
    source: &Source,
    claims: &Claims,
    told: &Told,
    person: IdentityId,
) -> Result<(), StorageError> {
    let kept = told.now.is_none() && app.storage.person_of(person).await?.iter().any(|record| record.active);
    if !kept {
        app.storage.update_names(person, &names(source, claims, told)).await?;
    }
    Ok(())
}

fn names(source: &Source, claims: &Claims, told: &Told) -> Names {
    let named = match (&source.directory, &told.now) {
        (Some(reliance), Some(person)) => reliance.mapping.named(&person.clone().into()),
        _ => source.mapping.named(claims),
    };
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
