//! Checking the password of an account whose person is signed in.

use super::{Accounts, error::AccountError, factors::FactorCheck, holder::Holder};
use crate::storage::Storage;
use chrono::{DateTime, Utc};
use pleiade_core::SecretString;

/// Looks at the password of an account. Guesses of the password here count like guesses of a code: for the account, on every replica.
/// Where the account has a factor, the right password forgives no wrong code.
pub(super) async fn check_password(
    storage: &dyn Storage,
    accounts: &Accounts,
    now: DateTime<Utc>,
    holder: &Holder,
    password: &SecretString,
) -> Result<FactorCheck, AccountError> {
    let me = holder.account.link;
    if !storage.begin_second_factor(me, now).await? {
        return Ok(FactorCheck::Throttled);
    }
    let hash = Some(holder.account.password_hash.as_str()).filter(|hash| !hash.is_empty());
    let right = accounts.hashes.for_known(holder.account.identity.0).verify(password, hash).await?;
    if right {
        if storage.factors(me).await?.is_empty() {
            storage.end_second_factor(me).await?;
        }
        return Ok(FactorCheck::Accepted("password"));
    }
    Ok(FactorCheck::Rejected)
}
