//! The kinds of sign-in source: what the server does with the settings of each.
//!
//! A new kind is a file here, a variant of [`SourceSettings`] with its line in [`SourceSettings::adapter`], one of `config::SourceKind` with the line
//! that reads its settings (`config/mod.rs`), one of [`pleiade_core::ProviderKind`], and whatever answer its protocol gives
//! ([`pleiade_core::SignInAnswer`]) with the route that takes it (`sign_in/<name>.rs`). A protocol that posts its answer from another site
//! needs an attempt kept otherwise than in a `SameSite=Lax` cookie, and a route outside the check of origins (`router.rs`).

mod adapter;
mod cas;
mod header;
mod ldap;
mod local;
mod oidc;
mod scim;

pub(crate) use adapter::BuiltSource;
pub(crate) use adapter::{SourceAdapter, SourceContext};

use crate::config::SourceSettings;

impl SourceSettings {
    /// Their settings, as the server uses them.
    pub(crate) fn adapter(&self) -> &dyn SourceAdapter {
        match self {
            Self::Oidc(settings) => settings,
            Self::Cas(settings) => settings,
            Self::Header(settings) => settings,
            Self::Ldap(settings) => settings,
            Self::Scim => &scim::Pushed,
            Self::Local(settings) => settings,
        }
    }
}
