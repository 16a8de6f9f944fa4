//! Answers of an address that gives what is of one person.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| pleiade_connectors::exchange::fuzzing::synthesis(data));
