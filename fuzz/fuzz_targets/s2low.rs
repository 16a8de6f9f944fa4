//! Answers of S²LOW, in its four dialects.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| pleiade_connectors::s2low::fuzzing::answer(data));
