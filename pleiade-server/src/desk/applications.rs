//! The page of applications: all that a person may open, how each answers, and what they arrange there. Nothing but what they see may be
//! pinned or noted: a form names an application by its [`TileKey`].

use super::{
    board::stale_calls,
    launcher::Launcher,
    launcher_choices::{Direction, LauncherChoices, LauncherView, TileKey},
    own_cards::{OwnCards, launcher_builder},
};
use crate::{
    app::App,
    session::Session,
    web::{
        errors::{Refusal, html},
        outcome::{Outcome, UndoForm},
        page::Page,
        reader::Reader,
        words::Words,
    },
};
use askama::Template;
use axum::{
    Form,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;
use std::sync::Arc;

const PAGE: &str = "/applications";

#[derive(Template)]
#[template(path = "applications.html")]
struct ApplicationsPage {
    page: Page,
    launcher: Launcher,
    /// True if some of them come from the menu of a portal.
    has_portal: bool,
}

/// What is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Change {
    /// An application stands at the top from now on.
    Pin,
    /// It stands under its heading again.
    Unpin,
    /// It stands before the one before it.
    Up,
    /// It stands after the one after it.
    Down,
    /// The page shows pictures and names.
    Tiles,
    /// The page shows one a line.
    List,
    /// It was opened: sent by a script, beside the link that opens it.
    Opened,
}

#[derive(Debug, Deserialize)]
pub(super) struct ChangeForm {
    /// The application.
    #[serde(default)]
    target: String,
}

/// The launcher with what storage has of the person's choices.
async fn launcher(app: &App, session: &Arc<Session>, words: &Words) -> Launcher {
    let choices = app.launcher_choices().load(session).await;
    let own = OwnCards::new(app, session, words.locale);
    let snoozed = app.snoozed_tasks().peek(session);
    let todo = own.todo(app, session, words, &snoozed, 0);
    // Badges alone.
    app.keep_fresh(stale_calls(&own.cards, &own.readings));
    launcher_builder(app).build(session, words, &own.cards, &own.readings, &todo, &choices)
}

/// `GET /applications`.
///
/// # Errors
/// When the person's collectivité is gone.
pub(super) async fn page(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
) -> Result<Response, Refusal> {
    let launcher = launcher(&app, &session, &page.words).await;
    page.navigation.give(launcher.clone());
    html(&ApplicationsPage { launcher, has_portal: app.menus.is_some(), page })
}

/// `POST /applications/{change}`.
///
/// # Errors
/// Not found for an application that the person does not see; those of storage.
pub(super) async fn change(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    Path(change): Path<Change>,
    Form(form): Form<ChangeForm>,
) -> Result<Response, Refusal> {
    let view = match change {
        Change::Tiles => Some(LauncherView::Tiles),
        Change::List => Some(LauncherView::List),
        _ => None,
    };
    if let Some(view) = view {
        app.launcher_choices().change(&session, |choices| choices.view = view).await?;
        return Ok(Redirect::to(PAGE).into_response());
    }
    let launcher = launcher(&app, &session, &page.words).await;
    let tile = launcher.tiles().find(|tile| tile.key.as_str() == form.target).ok_or(Refusal::NotFound)?;
    let (key, shown) = (&tile.key, launcher.pinned.iter().map(|tile| tile.key.clone()).collect::<Vec<_>>());
    let apply = |choices: &mut LauncherChoices| match change {
        Change::Pin => choices.pin(key.clone()),
        Change::Unpin => {
            choices.unpin(key);
            true
        }
        Change::Opened => {
            choices.note_opened(key.clone());
            true
        }
        _ => {
            let direction = if change == Change::Up { Direction::Up } else { Direction::Down };
            choices.shift(key, direction, &shown)
        }
    };
    let is_done = app.launcher_choices().change(&session, apply).await?;
    if change == Change::Opened {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let (told, undo) = match (change, is_done) {
        (Change::Pin, false) => (Outcome::failed("launcher-full"), None),
        (Change::Pin, true) => (Outcome::done("launcher-pinned"), Some("unpin")),
        (Change::Unpin, _) => (Outcome::done("launcher-unpinned"), Some("pin")),
        (Change::Up | Change::Down, false) => (Outcome::failed("launcher-at-end"), None),
        (Change::Up, _) => (Outcome::done("launcher-moved"), Some("down")),
        _ => (Outcome::done("launcher-moved"), Some("up")),
    };
    let undo = undo.map(|change| UndoForm {
        path: format!("{PAGE}/{change}"),
        target: key.as_str().to_owned(),
        label: page.words.t("outcome-undo"),
        opens: false,
    });
    // The browser comes back to where the application now stands.
    let place = format!("{PAGE}#{}", anchor(key));
    Ok(told.with("application", &tile.name).with_undo(undo).redirect(&app, &session, &place))
}

/// The id of the element of an application on the page.
pub(crate) fn anchor(key: &TileKey) -> String {
    format!("application-{}", key.as_str())
}
