//! Files that business applications hand over.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| pleiade_connectors::exchange::fuzzing::file(data));
