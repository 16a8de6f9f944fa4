//! The ways in of a person, as an administrator sees, closes and opens them: those of their own collectivité's sources, all for the
//! operator. What may be changed is decided by [`linking`].

use super::person_here;
use crate::{
    app::App,
    session::{Administrator, Session},
    sign_in::linking::{self, LinkingError},
    storage::LinkRecord,
    web::{
        errors::Refusal,
        route::{Access, Route},
        words::Words,
    },
};
use axum::{
    Form,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use pleiade_core::{IdentityId, SourceId};
use pleiade_federation::linking::{Rule, Why};
use serde::Deserialize;

pub(super) fn routes() -> Vec<Route> {
    use Access::Administrator;
    vec![
        Route::writes("/console/people/{person}/ways/{source}/close", Administrator, post(close)),
        Route::writes("/console/people/{person}/ways/{source}/open", Administrator, post(open)),
    ]
}

/// One way in, in words.
#[derive(Debug)]
pub(super) struct WayView {
    pub(super) source: SourceId,
    /// By what the forms name it.
    pub(super) link: String,
    pub(super) title: String,
    /// Since when, and by which rule.
    pub(super) how: String,
    pub(super) closed: bool,
}

/// What the address of the page says after a form. Only known words mean anything.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Told {
    told: Option<String>,
}

impl Told {
    pub(super) fn words(&self, words: &Words) -> Option<String> {
        let key = match self.told.as_deref()? {
            "closed" => "ways-told-closed",
            "open" => "ways-told-open",
            _ => return None,
        };
        Some(words.t(key))
    }

    pub(super) fn problem(&self, words: &Words) -> Option<String> {
        match self.told.as_deref()? {
            "last-way" => Some(words.t("sign-in-last-way")),
            "taken" => Some(words.t("console-way-taken")),
            _ => None,
        }
    }
}

/// The ways in of a person that this administrator may see.
pub(super) async fn of(
    app: &App,
    session: &Session,
    words: &Words,
    person: IdentityId,
) -> Result<Vec<WayView>, Refusal> {
    let links = linking::list(app, session, person).await.map_err(refusal)?;
    let view = |LinkRecord { link, disabled, .. }: LinkRecord| WayView {
        link: linking::handle(&link.subject),
        title: app
            .sign_in
            .any_source(&link.source)
            .map_or_else(|| link.source.to_string(), |source| source.title.clone()),
        how: format!("{} {}", words.at("ways-since", "when", link.created_at), words.t(rule_key(link.rule))),
        source: link.source,
        closed: disabled,
    };
    Ok(links.into_iter().map(view).collect())
}

fn rule_key(rule: Rule) -> &'static str {
    match rule {
        Rule::First => "console-rule-first",
        Rule::Directory => "console-rule-directory",
        Rule::Mail => "console-rule-mail",
        Rule::Proof => "console-rule-proof",
        _ => "console-rule-administrator",
    }
}

fn refusal(error: LinkingError) -> Refusal {
    match error {
        LinkingError::NotFound => Refusal::NotFound,
        LinkingError::Refused(_) => Refusal::Forbidden,
        LinkingError::Storage(error) => error.into(),
        LinkingError::Sessions(_) => {
            let reference = crate::web::reference();
            tracing::error!(reference, %error, "a link was changed, its sessions were not closed");
            Refusal::Broken { reference }
        }
    }
}

#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    link: String,
}

/// A link of somebody of the collectivité, as a form names it.
async fn named(
    app: &App,
    session: &Session,
    person: IdentityId,
    source: &SourceId,
    form: &Named,
) -> Result<LinkRecord, Refusal> {
    person_here(app, session, person).await?;
    let links = linking::list(app, session, person).await.map_err(refusal)?;
    links
        .into_iter()
        .find(|one| one.link.source == *source && linking::handle(&one.link.subject) == form.link)
        .ok_or(Refusal::NotFound)
}

/// `POST /console/people/{person}/ways/{source}/close`.
async fn close(
    State(app): State<App>,
    Administrator(session): Administrator,
    Path((person, source)): Path<(i64, SourceId)>,
    Form(form): Form<Named>,
) -> Result<Response, Refusal> {
    let found = named(&app, &session, IdentityId(person), &source, &form).await?;
    match linking::disable(&app, &session, &source, &found.link.subject).await {
        Ok(()) => Ok(back(person, "closed")),
        Err(LinkingError::Refused(_)) => Ok(back(person, "last-way")),
        Err(error) => Err(refusal(error)),
    }
}

/// `POST /console/people/{person}/ways/{source}/open`.
async fn open(
    State(app): State<App>,
    Administrator(session): Administrator,
    Path((person, source)): Path<(i64, SourceId)>,
    Form(form): Form<Named>,
) -> Result<Response, Refusal> {
    let found = named(&app, &session, IdentityId(person), &source, &form).await?;
    match linking::enable(&app, &session, &source, &found.link.subject).await {
        Ok(()) => Ok(back(person, "open")),
        Err(LinkingError::Refused(Why::Taken)) => Ok(back(person, "taken")),
        Err(error) => Err(refusal(error)),
    }
}

fn back(person: i64, told: &str) -> Response {
    Redirect::to(&format!("/console/people/{person}?told={told}")).into_response()
}
