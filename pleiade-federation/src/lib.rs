//! Sign-in for the virtual desk of local authorities, each way usable without the Pléiade server.
//!
//! * [`oidc`]: OpenID Connect relying party;
//! * [`ldap`]: a directory as a proof of password and as a list of people;
//! * [`lemonldap`]: the menu of applications that LemonLDAP::NG grants a person;
//! * [`local`]: accounts kept by the portal itself;
//! * [`throttle`]: slows down whoever guesses passwords;
//! * [`tls`]: the TLS settings that directories share.
//!
//! HTTP goes through the injected [`pleiade_core::Transport`], time through [`pleiade_core::Clock`].
#![deny(missing_docs)]

#[cfg(feature = "ldap")]
pub mod ldap;
#[cfg(feature = "lemonldap")]
pub mod lemonldap;
#[cfg(feature = "local")]
pub mod local;
#[cfg(feature = "oidc")]
pub mod oidc;
pub mod throttle;
#[cfg(feature = "ldap")]
pub mod tls;
