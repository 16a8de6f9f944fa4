//! Every connector, by the suite. One line each.

mod matrix;
mod nextcloud;
mod zimbra;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut subjects = Vec::new();
    subjects.extend(matrix::subjects());
    subjects.push(nextcloud::subject());
    subjects.extend(zimbra::subjects());
    pleiade_testkit::conformance::main(&subjects)
}
