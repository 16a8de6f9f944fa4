//! The kinds of sign-in source: what the server does with the settings of each. Whatever depends on the kind of a source is asked of its
//! [`SourceAdapter`]. These name a kind all the same: reading the settings (`config/mod.rs`), since it makes the variants; the commands
//! about one kind (`cli/{user,scim,lemonldap}.rs`); and what signing in, signing out and credentials ask of a provider's own kind
//! ([`pleiade_core::ProviderKind`]), for whoever embeds the server may bring a provider without settings.
//!
//! A new kind is a file here, a variant of [`SourceSettings`] with its line in [`SourceSettings::adapter`], one of `config::SourceKind`
//! with the line that reads its settings (`config/mod.rs`), one of [`pleiade_core::ProviderKind`], and whatever answer its protocol gives
//! ([`pleiade_core::SignInAnswer`]) with the route that takes it (`sign_in/<name>.rs`). A protocol that posts its answer from another site
//! needs an attempt kept otherwise than in a `SameSite=Lax` cookie, and a route outside the check of origins (`router.rs`).

mod adapter;
mod cas;
mod header;
mod ldap;
mod local;
mod oidc;
mod scim;

pub(crate) use adapter::{BuiltSource, SourceAdapter, SourceContext};

use crate::config::SourceSettings;

impl SourceSettings {
    /// The settings as the server uses them: the one match over the kinds, but for those at the head of this file.
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
