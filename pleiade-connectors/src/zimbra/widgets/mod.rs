//! The cards: mail, agenda, tasks.

mod agenda;
mod mail;
mod tasks;

use super::{ADD_TASK, Mailbox, OPEN_WEBMAIL};
use pleiade_core::{Action, Message, Widget};
use std::sync::Arc;

pub(super) fn all(mailbox: &Arc<Mailbox>) -> Vec<Arc<dyn Widget>> {
    vec![
        Arc::new(mail::Mail::new(mailbox.clone())),
        Arc::new(agenda::Agenda::new(mailbox.clone())),
        Arc::new(tasks::Tasks::new(mailbox.clone())),
    ]
}

fn open_webmail(target: &str) -> Action {
    Action::post(OPEN_WEBMAIL, Message::new("zimbra-action-open"), target)
}

fn add_task(title: &str) -> Action {
    Action::post(ADD_TASK, Message::new("zimbra-action-add-task"), title)
}
