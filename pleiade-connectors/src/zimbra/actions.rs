//! What a person does in their mailbox without leaving the page.

use super::{
    links::{Page, path_only},
    preauth::Preauth,
    requests::{CreateTask, MarkConversation, Request as _},
    sessions::{Login, Secret, Shared},
    wire::ItemId,
};
use pleiade_core::{
    Action, ActionId, ActionOutcome, ActionRequest, CallContext, ConnectorError, ErrorKind, Message,
};

/// Opens the webmail with a signed address made at that moment; target empty, `mail`, `calendar` or `tasks`.
pub const OPEN_WEBMAIL: ActionId = ActionId::from_static("open-webmail");
/// Opens the page where a mail is written.
pub const WRITE_MAIL: ActionId = ActionId::from_static("write-mail");
/// Marks a conversation as read; target its id.
pub const MARK_READ: ActionId = ActionId::from_static("mark-read");
/// Marks a conversation as unread; target its id. Offered after it was marked as read.
pub const MARK_UNREAD: ActionId = ActionId::from_static("mark-unread");
/// Adds a task; target its title, after the day it is due if there is one (`2026-11-30 Relire la délibération`).
pub const ADD_TASK: ActionId = ActionId::from_static("add-task");
/// Joins a video conference.
pub const JOIN: ActionId = ActionId::from_static("join");

pub(super) async fn perform(
    shared: &Shared,
    cx: &CallContext,
    request: &ActionRequest,
) -> Result<ActionOutcome, ConnectorError> {
    match &request.id {
        id if *id == OPEN_WEBMAIL => webmail(shared, cx, &request.target).await,
        id if *id == MARK_READ => {
            let conversation = conversation(&request.target)?;
            shared.call(cx, &MarkConversation { conversation, read: true }).await?;
            let label = Message::new("zimbra-action-mark-unread");
            let undo = Box::new(Action::post(MARK_UNREAD, label, request.target.clone()));
            Ok(ActionOutcome::Undoable { message: Message::new("zimbra-done-mark-read"), undo })
        }
        id if *id == MARK_UNREAD => {
            let conversation = conversation(&request.target)?;
            shared.call(cx, &MarkConversation { conversation, read: false }).await?;
            Ok(ActionOutcome::Done(Message::new("zimbra-done-mark-unread")))
        }
        id if *id == ADD_TASK => {
            let (owner, _) = shared.accounts.credential(cx).await?;
            let task = CreateTask::parse(owner, &request.target)?;
            shared.call(cx, &task).await?;
            Ok(ActionOutcome::Done(Message::new("zimbra-done-add-task")))
        }
        _ => Err(ConnectorError::new(ErrorKind::Unsupported, "perform an action")),
    }
}

fn conversation(target: &str) -> Result<ItemId, ConnectorError> {
    target.parse().map_err(|_| ConnectorError::new(ErrorKind::NotFound, MarkConversation::OPERATION))
}

/// The webmail, signed in when a preauth key allows it.
async fn webmail(shared: &Shared, cx: &CallContext, target: &str) -> Result<ActionOutcome, ConnectorError> {
    let page = match target {
        "" | "mail" => Page::Inbox,
        "calendar" => Page::Calendar,
        "tasks" => Page::Tasks,
        _ => return Err(ConnectorError::new(ErrorKind::NotFound, "open the webmail")),
    };
    let link = shared
        .links
        .page(page, cx.today())
        .ok_or_else(|| ConnectorError::new(ErrorKind::Internal, "open the webmail"))?;
    let (_, credential) = shared.accounts.credential(cx).await?;
    let Login { account, opener: Secret::Key(key) } = shared.accounts.opener().login(cx, &credential)? else {
        return Ok(ActionOutcome::Continue(link.into()));
    };
    // The inbox is where Zimbra leads by itself, and needs no setting there.
    let path = (page != Page::Inbox && shared.config.preauth_redirect).then(|| path_only(&link));
    let preauth = Preauth::new(&account, cx.clock.now());
    Ok(ActionOutcome::Continue(preauth.browser_url(shared.config.web(), &key, path.as_deref())?.into()))
}
