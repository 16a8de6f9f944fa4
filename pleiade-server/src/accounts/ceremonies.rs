//! Passkeys on a host name: their relying party and its ceremonies.

use super::Accounts;
use crate::{sign_in::SignIn, web::site::Site};
use pleiade_federation::local::passkey::Passkeys;
use url::Url;

/// The address of a page of ours at a host name: scheme and port are those of the public address. None without one.
pub(crate) fn origin(public_url: Option<&Url>, host: &str) -> Option<Url> {
    let mut origin = public_url?.clone();
    origin.set_host(Some(host)).ok()?;
    Some(origin)
}

/// The ceremonies of a host name; none for a bare address.
pub(crate) fn ceremonies_at(public_url: Option<&Url>, host: &str) -> Option<Passkeys> {
    Passkeys::new(host, &origin(public_url, host)?, "Pléiade").ok()
}

/// True if people with passkeys may sign in on a site.
pub(crate) fn passkeys_offered(accounts: &Accounts, sign_in: &SignIn, site: &Site) -> bool {
    accounts.sources().any(|source| sign_in.source(source, site).is_some())
}
