//! Somebody of a directory, mapped and bounded.

use super::Fingerprint;
use crate::mapping::Mapping;
use pleiade_core::{Affiliation, Claims, DirectoryPerson, MailAddress, Subject, Tenant};
use std::fmt;

/// The longest field, in characters.
pub const MAX_TEXT_CHARS: usize = 256;
/// The most groups of a person.
pub const MAX_GROUPS: usize = 500;

/// A person as they will be written.
#[derive(Clone)]
#[non_exhaustive]
pub struct PlannedPerson {
    /// The stable key of the person in the directory.
    pub subject: Subject,
    /// Name to show: never empty.
    pub display_name: String,
    /// First name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// Contact address.
    pub mail: Option<MailAddress>,
    /// Login.
    pub login: Option<String>,
    /// Function.
    pub function: Option<String>,
    /// Service.
    pub department: Option<String>,
    /// Telephone number.
    pub telephone: Option<String>,
    /// Their affiliations by collectivité, with their groups.
    pub affiliations: Vec<Affiliation>,
    /// True if some of their groups were left out, by the directory's reader or by the bounds here.
    pub groups_are_cut: bool,
}

/// Personal data stays out of debug output.
impl fmt::Debug for PlannedPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlannedPerson").field("subject", &self.subject).finish_non_exhaustive()
    }
}

impl PlannedPerson {
    /// Maps and bounds somebody. None when they act for no collectivité here.
    pub(super) fn new<'a>(
        person: DirectoryPerson,
        mapping: &Mapping,
        tenants: impl Iterator<Item = &'a Tenant>,
    ) -> Option<Self> {
        let (told, cut_by_reader) = (person.groups.len(), person.groups_are_cut);
        let mut claims = Claims::from(person);
        // A name cut short would be another name: what gives a right is whole or absent.
        claims.groups.retain(|group| fits(group));
        claims.groups.truncate(MAX_GROUPS);
        let groups_are_cut = cut_by_reader || claims.groups.len() < told;
        let mut affiliations = mapping.affiliations(&claims, tenants)?;
        affiliations.sort_by(|a, b| a.tenant.cmp(&b.tenant));
        let first = affiliations.first()?;
        let (function, department, telephone) =
            (shown(first.function.clone()), shown(first.department.clone()), shown(first.telephone.clone()));
        let named = mapping.named(&claims);
        let (given_name, family_name) = (shown(named.given_name), shown(named.family_name));
        let login = named.login.filter(|login| fits(login));
        let joined = [given_name.as_deref(), family_name.as_deref()];
        let joined = joined.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let display_name = shown(named.display_name.or(claims.display_name))
            .or_else(|| shown(Some(joined)))
            .or_else(|| login.clone())
            .unwrap_or_else(|| "?".to_owned());
        for affiliation in &mut affiliations {
            affiliation.function = shown(affiliation.function.take());
            affiliation.department = shown(affiliation.department.take());
            affiliation.telephone = shown(affiliation.telephone.take());
        }
        Some(Self {
            subject: named.subject,
            display_name,
            given_name,
            family_name,
            mail: named.mail.filter(|mail| fits(&mail.to_string())),
            login,
            function,
            department,
            telephone,
            affiliations,
            groups_are_cut,
        })
    }

    /// Their fingerprint, for the next pass.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::from_person(self)
    }
}

/// True if a value that something depends on can be taken as it is.
fn fits(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= MAX_TEXT_CHARS && !text.chars().any(char::is_control)
}

/// A text that is only shown: without control characters, cut, absent rather than empty.
fn shown(text: Option<String>) -> Option<String> {
    let text: String = text?.chars().filter(|c| !c.is_control()).take(MAX_TEXT_CHARS).collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
