//! The facts that a session knows of its person: the words of its own link, and those of the directory that this link relies on. Threat:
//! whoever controls one source of a person, and writes there what counts where another source lets them in.

use crate::storage::{LinkFacts, Names};
use pleiade_core::{Identity, LinkId, SourceId};

/// The facts about somebody who comes by a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// By the source of the link.
    pub own: LinkFacts,
    /// By the directory that it relies on.
    pub directory: Option<LinkFacts>,
}

impl Facts {
    /// The link and its directory's; the link twice when there is none, or when the directory's is another person's: its source says who
    /// that one is, and what was kept for that other person stays theirs. What was kept by these links is the reader's.
    #[must_use]
    pub fn links(&self) -> [LinkId; 2] {
        let own = &self.own;
        let same = self.directory.as_ref().filter(|directory| directory.identity == own.identity);
        [own.link, same.map_or(own.link, |directory| directory.link)]
    }

    /// The names and who tells them: a directory knows them better than a portal that repeats them.
    fn names(&self) -> (Names, &SourceId) {
        let told = self.directory.iter().chain([&self.own]);
        let found = told.into_iter().find_map(|facts| Some((facts.names.clone()?, &facts.source)));
        found.unwrap_or_else(|| {
            let nameless = Names { display_name: self.own.subject.id().to_owned(), ..Names::default() };
            (nameless, &self.own.source)
        })
    }

    /// The source that tells the names, the login and the address.
    #[must_use]
    pub fn named_by(&self) -> &SourceId {
        self.names().1
    }

    /// The person, as these facts tell of them.
    #[must_use]
    pub fn identity(&self) -> Identity {
        let own = &self.own;
        let (names, _) = self.names();
        let mut identity = Identity::new(own.identity, own.link, own.subject.clone(), names.display_name);
        identity.given_name = names.given_name;
        identity.family_name = names.family_name;
        identity.mail = names.mail;
        identity.login = names.login;
        identity
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pleiade_core::{IdentityId, Subject};

    fn told(link: i64, identity: i64) -> LinkFacts {
        LinkFacts {
            link: LinkId(link),
            source: SourceId::new("sso").unwrap(),
            subject: Subject::new("https://sso.example", "1").unwrap(),
            identity: IdentityId(identity),
            disabled: false,
            directory: None,
            names: None,
            affiliations: Vec::new(),
        }
    }

    #[test]
    fn what_was_kept_by_the_directory_s_link_of_another_person_is_not_the_reader_s() {
        let links = |directory| Facts { own: told(1, 7), directory }.links();
        assert_eq!(links(None), [LinkId(1); 2]);
        assert_eq!(links(Some(told(2, 7))), [LinkId(1), LinkId(2)]);
        assert_eq!(links(Some(told(2, 8))), [LinkId(1); 2]);
    }
}
