//! Attacks on the clients of OpenID Connect and CAS and on trust in headers by a provider, a browser or a stranger. Numbers are those of
//! the rules in the threat model.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests panic like tests"
)]

mod callback;
mod cas;
mod client;
mod discovery;
mod fresh;
mod header;
mod id_token;
mod logout;
mod op;
mod presets;
