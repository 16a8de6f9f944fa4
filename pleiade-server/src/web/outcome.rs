//! The outcome of a form, told once on the page that comes after it.
//!
//! Threat: a sentence of ours that somebody else chose, by an address that they wrote. What is told lies sealed in a cookie of the browser
//! that sent the form, for the page that it is led to and the link of whoever sent it, until that page has shown it.

pub(crate) use super::page::UndoForm;
use super::{page::OutcomeView, part::PartKind, sealed, words::Words};
use crate::{app::App, seal::Purpose, session::Session};
use askama::Template;
use axum::{
    extract::{FromRequestParts, Request, State},
    http::{Method, header, request::Parts},
    middleware::Next,
    response::{AppendHeaders, IntoResponse as _, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use chrono::TimeDelta;
use pleiade_core::{LinkId, Message};
use serde::{Deserialize, Serialize};
use std::convert::Infallible;

/// The end of the cookie's name.
const NAME: &str = "outcome";
const PURPOSE: Purpose<'static> = Purpose::new("outcome of a form");
/// An outcome that is not shown by then is not shown at all.
const OUTCOME_TTL: TimeDelta = TimeDelta::minutes(2);

#[derive(Template)]
#[template(path = "outcome.html")]
struct OutcomePart {
    outcome: OutcomeView,
}

/// The outcome of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    is_good: bool,
    /// The message that tells it.
    key: String,
    /// The arguments of the message, as texts.
    arguments: Vec<(String, String)>,
    /// The form that undoes it, or that may come next.
    #[serde(default)]
    undo: Option<UndoForm>,
    /// The path of the page that tells it.
    page: String,
    /// The link of whoever sent the form; none for somebody who was not signed in.
    link: Option<LinkId>,
}

impl Outcome {
    fn new(is_good: bool, key: impl Into<String>) -> Self {
        Self { is_good, key: key.into(), arguments: Vec::new(), undo: None, page: String::new(), link: None }
    }

    /// It was done: the message that says so.
    #[must_use]
    pub(crate) fn done(key: impl Into<String>) -> Self {
        Self::new(true, key)
    }

    /// It was not done, or not whole: the message that says why.
    #[must_use]
    pub(crate) fn failed(key: impl Into<String>) -> Self {
        Self::new(false, key)
    }

    /// With an argument of the message.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, text: impl Into<String>) -> Self {
        self.arguments.push((name.to_owned(), text.into()));
        self
    }

    /// With the form that undoes it, if there is one.
    #[must_use]
    pub(crate) fn with_undo(mut self, undo: Option<UndoForm>) -> Self {
        self.undo = undo;
        self
    }

    /// Tells somebody signed in where the form was, if a script asked for that, else on the page of a path of ours. A page that stays is
    /// brought up to date at once.
    pub(crate) fn answer(
        mut self,
        app: &App,
        session: &Session,
        words: &Words,
        in_place: bool,
        to: &str,
    ) -> Response {
        if !in_place {
            return self.redirect(app, session, to);
        }
        session.note_change();
        self.link = Some(session.actor.identity.link);
        let outcome = self.view(words, Some(session));
        let part = outcome.and_then(|outcome| OutcomePart { outcome }.render().ok());
        PartKind::Outcome.answer(part.unwrap_or_default())
    }

    /// The message's key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Leads whoever sent a form in a session to a path of ours, whose page tells it.
    pub(crate) fn redirect(mut self, app: &App, session: &Session, to: &str) -> Response {
        self.link = Some(session.actor.identity.link);
        self.redirect_anybody(app, to)
    }

    /// Leads somebody who is not signed in to a path of ours, whose page tells it.
    pub(crate) fn redirect_anybody(mut self, app: &App, to: &str) -> Response {
        self.page = to.split(['?', '#']).next().unwrap_or_default().to_owned();
        let cookie = sealed::seal(app, PURPOSE, self, OUTCOME_TTL)
            .map(|value| sealed::cookie(app, NAME, value, OUTCOME_TTL));
        // Without randomness it goes untold.
        let cookie = cookie.map(|cookie| (header::SET_COOKIE, cookie.to_string()));
        (AppendHeaders(cookie), Redirect::to(to)).into_response()
    }

    /// The outcome in a cookie's value.
    #[must_use]
    pub fn open(app: &App, value: &str) -> Option<Self> {
        sealed::open(app, PURPOSE, value)
    }

    /// In words, for the page of a session, or of nobody, if it is theirs.
    pub(crate) fn view(&self, words: &Words, session: Option<&Session>) -> Option<OutcomeView> {
        if self.link != session.map(|session| session.actor.identity.link) {
            return None;
        }
        let mut message = Message::new(self.key.clone());
        for (name, text) in &self.arguments {
            message = message.with_text(name.clone(), text);
        }
        Some(OutcomeView { is_good: self.is_good, text: words.message(&message), undo: self.undo.clone() })
    }
}

/// The outcome that the page of this request tells, if any.
#[derive(Debug, Clone, Default)]
pub(crate) struct ShownOutcome(pub(crate) Option<Outcome>);

impl<S: Sync> FromRequestParts<S> for ShownOutcome {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}

/// Middleware: gives a page what it is to tell, and has the browser forget it once the page was sent.
pub(crate) async fn show_once(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let jar = CookieJar::from_headers(request.headers());
    let outcome = (request.method() == Method::GET)
        .then(|| Outcome::open(&app, &sealed::value_in(&app, &jar, NAME)?))
        .flatten()
        .filter(|outcome| outcome.page == request.uri().path());
    let Some(outcome) = outcome else { return next.run(request).await };
    request.extensions_mut().insert(ShownOutcome(Some(outcome)));
    let response = next.run(request).await;
    if !response.status().is_success() {
        return response;
    }
    let removal = [(header::SET_COOKIE, sealed::removal(&app, NAME).to_string())];
    (AppendHeaders(removal), response).into_response()
}
