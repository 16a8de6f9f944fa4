//! A pushed person as any other directory would describe them.

use super::store::StoredResource;
use pleiade_core::{DirectoryPerson, Subject, identity::SubjectError};
use serde_json::Value;

/// The key of a pushed person at an issuer: the identity manager's own key, which outlives a resource that is deleted and pushed again,
/// or ours when it gives none.
///
/// # Errors
/// When the issuer is empty or too long.
pub fn subject(issuer: &str, resource: &StoredResource) -> Result<Subject, SubjectError> {
    Subject::new(issuer, resource.text("externalId").unwrap_or(&resource.id))
}

/// A pushed person, in these groups. Their attributes bear the names of RFC 7643, those of the extension too; `id` is ours.
///
/// # Errors
/// As [`subject`].
pub fn person(
    issuer: &str,
    resource: &StoredResource,
    groups: Vec<String>,
) -> Result<DirectoryPerson, SubjectError> {
    let text = |name: &str| resource.text(name).map(str::to_owned);
    let part = |sub: &str| resource.part("name", sub).map(str::to_owned);
    let first = |name: &str| resource.values(name).first().map(|value| (*value).to_owned());
    let joined = || match (part("givenName"), part("familyName")) {
        (Some(given), Some(family)) => Some(format!("{given} {family}")),
        (one, other) => one.or(other),
    };
    let name = text("displayName").or_else(|| part("formatted")).or_else(joined).or_else(|| text("userName"));
    let mut person = DirectoryPerson::new(subject(issuer, resource)?, name.unwrap_or_default());
    person.given_name = part("givenName");
    person.family_name = part("familyName");
    person.login = text("userName");
    person.mail = first("emails").and_then(|mail| mail.parse().ok());
    person.function = text("title");
    person.department = resource.enterprise("department").map(str::to_owned);
    person.telephone = first("phoneNumbers");
    person.groups = groups;
    person.active = resource.active();
    let mut say = |name: &str, values: Vec<&str>| {
        if !values.is_empty() {
            person.attributes.insert(name.to_owned(), values.into_iter().map(str::to_owned).collect());
        }
    };
    say("id", vec![&resource.id]);
    for name in ["emails", "phoneNumbers", "roles"] {
        say(name, resource.values(name));
    }
    let extension = resource.content.get(super::ENTERPRISE).and_then(Value::as_object);
    for (name, value) in resource.content.iter().chain(extension.into_iter().flatten()) {
        say(name, value.as_str().into_iter().collect());
    }
    Ok(person)
}
