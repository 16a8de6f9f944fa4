//! Named steps that all run, and a summary at the end.

use std::{
    cmp::Reverse,
    time::{Duration, Instant},
};

use crate::Result;

/// Steps that the summary names as the slowest.
const SLOWEST: usize = 3;

struct Step {
    name: String,
    passed: bool,
    took: Duration,
}

/// The steps that have run so far.
#[derive(Default)]
pub(crate) struct Steps {
    done: Vec<Step>,
}

impl Steps {
    /// Runs one step under its heading; its failure is printed and remembered.
    pub(crate) fn run<T>(&mut self, name: impl Into<String>, step: impl FnOnce() -> Result<T>) -> Option<T> {
        let name = name.into();
        println!("\n== {name}");
        let began = Instant::now();
        let outcome = step();
        let passed = outcome.is_ok();
        let outcome = outcome.inspect_err(|message| println!("{name}: FAILED\n{message}")).ok();
        self.done.push(Step { name, passed, took: began.elapsed() });
        outcome
    }

    /// Prints the summary; an error if a step failed.
    pub(crate) fn finish(self) -> Result<()> {
        let failed = self.done.iter().filter(|step| !step.passed).count();
        let width = self.done.iter().map(|step| step.name.chars().count()).max().unwrap_or_default();
        println!("\n== summary");
        for Step { name, passed, took } in &self.done {
            let result = if *passed { "passed" } else { "FAILED" };
            println!("{name:width$}  {result}  {:>7.1} s", took.as_secs_f64());
        }
        let mut slowest: Vec<&Step> = self.done.iter().collect();
        slowest.sort_by_key(|step| Reverse(step.took));
        let named = |step: &&Step| format!("{} ({:.0} s)", step.name, step.took.as_secs_f64());
        let slowest: Vec<String> = slowest.iter().take(SLOWEST).map(named).collect();
        println!("slowest: {}", slowest.join(", "));
        println!("{} passed, {failed} failed", self.done.len() - failed);
        if failed == 0 { Ok(()) } else { Err(String::new()) }
    }
}
