//! Links that let somebody choose the password of a local account, for the console and the command line.
//!
//! Pléiade sends no mail: whoever makes a link hands it over. Its value is shown once and kept as a digest; it opens once, and a new
//! link of the same account replaces it.

use super::Policy;
use crate::{
    audit::{Journal, Note},
    notices::Notices,
    storage::{
        AccountLink, LinkPurpose, LocalAccount, Names, NewIdentity, NewLocalAccount, NoticeKind,
        StorageError, Transaction,
    },
};
use chrono::{DateTime, Utc};
use pleiade_core::{Affiliation, IdentityId, MailAddress, SecretString, SourceId, TenantId};
use pleiade_federation::local::codes;

/// The reasons for which no link to an account is made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AccountLinkError {
    /// The login has another shape.
    #[error("a login has 1 to 256 characters, without spaces at its ends and without control characters")]
    Login,
    /// The login is taken.
    #[error("the source already has an account with this login")]
    Taken,
    /// There is no such account.
    #[error("the source has no such account")]
    Unknown,
    /// The machine gives no randomness.
    #[error("the machine gives no randomness")]
    NoRandomness,
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Somebody to invite.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// The login to type when signing in; lower case is kept.
    pub login: String,
    /// The name to show.
    pub display_name: String,
    /// Contact address.
    pub mail: Option<MailAddress>,
    /// For whom they may act.
    pub affiliations: Vec<Affiliation>,
    /// The owner of the source.
    pub owner: Option<TenantId>,
}

/// A login as it is kept.
pub(crate) fn normalized_login(login: &str) -> Result<String, AccountLinkError> {
    let login = login.trim().to_lowercase();
    if login.is_empty() || login.len() > 256 || login.chars().any(char::is_control) {
        return Err(AccountLinkError::Login);
    }
    Ok(login)
}

/// An account of a source, whose subject is a random key. `password_hash` is empty while no password opens it.
fn new_account(
    source: &SourceId,
    person: NewAccount,
    password_hash: String,
    now: DateTime<Utc>,
) -> Result<NewLocalAccount, AccountLinkError> {
    let login = normalized_login(&person.login)?;
    let mut key = [0_u8; 16];
    getrandom::fill(&mut key).map_err(|_| AccountLinkError::NoRandomness)?;
    let key = format!("{:032x}", u128::from_be_bytes(key));
    Ok(NewLocalAccount {
        person: NewIdentity {
            source: source.clone(),
            subject: crate::sign_in::local::subject(source, &key).map_err(|_| AccountLinkError::Login)?,
            owner: person.owner,
            names: Names {
                display_name: person.display_name,
                mail: person.mail,
                login: Some(login.clone()),
                ..Names::default()
            },
            created_at: now,
        },
        login,
        password_hash,
        affiliations: person.affiliations,
    })
}

async fn create(change: &Transaction, account: &NewLocalAccount) -> Result<IdentityId, AccountLinkError> {
    match change.create_local_account(account).await {
        Ok((identity, _)) => Ok(identity),
        Err(StorageError::Conflict) => Err(AccountLinkError::Taken),
        Err(error) => Err(error.into()),
    }
}

/// Makes an account with a password, in one step with the line that tells it.
///
/// # Errors
/// [`AccountLinkError`]: nothing has changed then.
pub(crate) async fn add(
    journal: &Journal,
    note: Note,
    source: &SourceId,
    person: NewAccount,
    password_hash: String,
    now: DateTime<Utc>,
) -> Result<IdentityId, AccountLinkError> {
    let account = new_account(source, person, password_hash, now)?;
    let change = journal.begin([note]).await?;
    let identity = create(&change, &account).await?;
    change.commit().await?;
    Ok(identity)
}

/// Makes an account without a password and the value of the link that lets its person choose one, in one step with the line that tells
/// it.
///
/// # Errors
/// [`AccountLinkError`]: nothing has changed then.
pub async fn invite(
    journal: &Journal,
    note: Note,
    policy: &Policy,
    source: &SourceId,
    person: NewAccount,
    by: Option<IdentityId>,
    now: DateTime<Utc>,
) -> Result<(IdentityId, SecretString), AccountLinkError> {
    let account = new_account(source, person, String::new(), now)?;
    let change = journal.begin([note]).await?;
    let identity = create(&change, &account).await?;
    let value = make(&change, policy, source, &account.login, LinkPurpose::Invitation, by, now).await?;
    change.commit().await?;
    Ok((identity, value))
}

/// Makes the value of a link by which the person of an account chooses a new password, in one step with the line that tells it, and tells
/// them by every other identity link of theirs. The present password works until the link is used.
///
/// # Errors
/// [`AccountLinkError`].
pub async fn reset(
    journal: &Journal,
    note: Note,
    notices: &Notices,
    policy: &Policy,
    account: &LocalAccount,
    by: Option<IdentityId>,
    now: DateTime<Utc>,
) -> Result<SecretString, AccountLinkError> {
    let (source, login) = (&account.source, &account.login);
    let change = journal.begin([note]).await?;
    let account = change.local_account(source, login).await?.ok_or(AccountLinkError::Unknown)?;
    let purpose = if account.password_hash.is_empty() { LinkPurpose::Invitation } else { LinkPurpose::Reset };
    let value = make(&change, policy, source, login, purpose, by, now).await?;
    change.commit().await?;
    notices.tell_others(account.identity, account.link, NoticeKind::AccountReset, source).await?;
    Ok(value)
}

async fn make(
    change: &Transaction,
    policy: &Policy,
    source: &SourceId,
    login: &str,
    purpose: LinkPurpose,
    by: Option<IdentityId>,
    now: DateTime<Utc>,
) -> Result<SecretString, AccountLinkError> {
    use pleiade_core::ExposeSecret as _;
    let value = codes::link_value().map_err(|_| AccountLinkError::NoRandomness)?;
    let link = AccountLink {
        hash: codes::link_digest(value.expose_secret()).ok_or(AccountLinkError::NoRandomness)?,
        source: source.clone(),
        login: login.to_owned(),
        purpose,
        created_by: by,
        created_at: now,
        expires_at: now + policy.link_life,
    };
    change.put_account_link(&link).await?;
    Ok(value)
}
