//! What an administrator is told of an application that cannot be read.

use pleiade_connectors::text::Catalogue;
use pleiade_core::{ConnectorError, Locale};
use std::error::Error as _;

/// What happened, where to look, then the fixed words of the cause. `name` is what the operator called the application.
pub(super) fn explain(name: &str, error: &ConnectorError) -> String {
    let message = error.kind().for_administrator(name, error.operation());
    let sentence = Catalogue::builder().build().message(Locale::En, chrono_tz::UTC, &message);
    let cause = error.source().map(|source| format!("The cause: {source}."));
    let hint = error.hint().map(|hint| format!("Hint: {hint}."));
    [Some(sentence), hint, cause].into_iter().flatten().collect::<Vec<_>>().join(" ")
}
