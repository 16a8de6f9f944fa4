//! Answers of Ciril, and logins that enter its conditions.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| pleiade_connectors::ciril::fuzzing::answer(data));
