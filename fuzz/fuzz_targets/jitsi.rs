//! Texts in which somebody may have written a link to a meeting, names of rooms, and answers of Jitsi.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| pleiade_connectors::jitsi::fuzzing::text(data));
