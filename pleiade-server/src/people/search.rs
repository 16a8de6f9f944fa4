//! Finding people of a collectivité, and how a person found is shown.

use crate::{
    session::Session,
    storage::{FoundPerson, Names, Storage, StorageError, TenantPerson},
    sync::fold,
    web::words::Words,
};
use pleiade_core::{IdentityId, LinkId, PersonKind, TenantId};
use serde::Deserialize;

/// People shown at most.
pub(crate) const MAX_PEOPLE: usize = 50;
/// People read at most to find them among those that no directory tells of.
const MAX_READ_PEOPLE: u32 = 5000;
/// Letters to type at least.
const MIN_QUERY_LETTERS: usize = 2;

/// The form of a search.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct PeopleQuery {
    #[serde(default)]
    q: String,
}

impl PeopleQuery {
    /// The text typed, trimmed and cut to a length that makes sense.
    pub(crate) fn text(&self) -> String {
        self.q.trim().chars().take(100).collect()
    }
}

/// Somebody found.
#[derive(Debug)]
pub(crate) struct Colleague {
    pub(crate) identity: IdentityId,
    /// The link that gives them their affiliation.
    pub(crate) link: LinkId,
    pub(crate) names: Names,
    kind: PersonKind,
    function: Option<String>,
    department: Option<String>,
    telephone: Option<String>,
}

impl From<TenantPerson> for Colleague {
    fn from(person: TenantPerson) -> Self {
        Self {
            identity: person.identity,
            link: person.link,
            names: person.names,
            kind: person.kind,
            function: person.function,
            department: None,
            telephone: None,
        }
    }
}

impl From<FoundPerson> for Colleague {
    fn from(FoundPerson { record, kind }: FoundPerson) -> Self {
        Self {
            identity: record.identity,
            link: record.link,
            names: record.names,
            kind,
            function: record.function,
            department: record.department,
            telephone: record.telephone,
        }
    }
}

/// Somebody found, in words.
#[derive(Debug)]
pub(crate) struct PersonLine {
    /// The number of the person.
    pub(crate) id: i64,
    /// The number of the link.
    pub(crate) link: i64,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) detail: String,
    pub(crate) mail: Option<String>,
    pub(crate) telephone: Option<String>,
}

impl PersonLine {
    pub(crate) fn new(words: &Words, person: Colleague) -> Self {
        Self {
            id: person.identity.0,
            link: person.link.0,
            name: person.names.display_name,
            kind: words.t(kind_key(person.kind)),
            detail: [person.function, person.department]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" · "),
            mail: person.names.mail.map(|mail| mail.to_string()),
            telephone: person.telephone,
        }
    }
}

/// The people of a collectivité whose names, login or address hold words that begin like those typed, whatever the accents and the case:
/// in its directories, then among those whom none describes. One more than [`MAX_PEOPLE`] when there are more.
pub(crate) async fn find_people(
    storage: &dyn Storage,
    tenant: &TenantId,
    typed: &str,
) -> Result<Vec<Colleague>, StorageError> {
    let wanted = fold(typed);
    let limit = u32::try_from(MAX_PEOPLE + 1).unwrap_or(u32::MAX);
    let told = storage.search_people(tenant, &wanted, limit).await?;
    let mut found: Vec<Colleague> = told.into_iter().map(Colleague::from).collect();
    let mut others = storage.people_of_tenant(tenant, true, MAX_READ_PEOPLE).await?;
    others.retain(|person| {
        let names = &person.names;
        let mail = names.mail.as_ref().map(ToString::to_string);
        let texts = [Some(&names.display_name), names.login.as_ref(), mail.as_ref()];
        let all: String = texts.into_iter().flatten().map(|text| fold(text)).collect();
        wanted.split_whitespace().all(|word| all.contains(&format!(" {word}")))
    });
    found.extend(others.into_iter().map(Colleague::from));
    found.truncate(MAX_PEOPLE + 1);
    Ok(found)
}

/// True if enough was typed to search.
pub(crate) fn is_enough(typed: &str) -> bool {
    typed.chars().filter(|c| c.is_alphanumeric()).count() >= MIN_QUERY_LETTERS
}

/// The count of people found, and a remark when only the first are shown.
pub(crate) fn summary(words: &Words, found: usize) -> (String, Option<String>) {
    if found == 0 {
        return (words.t("people-none"), None);
    }
    let shown = found.min(MAX_PEOPLE) as u64;
    let more = (found > MAX_PEOPLE).then(|| words.count("people-more", "count", shown));
    (words.count("people-count", "count", shown), more)
}

/// The message of a quality.
#[must_use]
pub fn kind_key(kind: PersonKind) -> &'static str {
    match kind {
        PersonKind::Elu => "person-kind-elu",
        PersonKind::Partner => "person-kind-partner",
        _ => "person-kind-agent",
    }
}

/// A person who is not found in a collectivité.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PersonError {
    /// They have nothing there: that they exist elsewhere is not told.
    #[error("there is no such person in this collectivité")]
    NotHere,
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Makes sure that a person has an affiliation to the collectivité that an administrator acts for.
///
/// # Errors
/// [`PersonError::NotHere`] for anybody who has none.
pub async fn require_person_here(
    storage: &dyn Storage,
    session: &Session,
    person: IdentityId,
) -> Result<(), PersonError> {
    let here = &session.actor.acting.tenant;
    let affiliations = storage.affiliations(person).await?;
    if affiliations.iter().any(|affiliation| affiliation.affiliation.tenant == *here) {
        Ok(())
    } else {
        Err(PersonError::NotHere)
    }
}

/// The name of a person in a collectivité, for a question about them.
///
/// # Errors
/// [`PersonError::NotHere`] for anybody who has none there.
pub(crate) async fn person_name(
    storage: &dyn Storage,
    tenant: &TenantId,
    person: IdentityId,
) -> Result<String, PersonError> {
    Ok(storage.names_at(person, tenant).await?.ok_or(PersonError::NotHere)?.display_name)
}
