//! Panics, which are defects of the program, as lines of the log.
//!
//! Threat: what a panic says may quote whatever it was about, a secret or somebody's data. So a line says where it happened, and never what
//! was said.

use std::panic::{self, PanicHookInfo};

/// Writes the place of every panic of this process to the log from now on, and nothing to standard error.
pub fn log_panics() {
    panic::set_hook(Box::new(log));
}

fn log(panicked: &PanicHookInfo<'_>) {
    let place = panicked.location().map(|at| format!("{}:{}:{}", at.file(), at.line(), at.column()));
    let thread = std::thread::current();
    tracing::error!(
        alarm = true,
        place = place.unwrap_or_default(),
        thread = thread.name().unwrap_or_default(),
        "a defect: the program panicked; please report it with its place and version"
    );
    metrics::counter!("pleiade_panics_total").increment(1);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_panic_is_a_line_with_its_place_and_without_its_words() {
        let lines = Log::default();
        let writer = lines.clone();
        let subscriber =
            tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
        let before = panic::take_hook();
        log_panics();
        let ended = tracing::subscriber::with_default(subscriber, || {
            let secret = String::from("s3cret");
            panic::catch_unwind(|| panic!("the password was {secret}"))
        });
        panic::set_hook(before);
        assert!(ended.is_err());
        let lines = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        assert!(lines.contains("ERROR") && lines.contains("telemetry/panics.rs:"), "{lines}");
        assert!(!lines.contains("s3cret") && !lines.contains("password"), "{lines}");
    }
}
