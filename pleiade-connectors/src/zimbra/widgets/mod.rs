//! The cards: mail, agenda, tasks.

mod agenda;
mod mail;
mod tasks;

use super::{
    actions::{ADD_TASK, OPEN_WEBMAIL},
    sessions::Shared,
};
use pleiade_core::{Action, Message, Widget};
use std::sync::Arc;

pub(super) fn all(shared: &Arc<Shared>) -> Vec<Arc<dyn Widget>> {
    vec![
        Arc::new(mail::Mail::new(shared.clone())),
        Arc::new(agenda::Agenda::new(shared.clone())),
        Arc::new(tasks::Tasks::new(shared.clone())),
    ]
}

fn open_webmail(target: &str) -> Action {
    Action::opening(OPEN_WEBMAIL, Message::new("zimbra-action-open"), target)
}

fn add_task(title: &str) -> Action {
    Action::post(ADD_TASK, Message::new("zimbra-action-add-task"), title).with_icon("plus")
}
