//! Answers of the API v2 of i-delibRE.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| pleiade_connectors::idelibre::fuzzing::answer(data));
