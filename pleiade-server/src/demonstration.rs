//! What a demonstration adds to the desk: a banner that says so, and in it a menu that cuts a simulated application off and brings it
//! back, so that everybody sees what a desk does then. A server in production has neither.

use crate::{
    app::App,
    session::SignedIn,
    web::{errors::Refusal, route::Guard, route::Route},
};
use axum::{
    Form,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use pleiade_core::{ConnectorId, Placement};
use serde::Deserialize;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// A demonstration.
#[derive(Debug, Default)]
pub struct Demonstration {
    switches: Vec<Switch>,
    /// True if its folder is kept.
    is_kept: bool,
}

/// A simulated application, by which it is cut off.
#[derive(Debug, Clone)]
pub struct Switch {
    /// The connector that reads it.
    pub connector: ConnectorId,
    /// The name that people read.
    pub name: String,
    /// True while it is cut off, and then does not answer.
    pub cut: Arc<AtomicBool>,
}

impl Demonstration {
    /// A demonstration of these applications.
    #[must_use]
    pub fn new(switches: Vec<Switch>, is_kept: bool) -> Self {
        Self { switches, is_kept }
    }

    /// Its banner above a page, for somebody whose board has these cards.
    pub(crate) fn banner(&self, board: &[Vec<Placement>]) -> Banner {
        let is_theirs =
            |switch: &&Switch| board.iter().flatten().any(|card| card.connector == switch.connector);
        Banner { is_kept: self.is_kept, switches: self.switches.iter().filter(is_theirs).cloned().collect() }
    }

    /// The applications.
    #[must_use]
    pub fn switches(&self) -> &[Switch] {
        &self.switches
    }
}

/// The banner of a demonstration above a page.
#[derive(Debug, Clone)]
pub struct Banner {
    is_kept: bool,
    /// The applications of the person's board; none for nobody.
    pub switches: Vec<Switch>,
}

impl Banner {
    /// The sentence that says what is kept.
    pub(crate) fn kept_key(&self) -> &'static str {
        if self.is_kept { "demonstration-kept" } else { "demonstration-not-kept" }
    }

    /// The names of those that are cut off at the moment, in one text; none while all answer.
    #[must_use]
    pub fn cut(&self) -> Option<String> {
        let cut: Vec<&str> = self
            .switches
            .iter()
            .filter(|switch| switch.is_cut())
            .map(|switch| switch.name.as_str())
            .collect();
        (!cut.is_empty()).then(|| cut.join(", "))
    }
}

impl Switch {
    /// True while it is cut off.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.cut.load(Ordering::Relaxed)
    }

    /// What its button asks for.
    pub(crate) fn field(&self) -> &'static str {
        if self.is_cut() { "restore" } else { "cut" }
    }

    /// The label of its button.
    pub(crate) fn label_key(&self) -> &'static str {
        if self.is_cut() { "demonstration-bring-back" } else { "demonstration-cut-one" }
    }
}

/// The routes of the banner.
pub(crate) fn routes() -> Vec<Route> {
    vec![Route::writes("/demonstration/switch", Guard::SignedIn, post(switch))]
}

#[derive(Debug, Deserialize)]
pub(crate) struct SwitchForm {
    /// The application to cut off.
    cut: Option<ConnectorId>,
    /// The application to bring back.
    restore: Option<ConnectorId>,
}

/// `POST /demonstration/switch`: cuts an application off for everybody of the demonstration, or brings it back.
///
/// # Errors
/// Not found outside a demonstration, and for what it does not simulate.
async fn switch(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    Form(form): Form<SwitchForm>,
) -> Result<Response, Refusal> {
    let demonstration = app.demonstration.as_ref().ok_or(Refusal::NotFound)?;
    // The form says which it wants, so that one that is sent twice undoes nothing.
    let (wanted, is_cut) = match (form.cut, form.restore) {
        (Some(cut), None) => (cut, true),
        (None, Some(restored)) => (restored, false),
        _ => return Err(Refusal::NotFound),
    };
    let switch = demonstration.switches.iter().find(|switch| switch.connector == wanted);
    let switch = switch.ok_or(Refusal::NotFound)?;
    switch.cut.store(is_cut, Ordering::Relaxed);
    // Every desk asks again at once, whether the application rested after its failures or not.
    if !app.engine.retry(&switch.connector) {
        app.engine.invalidate(&switch.connector, None);
    }
    session.note_change();
    Ok(Redirect::to("/").into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use pleiade_core::WidgetId;

    #[test]
    fn the_banner_offers_the_applications_of_the_board_and_names_those_that_are_cut() {
        let switch = |id: &str| Switch {
            connector: ConnectorId::new(id).unwrap(),
            name: id.to_uppercase(),
            cut: Arc::default(),
        };
        let demonstration = Demonstration::new(["mail", "files", "leave"].map(switch).into(), false);
        let card = |id: &str| Placement::new(ConnectorId::new(id).unwrap(), WidgetId::new("main").unwrap());
        let board = [vec![card("files")], vec![card("mail"), card("files")]];
        let names = |banner: &Banner| banner.switches.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
        let banner = demonstration.banner(&board);
        assert_eq!((names(&banner), banner.cut()), (vec!["MAIL".to_owned(), "FILES".to_owned()], None));
        for switch in demonstration.switches() {
            switch.cut.store(true, Ordering::Relaxed);
        }
        assert_eq!(demonstration.banner(&board).cut().as_deref(), Some("MAIL, FILES"));
        assert_eq!(demonstration.banner(&[]).cut(), None, "nobody is told of what is not on their board");
    }
}
