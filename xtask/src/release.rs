//! `cargo xtask release-check`: what the libraries show, against what was said of it.
//!
//! Whoever publishes runs it: a line that went or changed breaks whoever used it, and asks for a version that says so.

use std::collections::BTreeMap;
use std::path::Path;

use crate::process::output;
use crate::steps::Steps;
use crate::{Result, install, workspace};

/// The crates that an integrator depends on. The server's own surface is its program, and the test kit is for tests.
const LIBRARIES: [&str; 3] = ["pleiade-core", "pleiade-connectors", "pleiade-federation"];
const FOLDER: &str = "docs/public-api";
/// The tool and its version, which reads what one version of the compiler writes: the next Rust asks for its next version.
const TOOL: (&str, &str) = ("cargo-public-api", "0.52.0");

/// Compares each library with its file, or writes the file.
pub(crate) fn run(steps: &mut Steps, write: bool) {
    let tool = steps.run("install cargo-public-api", || install::cargo_tool(TOOL.0, TOOL.1, &[]));
    for library in LIBRARIES {
        steps.run(format!("public API of {library}"), || {
            let now = public_api(tool.as_deref().ok_or("cargo-public-api is not installed.")?, library)?;
            let name = format!("{FOLDER}/{library}.txt");
            let file = workspace::root().join(&name);
            if write {
                let folder = std::fs::create_dir_all(workspace::root().join(FOLDER));
                return folder
                    .and_then(|()| std::fs::write(&file, now))
                    .map_err(|error| format!("cannot write {name}: {error}"));
            }
            let before =
                std::fs::read_to_string(&file).map_err(|error| format!("cannot read {name}: {error}"))?;
            match differences(&before, &now) {
                lines if lines.is_empty() => Ok(()),
                lines => Err(format!(
                    "{}\n{name} says otherwise. A line with - breaks whoever used it. If it is meant: cargo xtask release-check --write",
                    lines.join("\n")
                )),
            }
        });
    }
}

/// One line for each item, with every feature; not what the compiler implements for every type by itself.
fn public_api(tool: &Path, library: &str) -> Result<String> {
    let target = workspace::target().join("public-api");
    let mut rustdoc = workspace::cargo(&["rustdoc", "--quiet", "--all-features", "--lib", "-p", library]);
    rustdoc.args(["--", "-Z", "unstable-options", "--output-format", "json", "--cap-lints", "warn"]);
    // The form is an option of the stable compiler that only this variable opens. Build scripts look at it too: a folder of its own keeps
    // the others from being built again.
    output(rustdoc.env("RUSTC_BOOTSTRAP", "1").env("CARGO_TARGET_DIR", &target))?;
    let written = target.join("doc").join(library.replace('-', "_")).with_extension("json");
    let mut list = std::process::Command::new(tool);
    list.args(["--color", "never", "--omit", "blanket-impls,auto-trait-impls", "--rustdoc-json"])
        .arg(written);
    output(&mut list)
}

/// Lines that went, with `-`, and lines that came, with `+`. Their order says nothing.
fn differences(before: &str, now: &str) -> Vec<String> {
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    before.lines().for_each(|line| *counts.entry(line).or_default() -= 1);
    now.lines().for_each(|line| *counts.entry(line).or_default() += 1);
    let changed = counts.into_iter().filter(|(_, count)| *count != 0);
    changed.map(|(line, count)| format!("{} {line}", if count < 0 { '-' } else { '+' })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_and_what_came_is_told() {
        assert_eq!(differences("a\nb\nc\n", "c\na\nd\na\n"), ["+ a", "- b", "+ d"]);
        assert!(differences("a\nb\n", "b\na\n").is_empty());
    }
}
