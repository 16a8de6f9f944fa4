//! Sign-in for the virtual desk of local authorities, each way usable without the Pléiade server.
//!
//! * [`delegation`]: who may see and treat whose tasks, and until when;
//! * [`oidc`]: OpenID Connect relying party;
//! * [`cas`]: CAS, with proxy tickets;
//! * [`dn`]: distinguished names, kept as they are written and compared as RFC 4514 says;
//! * [`header`]: the headers of a trusted reverse proxy;
//! * [`ldap`]: a directory as a proof of password and as a list of people;
//! * [`lemonldap`]: the menu of applications that LemonLDAP::NG grants a person, and what it remembers of their sign-ins;
//! * [`local`]: accounts kept by the portal itself;
//! * [`tenancy`]: which collectivité somebody may belong to, before any proof;
//! * [`mapping`]: from what a source says to collectivités and rights;
//! * [`linking`]: which person a subject is, and when two are one;
//! * [`scim`]: a SCIM 2.0 service, through which identity managers push people and groups;
//! * [`seal`]: authenticated sealing of what must be read again;
//! * [`sync`]: what changed in a directory, planned before it is written;
//! * [`throttle`]: slows down whoever guesses passwords;
//! * [`vault`]: the accounts that people connected, sealed;
//! * [`tls`]: the TLS settings that directories share.
//!
//! Each module that brings dependencies of its own has a feature of its name; none is on by default, and `all` is all of them. `passkey`
//! adds passkeys to [`local`]. [`delegation`], [`dn`], [`linking`] and [`throttle`] are always there.
//!
//! HTTP goes through the injected [`pleiade_core::Transport`], time through [`pleiade_core::Clock`].
#![deny(missing_docs)]

#[cfg(feature = "cas")]
pub mod cas;
pub mod delegation;
pub mod dn;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(feature = "header")]
pub mod header;
#[cfg(feature = "ldap")]
pub mod ldap;
#[cfg(feature = "lemonldap")]
pub mod lemonldap;
pub mod linking;
#[cfg(feature = "local")]
pub mod local;
#[cfg(feature = "mapping")]
pub mod mapping;
#[cfg(feature = "oidc")]
pub mod oidc;
#[cfg(feature = "scim")]
pub mod scim;
#[cfg(feature = "seal")]
pub mod seal;
#[cfg(feature = "sync")]
pub mod sync;
#[cfg(feature = "tenancy")]
pub mod tenancy;
pub mod throttle;
#[cfg(feature = "ldap")]
pub mod tls;
#[cfg(feature = "vault")]
pub mod vault;

// Their types stand in what is public here: whoever uses these names has the same versions as we.
#[cfg(feature = "ldap")]
pub use rustls;
#[cfg(feature = "scim")]
pub use serde_json;
#[cfg(feature = "seal")]
pub use zeroize;
pub use {async_trait, bytes, chrono, http, pleiade_core, secrecy, url};
