//! Checking the password of an account whose person is signed in.

use super::{factors::Proof, holder::Holder};
use crate::{app::App, web::errors::Refusal};
use pleiade_core::SecretString;

/// Guesses of the password here count like guesses of a code: for the account, on every replica. Where the account has a factor, the right
/// password forgives no wrong code.
pub(super) async fn check_password(
    app: &App,
    holder: &Holder,
    password: &SecretString,
) -> Result<Proof, Refusal> {
    let me = holder.account.link;
    if !app.storage.begin_second_factor(me, app.clock.now()).await? {
        return Ok(Proof::Wait);
    }
    let hash = Some(holder.account.password_hash.as_str()).filter(|hash| !hash.is_empty());
    let right = app.accounts.hashes.known(holder.account.identity.0).verify(password, hash).await;
    if right.map_err(|error| Refusal::internal("local account not changed", &error))? {
        if app.storage.factors(me).await?.is_empty() {
            app.storage.end_second_factor(me).await?;
        }
        return Ok(Proof::Right("password"));
    }
    Ok(Proof::Wrong)
}
