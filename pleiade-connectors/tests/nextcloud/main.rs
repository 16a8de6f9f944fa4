//! Nextcloud's client and widgets on recorded answers.
#![cfg(feature = "nextcloud")]

mod access;
mod errors;
mod parsers;
mod requests;
mod support;
mod widgets;
