//! Logout tokens of an OpenID provider.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| pleiade_federation::fuzzing::logout_token(data));
