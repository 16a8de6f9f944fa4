//! `/people`: finding a colleague of one's own collectivité.
//!
//! Only the collectivité that the person acts for is searched, and only what a colleague may see of a colleague is shown.

use crate::{
    app::App,
    profile::kind_key,
    session::SignedIn,
    storage::{StorageError, TenantPerson},
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
use pleiade_core::TenantId;
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

/// Somebody found, in words.
#[derive(Debug)]
pub(crate) struct PersonLine {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) detail: String,
    pub(crate) mail: Option<String>,
    pub(crate) telephone: Option<String>,
}

impl PersonLine {
    pub(crate) fn new(words: &Words, person: TenantPerson) -> Self {
        Self {
            id: person.identity.0,
            name: person.names.display_name,
            kind: words.t(kind_key(person.kind)),
            detail: person.function.into_iter().collect::<Vec<_>>().join(" · "),
            mail: person.names.mail.map(|mail| mail.to_string()),
            telephone: None,
        }
    }
}

/// The people of a collectivité whose names, login or address hold every word typed, whatever the accents and the case.
pub(crate) async fn find(
    app: &App,
    tenant: &TenantId,
    typed: &str,
) -> Result<Vec<TenantPerson>, StorageError> {
    let wanted = fold(typed);
    let mut people = app.storage.people_of(tenant, READ).await?;
    people.retain(|person| {
        let names = &person.names;
        let mail = names.mail.as_ref().map(ToString::to_string);
        let texts = [Some(&names.display_name), names.login.as_ref(), mail.as_ref()];
        let all = texts.into_iter().flatten().map(|text| fold(text)).collect::<Vec<_>>().join(" ");
        wanted.split(' ').all(|word| all.contains(word))
    });
    Ok(people)
}

/// Lower case without accents: `É` is found by `e`.
pub(crate) fn fold(text: &str) -> String {
    use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};
    text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

/// Whether enough was typed to search.
pub(crate) fn is_enough(typed: &str) -> bool {
    typed.chars().filter(|c| c.is_alphanumeric()).count() >= SHORTEST
}

/// How many were found, and whether only the first are shown.
pub(crate) fn summary(words: &Words, found: usize) -> (String, Option<String>) {
    let count = u64::try_from(found).unwrap_or(u64::MAX);
    if found == 0 {
        return (words.t("people-none"), None);
    }
    let more = (found > MOST).then(|| words.count("people-more", "count", MOST as u64));
    (words.count("people-count", "count", count), more)
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
