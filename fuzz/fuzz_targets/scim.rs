//! Filters, paths and changes of an identity manager.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| pleiade_federation::fuzzing::scim(data));
