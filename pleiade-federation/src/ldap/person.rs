//! From an entry to a person.

use super::{LdapDirectory, connection::Connection, entry::Entry, groups::GroupNames, key, state};
use ldap3::ldap_escape;
use pleiade_core::{AccountRefusal, Claims, DirectoryError, DirectoryPerson, Subject};

/// A person's entry with what it tells about them.
pub(super) struct PersonEntry {
    pub(super) entry: Entry,
    pub(super) subject: Subject,
    pub(super) groups: GroupNames,
    pub(super) is_open: bool,
}

impl LdapDirectory {
    /// The condition of having this login.
    pub(super) fn login_condition(&self, login: &str) -> String {
        let login = ldap_escape(login);
        let any: String =
            self.config.login_attributes.iter().map(|name| format!("({name}={login})")).collect();
        format!("(|{any})")
    }

    /// The one person with this login.
    pub(super) async fn sole_holder(
        &self,
        connection: &mut Connection,
        login: &str,
    ) -> Result<Result<PersonEntry, AccountRefusal>, DirectoryError> {
        let entries = connection.search(self.people(&self.login_condition(login), 2)).await?;
        match <[Entry; 1]>::try_from(entries) {
            Ok([entry]) => self.found(connection, entry).await.map(Ok),
            Err(nobody) if nobody.is_empty() => Ok(Err(AccountRefusal::UnknownLogin)),
            Err(_) => Ok(Err(AccountRefusal::AmbiguousLogin)),
        }
    }

    pub(super) async fn found(
        &self,
        connection: &mut Connection,
        entry: Entry,
    ) -> Result<PersonEntry, DirectoryError> {
        let groups = self.groups(connection, &entry).await?;
        self.with_groups(entry, groups)
    }

    pub(super) fn with_groups(
        &self,
        entry: Entry,
        groups: GroupNames,
    ) -> Result<PersonEntry, DirectoryError> {
        let subject = self.subject(&entry)?;
        let is_open = state::is_open(&entry, self.clock.now());
        Ok(PersonEntry { entry, subject, groups, is_open })
    }

    fn subject(&self, entry: &Entry) -> Result<Subject, DirectoryError> {
        let subject = match entry.octets(&self.config.key_attribute) {
            [octets] => self.subject_of(octets),
            _ => None,
        };
        subject.ok_or(DirectoryError::Misconfigured(
            "an entry has not exactly one readable key_attribute: check its name and the rights of the read account",
        ))
    }

    /// The subject of a key as the directory writes it.
    pub(super) fn subject_of(&self, octets: &[u8]) -> Option<Subject> {
        let id = if self.config.has_guid() {
            key::guid_text(octets)
        } else {
            std::str::from_utf8(octets).ok().map(str::to_owned)
        };
        Subject::new(&self.issuer(), &id?).ok()
    }

    /// The condition that finds a key; `None` for what no key of this directory can be.
    pub(super) fn key_condition(&self, id: &str) -> Option<String> {
        let value = if self.config.has_guid() { key::guid_filter(id)? } else { ldap_escape(id).into_owned() };
        Some(format!("({}={value})", self.config.key_attribute))
    }

    pub(super) fn login(&self, entry: &Entry) -> Option<String> {
        self.config.login_attributes.iter().find_map(|name| entry.text(name))
    }

    /// For mapping: what was asked for by name, not what tells the account's state. Groups are told apart, and their list is long.
    fn attributes<'a>(&'a self, entry: &'a Entry) -> impl Iterator<Item = (String, Vec<String>)> + 'a {
        let groups = &self.config.attributes.groups;
        let extra = &self.config.extra_attributes;
        let told = move |name: &&String| *name != groups || extra.contains(name);
        self.config.every_attribute().filter(told).filter_map(|name| {
            let values: Vec<String> = entry.texts(name).map(str::to_owned).collect();
            (!values.is_empty()).then(|| (name.clone(), values))
        })
    }

    pub(super) fn person_of(&self, found: PersonEntry) -> DirectoryPerson {
        let names = &self.config.attributes;
        let PersonEntry { entry, subject, groups, is_open } = found;
        let login = self.login(&entry);
        let shown = entry.text(&names.display_name).or_else(|| login.clone()).unwrap_or_default();
        let mut person = DirectoryPerson::new(subject, shown);
        person.login = login;
        person.given_name = entry.text(&names.given_name);
        person.family_name = entry.text(&names.family_name);
        person.mail = entry.text(&names.mail).and_then(|mail| mail.parse().ok());
        person.function = entry.text(&names.function);
        person.department = entry.text(&names.department);
        person.telephone = entry.text(&names.telephone);
        person.groups = groups.names;
        person.groups_are_cut = groups.are_cut;
        person.attributes = self.attributes(&entry).collect();
        person.active = is_open;
        person
    }

    pub(super) fn claims(&self, found: PersonEntry) -> Claims {
        Claims::from(self.person_of(found))
    }
}
