//! Closing and opening a local account.

use crate::{
    audit::{Journal, Note},
    departure::{Closures, DepartureError, Departures},
    notices::Notices,
    storage::{LocalAccount, NoticeKind},
};

/// Closes a local account, in one step with the line that tells it, and all that was open through it as when somebody leaves a directory;
/// or lets its person in again, who connects and delegates anew.
///
/// # Errors
/// [`DepartureError`]: the account is closed already when what follows fails.
/// [`StorageError::Conflict`](crate::storage::StorageError::Conflict) when the person has another open account of this source by now:
/// nothing has changed.
pub async fn set_disabled(
    journal: &Journal,
    note: Note,
    notices: &Notices,
    departures: &Departures,
    account: &LocalAccount,
    disabled: bool,
) -> Result<Closures, DepartureError> {
    let change = journal.begin([note]).await?;
    change.set_account_disabled(account.link, disabled).await?;
    change.disable_link(account.link, disabled).await?;
    if disabled {
        change.drop_account_links(&account.source, &account.login).await?;
    }
    change.commit().await?;
    let kind = if disabled { NoticeKind::LinkRemoved } else { NoticeKind::LinkAdded };
    notices.tell_others(account.identity, account.link, kind, &account.source).await?;
    if !disabled {
        return Ok(Closures::default());
    }
    departures.close(account.link).await
}
