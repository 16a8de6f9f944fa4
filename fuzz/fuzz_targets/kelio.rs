//! Answers of Kelio.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| pleiade_connectors::kelio::fuzzing::answer(data));
