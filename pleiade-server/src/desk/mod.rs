//! The desk: one page with every card of a person, written without waiting for any application, and the stream that keeps it fresh.

mod actions;
mod applications;
mod batch;
pub mod board;
mod briefing;
mod card;
mod day;
mod delegated;
mod elected;
mod figures;
pub mod launcher;
mod launcher_choices;
mod line;
mod model;
mod navigation;
mod next_meetings;
mod number;
mod own_cards;
mod pages;
mod portal_ids;
mod portal_tasks;
mod render_cache;
mod repeats;
mod search;
mod service;
mod sittings;
mod snooze;
mod snooze_offer;
mod snoozed;
mod stream;
mod tasks;
mod tasks_address;
mod ticket_remedy;
mod tile;
mod todo;

pub(crate) use actions::{ActionForm, action_outcome, own_page, perform_and_note};
pub(crate) use applications::anchor;
pub use briefing::DeadlineFeeds;
pub(crate) use briefing::feed_times;
pub use card::{DeskCard, render_card};
pub use launcher_choices::{KnownLauncherChoices, LauncherChoices, LauncherView, TileKey};
pub(crate) use line::deadline_tag;
pub use line::{ActionModel, LineModel, TagModel, Tone};
pub use model::{
    CardModel, CardState, ChipModel, FailureModel, FigureModel, LineGroup, LinkModel, NoteModel, card_id,
};
pub use navigation::Navigation;
pub use number::badge as badge_count;
pub(crate) use portal_ids::{LEGAL, PORTAL};
pub use render_cache::RenderCache;
pub(crate) use repeats::{Performed, RecentActions};
pub use search::SearchSlots;
pub(crate) use sittings::{SittingView, known_sittings};
pub use snoozed::SnoozedTasks;
pub use ticket_remedy::TicketRemedy;
pub use tile::TileModel;
pub use todo::{MAX_TODO_LINES, SUMMARY_ID, TODO_ID, Todo, TodoReader};

use crate::web::route::{Guard, Origin, Route};
use axum::routing::{get, post};

pub(crate) fn routes() -> Vec<Route> {
    use Guard::SignedIn;
    let mut routes = vec![
        Route::reads("/", SignedIn, get(pages::desk)),
        Route::reads("/tasks", SignedIn, get(tasks::page)),
        Route::reads("/applications", SignedIn, get(applications::page)),
        Route::writes("/applications/{change}", SignedIn, post(applications::change)),
        Route::reads("/events", SignedIn, get(stream::stream)),
        // Whoever chooses a collectivité says for whom they act from now on, wherever they acted before.
        Route::writes("/acting", SignedIn, post(pages::switch)).taken_from(Origin::SameLink),
        Route::writes("/actions/{tenant}/{connector}/{action}", SignedIn, post(actions::act)),
        Route::writes("/actions/{tenant}/{connector}/{action}/ask", SignedIn, post(actions::ask)),
        Route::writes("/batches/{connector}/{action}", SignedIn, post(batch::act)).in_section("/tasks"),
        Route::writes("/batches/{connector}/{action}/ask", SignedIn, post(batch::ask)).in_section("/tasks"),
        Route::writes("/tasks/{tenant}/{connector}/snooze/ask", SignedIn, post(snooze::ask)),
        Route::writes("/tasks/{tenant}/{connector}/snooze", SignedIn, post(snooze::snooze)),
        Route::writes("/tasks/{tenant}/{connector}/wake", SignedIn, post(snooze::wake)),
    ];
    routes.extend(search::routes());
    routes.extend(briefing::routes());
    routes
}
