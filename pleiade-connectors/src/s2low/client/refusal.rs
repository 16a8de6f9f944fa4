//! What the refusals of S²LOW mean. Their words are never passed on: they may name somebody.

use crate::{
    http::Answer,
    s2low::wire::{self, Ko},
};
use http::header;
use pleiade_core::{ConnectorError, ErrorKind};
use url::Url;

const NOT_ACCEPTED: &str = "S²LOW does not accept the account: a certificate that several accounts share needs `login` and `password`, or the account was closed";

/// Lets an answer pass that is one. `has_password` says that a password was sent, which is not to be sent again when it is refused.
pub(super) fn accept(answer: Answer, base: &Url, has_password: bool) -> Result<Answer, ConnectorError> {
    match answer.status().as_u16() {
        300..=399 => Err(redirected(&answer, base, has_password)),
        400 => Err(match is_forbidden(&wire::decode(answer.text())) {
            true => answer.error(ErrorKind::Forbidden).with_hint("lists of PES are for archivists alone"),
            false => answer.failure(),
        }),
        _ => answer.success(),
    }
}

/// A redirect is how S²LOW refuses: to its sign-in page whoever it does not accept, to its home whoever has no right to a module. None is
/// followed.
fn redirected(answer: &Answer, base: &Url, has_password: bool) -> ConnectorError {
    let place = answer.header(&header::LOCATION).and_then(|place| base.join(place).ok());
    let own = place.filter(|place| place.host() == base.host());
    let path = own.as_ref().map(|place| place.path().trim_end_matches('/'));
    match path {
        Some(path) if path == base.path().trim_end_matches('/') || path.is_empty() => answer
            .error(ErrorKind::Forbidden)
            .with_hint("the module is closed to the authority or to the account"),
        Some(path) if path.ends_with("/login.php") || path.ends_with("/connexion-status") => {
            not_accepted(answer, has_password)
        }
        _ => answer
            .error(ErrorKind::Unauthenticated)
            .with_hint("a redirect to somewhere else: the address is wrong, or a proxy asks for a sign-in"),
    }
}

fn not_accepted(answer: &Answer, has_password: bool) -> ConnectorError {
    let error = answer.error(ErrorKind::Unauthenticated).with_hint(NOT_ACCEPTED);
    if has_password { error.with_refused_credential() } else { error }
}

/// The error that a refusal in words is.
pub(super) fn said(answer: &Answer, ko: &Ko<'_>, has_password: bool) -> ConnectorError {
    let Ko::Said(words) = ko else {
        let kind = answer.header(&header::CONTENT_TYPE).unwrap_or_default();
        let (bytes, kind) = (answer.body().len(), kind.split(';').next().unwrap_or_default());
        let error = answer.error(ErrorKind::BadAnswer);
        tracing::warn!(
            operation = error.operation(),
            bytes,
            is_json = kind == "application/json",
            is_text = kind.starts_with("text/"),
            "an answer of S²LOW cannot be understood"
        );
        return error;
    };
    if words.contains("authentification") {
        not_accepted(answer, has_password)
    } else if is_forbidden(words) {
        answer.error(ErrorKind::Forbidden)
    } else if words.contains("transaction") || words.contains("Enveloppe") {
        answer.error(ErrorKind::NotFound)
    } else {
        answer.error(ErrorKind::BadAnswer).with_hint("S²LOW refused, in words that are not known here")
    }
}

fn is_forbidden(words: &str) -> bool {
    words.contains("archiviste") || words.contains("refusé") || words.contains("refus\\u00e9")
}
