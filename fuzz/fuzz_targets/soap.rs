//! SOAP 1.1: any answer, and any text of a call.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| pleiade_connectors::kit::soap::fuzzing::answer(data));
