//! Links that let somebody choose the password of a local account, for the console and the command line.
//!
//! Pléiade sends no mail: whoever makes a link hands it over. Its value is shown once and kept as a digest; it opens once, and a new
//! link of the same account replaces it.

use super::Policy;
use crate::storage::{AccountLink, LinkPurpose, Names, NewIdentity, NewLocalAccount, Storage, StorageError};
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

/// Makes an account without a password and the value of the link that lets its person choose one.
///
/// # Errors
/// [`AccountLinkError`].
pub async fn invite(
    storage: &dyn Storage,
    policy: &Policy,
    source: &SourceId,
    person: NewAccount,
    by: Option<IdentityId>,
    now: DateTime<Utc>,
) -> Result<(IdentityId, SecretString), AccountLinkError> {
    let login = normalized_login(&person.login)?;
    let mut key = [0_u8; 16];
    getrandom::fill(&mut key).map_err(|_| AccountLinkError::NoRandomness)?;
    let key = format!("{:032x}", u128::from_be_bytes(key));
    let account = NewLocalAccount {
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
        login: login.clone(),
        // No password opens it.
        password_hash: String::new(),
        affiliations: person.affiliations,
    };
    let identity = match storage.create_local_account(&account).await {
        Ok((identity, _)) => identity,
        Err(StorageError::Conflict) => return Err(AccountLinkError::Taken),
        Err(error) => return Err(error.into()),
    };
    let value = make(storage, policy, source, &login, LinkPurpose::Invitation, by, now).await?;
    Ok((identity, value))
}

/// Makes the value of a link by which the person of an account chooses a new password. The present one works until then.
///
/// # Errors
/// [`AccountLinkError`].
pub async fn reset(
    storage: &dyn Storage,
    policy: &Policy,
    source: &SourceId,
    login: &str,
    by: Option<IdentityId>,
    now: DateTime<Utc>,
) -> Result<SecretString, AccountLinkError> {
    let login = normalized_login(login)?;
    let account = storage.local_account(source, &login).await?.ok_or(AccountLinkError::Unknown)?;
    let purpose = if account.password_hash.is_empty() { LinkPurpose::Invitation } else { LinkPurpose::Reset };
    make(storage, policy, source, &login, purpose, by, now).await
}

async fn make(
    storage: &dyn Storage,
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
    storage.put_account_link(&link).await?;
    Ok(value)
}
