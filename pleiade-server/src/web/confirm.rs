//! The question before what ends something for somebody: a page of its own that says what will end, whose form is the same form sent once
//! more.
//!
//! Threat: one click beside the right button. The first form changes nothing; only the one of the question does, and like any other it is
//! taken from the page of this very session.

use super::{
    errors::{Refusal, html},
    page::Page,
};
use askama::Template;
use axum::{extract::FromRequestParts, http::request::Parts, response::Response};

/// The field by which the form of the question says that it is the second.
const FIELD: &str = "confirmed";

/// The step of a form that is sent twice. Its handler takes this, and writes nothing while it is the first.
#[derive(Debug, Clone)]
pub(crate) struct ConfirmationStep {
    path: String,
    fields: Vec<(String, String)>,
    second: bool,
}

/// The question.
#[derive(Debug)]
pub(crate) struct Question {
    /// The question itself, which names whom it is about.
    pub(crate) title: String,
    /// The things that will end.
    pub(crate) ends: Vec<String>,
    /// The words of the button that does it.
    pub(crate) button: String,
    /// The page that the person came from.
    pub(crate) back: String,
}

#[derive(Template)]
#[template(path = "confirm.html")]
struct QuestionPage {
    page: Page,
    step: ConfirmationStep,
    question: Question,
}

impl ConfirmationStep {
    /// The step of a form that was sent to a path.
    pub(super) fn new(path: &str, form: &[u8]) -> Self {
        let second = super::form::single(form, FIELD).as_deref() == Some("yes");
        let ours = [FIELD, super::mark::FIELD];
        let fields = url::form_urlencoded::parse(form).into_owned();
        let fields = fields.filter(|(name, _)| !ours.contains(&name.as_str())).collect();
        Self { path: path.to_owned(), fields, second }
    }

    /// True if the person has answered the question.
    pub(crate) fn is_confirmed(&self) -> bool {
        self.second
    }

    /// The page that asks.
    ///
    /// # Errors
    /// When the page cannot be written.
    pub(crate) fn ask(self, page: Page, question: Question) -> Result<Response, Refusal> {
        html(&QuestionPage { page, step: self, question })
    }
}

/// A form that no guard has looked at is not confirmed, and asks nothing.
impl<S: Sync> FromRequestParts<S> for ConfirmationStep {
    type Rejection = Refusal;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        parts.extensions.get::<Self>().cloned().ok_or(Refusal::BadRequest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_the_second_only_if_it_says_so_once() {
        for (form, second) in [
            ("", false),
            ("confirmed=", false),
            ("confirmed=no", false),
            ("confirmed=yes", true),
            ("a=1&confirmed=yes&mark=x", true),
            ("confirmed=yes&confirmed=yes", false),
            ("confirmed=no&confirmed=yes", false),
        ] {
            assert_eq!(ConfirmationStep::new("/x", form.as_bytes()).is_confirmed(), second, "{form}");
        }
    }

    #[test]
    fn the_question_repeats_what_the_form_said_and_no_mark_of_it() {
        let step = ConfirmationStep::new("/x", b"source=a&login=b%26c&login=d&mark=old&confirmed=no");
        let expected = [("source", "a"), ("login", "b&c"), ("login", "d")];
        assert_eq!(step.fields, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}
