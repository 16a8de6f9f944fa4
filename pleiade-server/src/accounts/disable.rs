//! Closing and opening a local account.

use crate::{
    departure::{Closures, DepartureError, Departures},
    notices::Notices,
    storage::{LocalAccount, NoticeKind, Storage, StorageError},
};

/// Closes a local account, and all that was open through it as when somebody leaves a directory; or lets its person in again, who connects
/// and delegates anew.
///
/// # Errors
/// [`DepartureError`]; the account is closed already when what follows fails.
pub async fn set_disabled(
    storage: &dyn Storage,
    notices: &Notices,
    departures: &Departures,
    account: &LocalAccount,
    disabled: bool,
) -> Result<Closures, DepartureError> {
    storage.update_local_account(&account.source, &account.login, &account.password_hash, disabled).await?;
    match storage.disable_link(account.link, disabled).await {
        Ok(_) => {}
        // The person has another account of this source by now: this one is let in no more than before.
        Err(StorageError::Conflict) => {
            storage
                .update_local_account(&account.source, &account.login, &account.password_hash, true)
                .await?;
            return Err(StorageError::Conflict.into());
        }
        Err(error) => return Err(error.into()),
    }
    let kind = if disabled { NoticeKind::WayRemoved } else { NoticeKind::WayAdded };
    notices.tell_others(account.identity, account.link, kind, &account.source).await?;
    if !disabled {
        return Ok(Closures::default());
    }
    storage.drop_account_links(&account.source, &account.login).await?;
    departures.close(account.link).await
}
