//! Attacks on the OpenID Connect client by a provider, a browser or a stranger. Numbers are those of the rules in the threat model.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests panic like tests"
)]

mod callback;
mod client;
mod discovery;
mod id_token;
mod logout;
mod op;
mod presets;
