//! The query of the sign-in page.

use pleiade_core::{SourceId, TenantId};
use serde::Deserialize;

/// The query of the sign-in page. Nothing in it gives a right.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct SignInQuery {
    #[serde(rename = "return")]
    pub(super) back: Option<String>,
    /// A link straight to one of the sources of this site.
    pub(super) source: Option<SourceId>,
    /// On the common host, the collectivité that was chosen.
    pub(super) tenant: Option<TenantId>,
    /// The login typed before, or whatever somebody wrote in the address.
    pub(super) login_hint: Option<String>,
    /// The identity provider behind the source.
    pub(super) idp_hint: Option<String>,
    /// Present when the page must not lead on by itself.
    pub(super) stay: Option<String>,
}
