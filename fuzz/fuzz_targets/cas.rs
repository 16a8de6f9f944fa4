//! Validation answers, proxy answers and logout requests of a CAS server.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| pleiade_federation::fuzzing::cas(data));
