//! `cargo xtask check --each-connector`: a connector that is deleted leaves nothing behind that needs it.
//!
//! In a copy of the workspace its folders go, and its lines in the registries and in the manifests; what is left must compile. A connector
//! that another file names fails here.

use std::fs;
use std::path::Path;

use crate::check::{connectors, files, show};
use crate::steps::Steps;
use crate::{Result, workspace};

/// The files that name connectors: the registries of connectors and of simulators, and the features.
const REGISTRIES: [&str; 6] = [
    "pleiade-connectors/src/lib.rs",
    "pleiade-connectors/src/registry.rs",
    "pleiade-testkit/src/lib.rs",
    "pleiade-testkit/src/simulated.rs",
    "pleiade-connectors/Cargo.toml",
    "pleiade-server/Cargo.toml",
];

/// Removes each connector in turn.
pub(crate) fn run(steps: &mut Steps) -> Result<()> {
    for connector in connectors()? {
        steps.run(format!("without {connector}"), || without(&connector));
    }
    Ok(())
}

/// The connectors that stand on the code of this one, by their features.
fn dependents(connector: &str) -> Result<Vec<String>> {
    let manifest = workspace::root().join("pleiade-connectors/Cargo.toml");
    let text = fs::read_to_string(&manifest).map_err(|error| format!("cannot read the features: {error}"))?;
    let needs = |name: &String| {
        let start = format!("{name} = [");
        let line = text.lines().find(|line| line.starts_with(&start));
        line.is_some_and(|line| line.contains(&format!("\"{connector}\"")))
    };
    Ok(connectors()?.into_iter().filter(needs).collect())
}

/// Removes a connector, and those that stand on its code.
fn without(connector: &str) -> Result<()> {
    let mut removed = dependents(connector)?;
    removed.push(connector.to_owned());
    let copy = tempfile::tempdir().map_err(|error| format!("cannot create a temporary folder: {error}"))?;
    let folders = [
        "pleiade-connectors/src",
        "pleiade-connectors/tests",
        "pleiade-testkit/src",
        "pleiade-testkit/tests",
    ];
    let gone = |path: &Path| {
        folders.iter().any(|folder| removed.iter().any(|one| path.starts_with(Path::new(folder).join(one))))
    };
    for file in files()? {
        let path = file.strip_prefix(workspace::root()).unwrap_or(&file);
        if gone(path) {
            continue;
        }
        let to = copy.path().join(path);
        let written = to.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::copy(&file, &to));
        written.map_err(|error| format!("cannot copy {}: {error}", path.display()))?;
    }
    for registry in REGISTRIES {
        let path = copy.path().join(registry);
        let text = fs::read_to_string(&path).map_err(|error| format!("cannot read {registry}: {error}"))?;
        let text = removed.iter().fold(text, |text, one| without_lines(&text, one));
        fs::write(&path, text).map_err(|error| format!("cannot write {registry}: {error}"))?;
    }
    // The programs that the registries serve; the tests and the examples of a connector name it.
    let mut command = workspace::cargo(&[
        "check",
        "--offline",
        "-p",
        "pleiade-server",
        "-p",
        "pleiade-testkit",
        "--all-features",
    ]);
    let target = workspace::target().join("each-connector");
    show(command.current_dir(copy.path()).env("CARGO_TARGET_DIR", &target))?;
    // The document of connectors loses its section, and nothing else.
    let mut command = workspace::cargo(&[
        "test",
        "--offline",
        "-p",
        "pleiade-connectors",
        "--all-features",
        "--test",
        "document",
    ]);
    show(command.current_dir(copy.path()).env("CARGO_TARGET_DIR", &target).env("UPDATE", "1"))?;
    let document = fs::read_to_string(copy.path().join("docs/connectors.md")).unwrap_or_default();
    match document.contains(&format!("\nKind `{connector}`.")) {
        false => Ok(()),
        true => Err(format!("docs/connectors.md still has {connector}")),
    }
}

/// A registry without the lines of a connector, and its name taken out of the lists of several.
fn without_lines(text: &str, connector: &str) -> String {
    let attribute = format!("#[cfg(feature = \"{connector}\")]");
    let starts = [
        format!("pub mod {connector};"),
        format!("pub use {connector}::"),
        format!("crate::{connector}::"),
        format!("visitor.kind::<crate::{connector}::"),
        format!("{connector} = ["),
    ];
    let kept = text.lines().filter(|line| {
        let line = line.trim();
        line != attribute && !starts.iter().any(|start| line.starts_with(start))
    });
    let listed = |line: &str| {
        line.replace(&format!("\"{connector}\", "), "").replace(&format!(", \"{connector}\"]"), "]")
    };
    kept.map(|line| listed(line) + "\n").collect()
}
