//! Answers of an i-Parapheur, or of a stranger in its place.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| pleiade_connectors::iparapheur::fuzzing::answer(data));
