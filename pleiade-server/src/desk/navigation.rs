//! The launcher of whoever reads a page, made when the page shows it.

use super::{
    launcher::Launcher,
    own_cards::{OwnCards, launcher_builder},
};
use crate::{app::App, session::Session, web::words::Words};
use std::sync::{Arc, OnceLock};

/// The launcher of the reader of a page: of nobody, or of a session. A page that has read the person's cards gives it, another makes it of
/// what is known when it is rendered.
#[derive(Debug, Clone, Default)]
pub struct Navigation {
    reader: Option<Arc<(App, Arc<Session>, Words)>>,
    launcher: OnceLock<Launcher>,
}

impl Navigation {
    /// The launcher of a session.
    #[must_use]
    pub fn new(app: &App, session: &Arc<Session>, words: &Words) -> Self {
        let reader = Some(Arc::new((app.clone(), session.clone(), words.clone())));
        Self { reader, launcher: OnceLock::new() }
    }

    /// The launcher, for a page of somebody signed in.
    #[must_use]
    pub fn launcher(&self) -> Option<&Launcher> {
        let (app, session, words) = &**self.reader.as_ref()?;
        Some(self.launcher.get_or_init(|| {
            let own = OwnCards::new(app, session, words.locale);
            let snoozed = app.snoozed_tasks().peek(session);
            let todo = own.todo(app, session, words, &snoozed, 0);
            let choices = app.launcher_choices().peek(session);
            launcher_builder(app).build(session, words, &own.cards, &own.readings, &todo, &choices)
        }))
    }

    /// Gives the launcher, where a page has read what it is made of.
    pub(super) fn give(&self, launcher: Launcher) {
        let _ = self.launcher.set(launcher);
    }
}
