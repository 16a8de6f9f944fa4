//! Taking the second factors of a local account away.

use crate::{
    audit::{Journal, Note},
    departure::{Closures, DepartureError, Departures},
    notices::Notices,
    storage::{LocalAccount, NoticeKind},
};

/// Takes every second factor and recovery code of an account away, in one step with the line that tells it, tells its person by every
/// other identity link of theirs, and closes all that was open through it: whoever knows the password alone comes in from now on, and what
/// the person connected and delegated is not for them. Gives how many factors there were, and what was closed.
///
/// # Errors
/// [`DepartureError`]: the factors are gone already when what follows fails.
pub async fn clear_factors(
    journal: &Journal,
    note: Note,
    notices: &Notices,
    departures: &Departures,
    account: &LocalAccount,
) -> Result<(u64, Closures), DepartureError> {
    let change = journal.begin([note]).await?;
    let cleared = change.clear_factors(account.link).await?;
    change.commit().await?;
    let kind = NoticeKind::FactorsCleared;
    notices.tell_others(account.identity, account.link, kind, &account.source).await?;
    Ok((cleared, departures.close(account.link).await?))
}
