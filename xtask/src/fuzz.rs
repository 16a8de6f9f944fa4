//! `cargo xtask fuzz`: each fuzz target for a while, and the model of isolation over many histories.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::process::{Nursery, name_of, output};
use crate::steps::Steps;
use crate::{Result, workspace};

const SECONDS: u32 = 120;
/// One input may take this many seconds, and the process this many megabytes.
const LIMITS: [&str; 2] = ["-timeout=10", "-rss_limit_mb=2048"];

/// The model of isolation, by the name of its test target. It is counted in histories: `PROPTEST_CASES` asks for another number.
const MODEL: &str = "model";
const HISTORIES: &str = "500";
/// Operations in a history, and how long all of them may take at most.
const OPERATIONS: &str = "40";
const MODEL_LIMIT: Duration = Duration::from_secs(2 * 60 * 60);

/// Runs the targets and the model, or the one named.
pub(crate) fn run(words: &[&str]) -> Result<()> {
    let (only, seconds) = match words {
        [] => (None, SECONDS),
        ["--seconds", seconds] => (None, number(seconds)?),
        [target] => (Some(*target), SECONDS),
        [target, "--seconds", seconds] => (Some(*target), number(seconds)?),
        _ => return Err("write: cargo xtask fuzz [TARGET] [--seconds 120]".to_owned()),
    };
    let mut names = targets(&workspace::root().join("fuzz/fuzz_targets"))?;
    names.retain(|name| only.is_none_or(|only| only == name));
    let with_model = only.is_none_or(|only| only == MODEL);
    if names.is_empty() && !with_model {
        return Err("there is no such fuzz target; they are in fuzz/fuzz_targets, and `model`".to_owned());
    }
    if !names.is_empty() {
        install()?;
    }
    let mut nursery = Nursery::new()?;
    let mut steps = Steps::default();
    if with_model {
        steps.run(MODEL, || model(&mut nursery));
    }
    for name in names {
        // The steps keep their names to the end of the program.
        let name: &'static str = name.leak();
        steps.run(name, || fuzz(&mut nursery, name, seconds));
    }
    steps.finish()
}

fn number(text: &str) -> Result<u32> {
    text.parse().map_err(|_| format!("{text} is no number of seconds"))
}

fn targets(folder: &Path) -> Result<Vec<String>> {
    let entries =
        std::fs::read_dir(folder).map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
    let mut names: Vec<String> =
        entries.flatten().filter_map(|entry| Some(entry.path().file_stem()?.to_str()?.to_owned())).collect();
    names.sort();
    Ok(names)
}

fn install() -> Result<()> {
    if output(&mut workspace::cargo(&["fuzz", "--version"])).is_ok() {
        return Ok(());
    }
    println!("Installing cargo-fuzz");
    output(&mut workspace::cargo(&["install", "--locked", "cargo-fuzz"])).map(|_| ())
}

/// New inputs go to the cache: the corpus in the repository is kept small by hand.
fn fuzz(nursery: &mut Nursery, target: &str, seconds: u32) -> Result<()> {
    let found = workspace::cache().join("fuzz").join(target);
    std::fs::create_dir_all(&found).map_err(|error| format!("cannot create {}: {error}", found.display()))?;
    // The code is safe Rust: what a sanitizer would see in it, the checks of the language see too.
    let mut command = workspace::cargo(&["fuzz", "run", "--sanitizer", "none", "--dev", "--target-dir"]);
    command.arg(workspace::target().join("fuzz")).arg(target).arg(&found);
    command.arg(workspace::root().join("fuzz/corpus").join(target));
    if target == "cookies" {
        // The only one that needs the whole server.
        command.args(["--features", "server"]);
    }
    command.arg("--").arg(format!("-max_total_time={seconds}")).args(LIMITS);
    // The instrumentation is an option of the stable compiler that only this variable opens.
    command.env("RUSTC_BOOTSTRAP", "1");
    // Building comes first, and a target only ends between two inputs.
    succeed(nursery, &mut command, Duration::from_secs(u64::from(seconds) + 15 * 60))
}

/// Runs the model. Its findings are written under `pleiade-server/tests/proptest-regressions`, and gone through first the next time.
fn model(nursery: &mut Nursery) -> Result<()> {
    // One set of packages and features everywhere: each dependency is compiled in one form only.
    let mut command = workspace::cargo(&["test", "--workspace", "--all-features", "--test", MODEL]);
    command.env("MODEL_OPERATIONS", OPERATIONS);
    if std::env::var_os("PROPTEST_CASES").is_none() {
        command.env("PROPTEST_CASES", HISTORIES);
    }
    succeed(nursery, &mut command, MODEL_LIMIT)
}

fn succeed(nursery: &mut Nursery, command: &mut Command, limit: Duration) -> Result<()> {
    let status = nursery.wait(command, limit)?;
    if status.success() { Ok(()) } else { Err(format!("{} failed: {status}", name_of(command))) }
}
