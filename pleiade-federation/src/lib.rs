//! Sign-in for the virtual desk of local authorities, each way usable without the Pléiade server.
//!
//! * [`oidc`]: OpenID Connect relying party;
//! * [`ldap`]: a directory as a proof of password and as a list of people;
//! * [`lemonldap`]: the menu of applications that LemonLDAP::NG grants a person;
//! * [`local`]: accounts kept by the portal itself;
//! * [`mapping`]: from what a source says to collectivités and rights;
//! * [`seal`]: authenticated sealing of what must be read again;
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
pub mod mapping;
#[cfg(feature = "oidc")]
pub mod oidc;
pub mod seal;
pub mod throttle;
#[cfg(feature = "ldap")]
pub mod tls;
