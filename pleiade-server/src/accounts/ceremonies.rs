//! What passkeys need of a host name.

use crate::{app::App, web::site::Site};
use pleiade_federation::local::passkey::Passkeys;

/// The address of a page of ours at a host name: scheme and port are those of the public address.
pub(super) fn origin(app: &App, host: &str) -> Option<url::Url> {
    let mut origin = app.public_url.clone()?;
    origin.set_host(Some(host)).ok()?;
    Some(origin)
}

/// The ceremonies of a host name; none for a bare address.
pub(super) fn ceremonies_at(app: &App, host: &str) -> Option<Passkeys> {
    Passkeys::new(host, &origin(app, host)?, "Pléiade").ok()
}

/// Whether people with passkeys may sign in on a site.
pub(crate) fn offered(app: &App, site: &Site) -> bool {
    app.accounts.sources().any(|source| app.sign_in.source(source, site).is_some())
}
