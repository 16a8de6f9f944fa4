//! What a person marks as read, for the whole authority. Nothing is ever transmitted from the portal: that takes the certificate of whoever is
//! in charge.

use super::{
    client::Client,
    sessions::{Opener, Shared},
    wire::Id,
};
use crate::kit::sessions::Account;
use pleiade_core::{ActionId, ActionOutcome, ActionRequest, CallContext, ConnectorError, ErrorKind, Message};

/// Opens the thing in S²LOW.
pub(super) const OPEN: ActionId = ActionId::from_static("open");
/// Marks a message of the préfecture as read; the target is its number.
pub(super) const MARK_LETTER: ActionId = ActionId::from_static("mark-letter-read");
/// Marks a PES Retour as read; the target is its number.
pub(super) const MARK_PES: ActionId = ActionId::from_static("mark-pes-read");

#[derive(Debug, Clone, Copy)]
enum Command {
    Letter,
    Pes,
}

/// Marks something as read.
///
/// S²LOW says yes for a number that it does not know, and the certificate may be another authority's by now: the authority and the list are
/// read anew before, and the list again after.
pub(super) async fn perform(
    shared: &Shared,
    cx: &CallContext,
    request: &ActionRequest,
) -> Result<ActionOutcome, ConnectorError> {
    let command = match &request.id {
        id if *id == MARK_LETTER => Command::Letter,
        id if *id == MARK_PES => Command::Pes,
        _ => return Err(ConnectorError::new(ErrorKind::Unsupported, "perform an action")),
    };
    if !shared.may_mark_read(cx) {
        return Err(ConnectorError::new(ErrorKind::Forbidden, "mark as read")
            .with_hint("`mark_read_for` names the groups whose members may"));
    }
    shared.check_tenant(cx)?;
    let id = Id::parse(&request.target).ok_or_else(gone)?;
    let (client, id) = (shared.client(), &id);
    let work = |account: Account<Opener>| async move {
        client.connection().await?;
        if !is_unread(client, command, id).await? {
            return Err(gone());
        }
        match command {
            Command::Letter => client.mark_letter_read(id).await?,
            Command::Pes => client.mark_pes_return_read(id).await?,
        }
        match command {
            Command::Letter => account.memory.acts.forget().await,
            Command::Pes => account.memory.flows.forget().await,
        }
        match is_unread(client, command, id).await? {
            false => Ok(()),
            true => Err(ConnectorError::new(ErrorKind::BadAnswer, "mark as read")
                .with_hint("S²LOW says that it is marked, and still lists it as unread")),
        }
    };
    shared.accounts.call(cx, work).await?;
    Ok(ActionOutcome::Done(Message::new(match command {
        Command::Letter => "s2low-done-letter",
        Command::Pes => "s2low-done-pes",
    })))
}

async fn is_unread(client: &Client, command: Command, id: &Id) -> Result<bool, ConnectorError> {
    Ok(match command {
        Command::Letter => client.letters().await?.iter().any(|letter| letter.id == *id),
        Command::Pes => client.pes_returns().await?.list.iter().any(|found| found.id == *id),
    })
}

fn gone() -> ConnectorError {
    ConnectorError::new(ErrorKind::NotFound, "mark as read")
        .with_hint("it is not among the unread ones any more")
}
