//! The tasks of others that a person may see or treat: apart from their own, each part under the name of whom it is for.

use super::{line::LineView, old, readings, todo::Todo};
use crate::{app::App, delegation::Held, session::Session, storage::StorageError, web::words::Words};
use pleiade_core::Message;
use pleiade_federation::delegation::is_signature;

/// The tasks of one giver.
#[derive(Debug)]
pub(super) struct PartView {
    pub(super) id: i64,
    pub(super) title: String,
    pub(super) until: String,
    pub(super) notes: Vec<String>,
    pub(super) lines: Vec<LineView>,
    /// What to say when there is none.
    pub(super) nothing: String,
    counted: String,
}

/// Every part of a person, from what memory holds; the old is asked for behind the page's back.
pub(super) async fn parts(
    app: &App,
    session: &Session,
    words: &Words,
    most: usize,
) -> Result<Vec<PartView>, StorageError> {
    let held = Held::by(app, session).await?;
    Ok(held.iter().filter_map(|held| part(app, session, words, held, most)).collect())
}

fn part(app: &App, session: &Session, words: &Words, held: &Held, most: usize) -> Option<PartView> {
    let (cards, closed) = held.cards(app, session, words);
    let terms = &held.delegation.terms;
    // Past its end since it was read.
    if terms.ends_at <= app.clock.now() {
        return None;
    }
    let readings = readings(app, &cards);
    app.keep_fresh(old(&cards, &readings));
    let todo = Todo::new(words, app.clock.now(), &cards, &readings, most);
    let mut notes: Vec<String> = todo.incomplete(words).into_iter().collect();
    if !closed.is_empty() {
        notes.push(words.named("delegation-closed", &closed.join(", ")));
    }
    let name = &held.giver.identity.display_name;
    let last = crate::delegation::last_day(words, terms.ends_at);
    let rights = words.t(if terms.scope.may_treat { "delegation-treat" } else { "delegation-see" });
    let until = words.message(&Message::new("delegation-until").with_text("day", words.day(last)));
    let (nothing, counted) = (todo.nothing(words), todo.counted(words));
    let mut lines = todo.lines;
    for line in &mut lines {
        line.actions
            .retain(|action| terms.scope.may_treat && action.link.is_none() && !is_signature(&action.id));
        for action in &mut line.actions {
            action.path = format!("/delegations/{}{}", held.delegation.id, action.path);
        }
    }
    Some(PartView {
        id: held.delegation.id.0,
        title: words.named("delegation-for", name),
        until: format!("{until} · {rights}"),
        notes,
        lines,
        nothing,
        counted,
    })
}

/// One sentence a giver, for the desk, which leads to the page of tasks.
pub(super) async fn notes(app: &App, session: &Session, words: &Words) -> Result<Vec<String>, StorageError> {
    let parts = parts(app, session, words, 0).await?;
    let told = |part: PartView| format!("{} {}", part.title, part.counted);
    Ok(parts.into_iter().map(told).collect())
}
