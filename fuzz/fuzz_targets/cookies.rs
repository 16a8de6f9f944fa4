//! Everything that a browser may send as its cookies.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| pleiade_server::fuzzing::cookies(data));
