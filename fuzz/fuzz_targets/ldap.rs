//! Answers of a directory.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| pleiade_federation::fuzzing::ldap(data));
