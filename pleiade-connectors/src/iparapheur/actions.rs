//! What a person does from the card: a visa, a rejection. Signatures stay in the application.

use super::{
    IparapheurVersion,
    client::{FolderPage, STATE_CHANGED, TaskId, V4Session, V5Session},
    model::{Desk, DeskId, Folder, RequestedAction, is_id},
    sessions::{OpenAccount, Shared},
};
use crate::kit::pages::read_pages;
use pleiade_core::{
    Action, ActionDescriptor, ActionId, ActionInput, ActionOutcome, ActionRequest, CallContext,
    ConnectorError, ErrorKind, Message,
};

/// Opens the folder in the application.
pub(super) const OPEN: ActionId = ActionId::from_static("open");
const VISA: ActionId = ActionId::from_static("visa");
const REJECT: ActionId = ActionId::from_static("reject");

/// The longest reason, in characters: that of an annotation of version 5.
const MAX_REASON_CHARS: usize = 512;
/// Folders of a desk of version 4 among which the target is looked for.
const MAX_FOLDERS: usize = 1000;

/// The actions that a version offers on folders.
pub(super) fn descriptors(version: IparapheurVersion) -> Vec<ActionDescriptor> {
    let visa = version.has_visa().then_some(ActionDescriptor::post(VISA).asked());
    let reject = version.has_rejection().then_some(ActionDescriptor::post(REJECT).asked());
    visa.into_iter().chain(reject).chain([ActionDescriptor::open(OPEN)]).collect()
}

/// The target of a folder: its desk, itself, and in version 5 its entity first and its task last.
pub(super) fn target(desk: &Desk, folder: &Folder) -> String {
    let parts = [desk.id.tenant.as_deref(), Some(&desk.id.desk), Some(&folder.id), folder.task.as_deref()];
    parts.into_iter().flatten().collect::<Vec<_>>().join("/")
}

pub(super) fn visa(target: &str) -> Action {
    Action::post(VISA, Message::new("iparapheur-visa"), target).engaging().in_batches()
}

pub(super) fn reject(target: &str) -> Action {
    let reason = ActionInput::required(Message::new("iparapheur-reject-reason"), MAX_REASON_CHARS);
    Action::post(REJECT, Message::new("iparapheur-reject"), target).engaging().with_input(reason)
}

/// An action that a person asked for, checked.
#[derive(Debug, Clone)]
enum Command {
    Visa,
    Reject(String),
}

impl Command {
    fn parse(request: &ActionRequest) -> Result<Self, ConnectorError> {
        match &request.id {
            id if *id == VISA => Ok(Self::Visa),
            id if *id == REJECT => {
                let reason = request.text.as_deref().map(str::trim).unwrap_or_default();
                let length = reason.chars().count();
                match (1..=MAX_REASON_CHARS).contains(&length) {
                    true => Ok(Self::Reject(reason.to_owned())),
                    false => Err(ConnectorError::new(ErrorKind::Unsupported, "reject a folder")
                        .with_hint("a rejection needs a reason of 512 characters at most")),
                }
            }
            _ => Err(ConnectorError::new(ErrorKind::Unsupported, "perform an action")),
        }
    }
}

pub(super) async fn perform(
    shared: &Shared,
    cx: &CallContext,
    request: &ActionRequest,
) -> Result<ActionOutcome, ConnectorError> {
    let command = Command::parse(request)?;
    let version = shared.config.version;
    let can = match &command {
        Command::Visa => version.has_visa(),
        Command::Reject(_) => version.has_rejection(),
    };
    if !can {
        return Err(ConnectorError::new(ErrorKind::Unsupported, "perform an action")
            .with_hint("this `version` of the application has no such action"));
    }
    let ids: Vec<&str> = request.target.split('/').collect();
    if !ids.iter().all(|id| is_id(id)) {
        return Err(not_found());
    }
    let (command, ids) = (&command, &ids);
    let work = |account: crate::kit::sessions::Account<super::sessions::Opener>| async move {
        match (&account.session, ids.as_slice()) {
            (OpenAccount::V4(session), [desk, folder]) => on_v4(session, desk, folder, command).await,
            (OpenAccount::V5(session), [tenant, desk, folder, task]) => {
                let [tenant, desk, folder, task] = [tenant, desk, folder, task].map(|id| (*id).to_owned());
                on_v5(session, &TaskId { tenant, desk, folder, task }, command).await
            }
            _ => Err(not_found()),
        }
    };
    shared.call(cx, work).await?;
    Ok(ActionOutcome::Done(Message::new(match command {
        Command::Visa => "iparapheur-done-visa",
        Command::Reject(_) => "iparapheur-done-reject",
    })))
}

fn not_found() -> ConnectorError {
    ConnectorError::new(ErrorKind::NotFound, "perform an action")
}

fn state_changed() -> ConnectorError {
    not_found().with_hint(STATE_CHANGED)
}

/// Looks for the folder in the list of its desk, which does not mark it as read, and acts if the application still offers it.
async fn on_v4(
    session: &V4Session,
    desk: &str,
    folder: &str,
    command: &Command,
) -> Result<(), ConnectorError> {
    let pages = read_pages("list the folders", MAX_FOLDERS, |page: Option<FolderPage>| {
        session.folders(desk, 0, page)
    });
    let pages = pages.await?;
    let Some(found) = pages.list.iter().find(|known| known.id == folder) else {
        // Where a page failed, nothing says that the folder is gone.
        return Err(pages.missing.unwrap_or_else(state_changed));
    };
    match command {
        Command::Visa if found.may.visa => session.visa(desk, folder).await,
        Command::Reject(reason) if found.may.reject => session.reject(desk, folder, reason).await,
        _ => Err(state_changed()),
    }
}

/// Reads the folder again, and acts if it waits for the very visa that was shown.
async fn on_v5(session: &V5Session, id: &TaskId, command: &Command) -> Result<(), ConnectorError> {
    let desk = DeskId { tenant: Some(id.tenant.clone()), desk: id.desk.clone() };
    let premis = session.premis(&desk, &id.folder).await?;
    let is_same = premis.pending().is_some_and(|step| {
        step.task.as_deref() == Some(&id.task)
            && RequestedAction::parse(&step.action) == RequestedAction::Visa
    });
    if !is_same {
        return Err(state_changed());
    }
    match command {
        Command::Visa => session.visa(id).await,
        Command::Reject(reason) => session.reject(id, reason).await,
    }
}
