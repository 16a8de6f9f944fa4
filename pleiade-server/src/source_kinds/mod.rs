//! The kinds of sign-in source: what the server does with the settings of each.
//!
//! A new kind is a file here, a variant of [`SourceSettings`] and its line in [`SourceSettings::adapter`].

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
