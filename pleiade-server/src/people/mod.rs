//! `/people`: finding a colleague of one's own collectivité.
//!
//! Only the collectivité that the person acts for is searched, and only what a colleague may see of a colleague is shown.

use crate::{
    app::App,
    profile::kind_key,
    session::SignedIn,
    storage::{FoundPerson, Names, StorageError, TenantPerson},
    sync::fold,
    web::{
        errors::{Refusal, html},
        look::Look,
        page::Page,
        route::{Access, Route},
        words::Words,
    },
};
use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
    routing::get,
};
use pleiade_core::{IdentityId, LinkId, PersonKind, TenantId};
use serde::Deserialize;

/// People shown at most.
pub(crate) const MOST: usize = 50;
/// People read at most to find them among those that no directory tells of.
const READ: u32 = 5000;
/// Letters to type at least.
const SHORTEST: usize = 2;

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::reads("/people", Access::SignedIn, get(people))]
}

#[derive(Template)]
#[template(path = "people.html")]
struct PeoplePage {
    page: Page,
    query: String,
    summary: Option<String>,
    more: Option<String>,
    people: Vec<PersonLine>,
}

/// What the form of a search sends.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
}

impl Asked {
    /// What was typed, without what surrounds it, cut to a length that makes sense.
    pub(crate) fn text(&self) -> String {
        self.q.trim().chars().take(100).collect()
    }
}

/// Somebody found.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) identity: IdentityId,
    /// The link that ties them to the collectivité.
    pub(crate) link: LinkId,
    pub(crate) names: Names,
    kind: PersonKind,
    function: Option<String>,
    department: Option<String>,
    telephone: Option<String>,
}

impl From<TenantPerson> for Found {
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

impl From<FoundPerson> for Found {
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
    pub(crate) fn new(words: &Words, person: Found) -> Self {
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
/// in its directories, then among those whom none describes. One more than [`MOST`] when there are more.
pub(crate) async fn find(app: &App, tenant: &TenantId, typed: &str) -> Result<Vec<Found>, StorageError> {
    let wanted = fold(typed);
    let limit = u32::try_from(MOST + 1).unwrap_or(u32::MAX);
    let told = app.storage.search_people(tenant, &wanted, limit).await?;
    let mut found: Vec<Found> = told.into_iter().map(Found::from).collect();
    let mut others = app.storage.people_of(tenant, true, READ).await?;
    others.retain(|person| {
        let names = &person.names;
        let mail = names.mail.as_ref().map(ToString::to_string);
        let texts = [Some(&names.display_name), names.login.as_ref(), mail.as_ref()];
        let all: String = texts.into_iter().flatten().map(|text| fold(text)).collect();
        wanted.split_whitespace().all(|word| all.contains(&format!(" {word}")))
    });
    found.extend(others.into_iter().map(Found::from));
    found.truncate(MOST + 1);
    Ok(found)
}

/// Whether enough was typed to search.
pub(crate) fn is_enough(typed: &str) -> bool {
    typed.chars().filter(|c| c.is_alphanumeric()).count() >= SHORTEST
}

/// How many were found, and whether only the first are shown.
pub(crate) fn summary(words: &Words, found: usize) -> (String, Option<String>) {
    if found == 0 {
        return (words.t("people-none"), None);
    }
    let shown = found.min(MOST) as u64;
    let more = (found > MOST).then(|| words.count("people-more", "count", shown));
    (words.count("people-count", "count", shown), more)
}

async fn people(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    look: Look,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    let page = Page::signed_in(&app, &session, look, "/people")?;
    let query = asked.text();
    let (mut people, mut told) = (Vec::new(), (None, None));
    if is_enough(&query) {
        let found = find(&app, &session.actor.acting.tenant, &query).await?;
        let (summary, more) = summary(&page.words, found.len());
        told = (Some(summary), more);
        people = found.into_iter().take(MOST).map(|person| PersonLine::new(&page.words, person)).collect();
    }
    html(&PeoplePage { query, summary: told.0, more: told.1, people, page })
}
