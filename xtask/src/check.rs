//! `cargo xtask check`: what can be told without running the product.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::process::{name_of, output};
use crate::steps::Steps;
use crate::{Result, circles, install, workspace};

/// pleiade-core is for everybody: whoever uses it must not get these.
const FORBIDDEN_IN_CORE: &[&str] = &["tokio", "reqwest", "hyper", "axum", "sqlx", "ldap3"];
const CONNECTORS: &str = "pleiade-connectors";
const FEDERATION: &str = "pleiade-federation";
/// Its program looks at the dependencies of every crate.
const DENY: (&str, &str) = ("cargo-deny", "0.20.2");
/// Names of registries, which no file may hold: whoever builds this chooses where packages come from. Split, so that this file passes.
const REGISTRIES: &[&str] = &[
    concat!("npmjs", "."),
    concat!("index.", "crates.io"),
    concat!("static.", "crates.io"),
    concat!("//crates", ".io"),
    concat!("pypi", ".org"),
    concat!("python", "hosted.org"),
    concat!("deb.", "debian.org"),
];

/// Runs every check.
pub(crate) fn run(steps: &mut Steps) {
    steps.run("formatting", || cargo(&["fmt", "--all", "--check"]));
    steps.run("names of registries and machines", repository_text);
    steps.run("messages in French and in English", messages);
    steps.run("dependencies of pleiade-core", core_dependencies);
    steps.run("files that use each other in a circle", circles::check);
    steps.run("lints", || {
        let all = ["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"];
        cargo(&all)?;
        // Tests that servers are needed for are left out of `cargo test`, and of all targets with that.
        cargo(&["clippy", "--workspace", "--test", "real", "--all-features", "--", "-D", "warnings"])
    });
    steps.run("documentation", || {
        show(
            workspace::cargo(&["doc", "--workspace", "--all-features", "--no-deps"])
                .env("RUSTDOCFLAGS", "-D warnings"),
        )
    });
    steps.run("each connector alone", || each_alone(CONNECTORS, &features(CONNECTORS)?));
    steps.run("each feature of the federation alone", || each_alone(FEDERATION, &features(FEDERATION)?));
    steps.run("the server without any connector", || {
        cargo(&["check", "-p", "pleiade-server", "--no-default-features"])
    });
    steps.run("packages", packages);
    steps.run("licences, sources and duplicates of dependencies", dependencies);
}

/// The connectors: the features of their crate that have a folder of their name, with words in it.
pub(crate) fn connectors() -> Result<Vec<String>> {
    let folders = workspace::root().join("pleiade-connectors/src");
    let mut names = features(CONNECTORS)?;
    names.retain(|name| folders.join(name).join("locales").is_dir());
    Ok(names)
}

/// The features of a package that are not several of them.
fn features(package: &str) -> Result<Vec<String>> {
    let packages = workspace_packages()?;
    let found = packages.iter().find(|one| one.get("name").is_some_and(|name| name == package));
    let features = found.and_then(|package| package.get("features")?.as_object());
    let names = features.into_iter().flatten().map(|(name, _)| name.clone());
    Ok(names.filter(|name| !matches!(name.as_str(), "default" | "all")).collect())
}

/// Compiles a package without any feature, then with each alone.
fn each_alone(package: &str, features: &[String]) -> Result<()> {
    let alone = ["check", "-p", package, "--no-default-features"];
    cargo(&alone)?;
    features
        .iter()
        .try_for_each(|feature| cargo(&[alone.as_slice(), &["--features", feature.as_str()]].concat()))
}

/// Checks the dependencies by `deny.toml`.
fn dependencies() -> Result<()> {
    let tool = install::cargo_tool(DENY.0, DENY.1, &["--no-default-features"])?;
    let mut command = Command::new(tool);
    command.args(["--all-features", "check", "bans", "licenses", "sources"]).current_dir(workspace::root());
    show(&mut command)
}

pub(crate) fn cargo(arguments: &[&str]) -> Result<()> {
    show(&mut workspace::cargo(arguments))
}

/// Runs a command with its output on the terminal.
pub(crate) fn show(command: &mut Command) -> Result<()> {
    let program = name_of(command);
    let status =
        command.stdin(Stdio::null()).status().map_err(|error| format!("cannot start {program}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{program} failed: {status}")) }
}

fn core_dependencies() -> Result<()> {
    let tree = output(&mut workspace::cargo(&[
        "tree",
        "-p",
        "pleiade-core",
        "-e",
        "normal",
        "--all-features",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]))?;
    let found: BTreeSet<&str> = tree
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| {
            FORBIDDEN_IN_CORE.iter().any(|bad| name == bad || name.starts_with(&format!("{bad}-")))
        })
        .collect();
    if found.is_empty() { Ok(()) } else { Err(format!("pleiade-core must not depend on {found:?}")) }
}

fn workspace_packages() -> Result<Vec<serde_json::Value>> {
    let metadata = output(&mut workspace::cargo(&["metadata", "--format-version", "1", "--no-deps"]))?;
    let mut metadata: serde_json::Value =
        serde_json::from_str(&metadata).map_err(|error| format!("cargo metadata is not JSON: {error}"))?;
    match metadata.get_mut("packages").map(serde_json::Value::take) {
        Some(serde_json::Value::Array(packages)) => Ok(packages),
        _ => Err("cargo metadata names no packages".to_owned()),
    }
}

/// Cargo packages the published crates together, so that each finds the others although none is on the registry.
fn packages() -> Result<()> {
    let mut command = workspace::cargo(&["package", "--no-verify", "--allow-dirty", "--quiet"]);
    for package in workspace_packages()? {
        // `publish = false` is written as an empty list of registries.
        let is_published = package.get("publish").is_none_or(serde_json::Value::is_null);
        if let (true, Some(name)) = (is_published, package.get("name").and_then(serde_json::Value::as_str)) {
            command.args(["-p", name]);
        }
    }
    show(&mut command)
}

/// Files that git has or would take.
pub(crate) fn files() -> Result<Vec<PathBuf>> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(workspace::root());
    let list = output(&mut git)?;
    let files = list.split('\0').filter(|name| !name.is_empty()).map(|name| workspace::root().join(name));
    Ok(files.filter(|file| file.is_file()).collect())
}

/// No file names a registry, nor a place of the machine where it was written.
fn repository_text() -> Result<()> {
    let mut forbidden: Vec<String> = REGISTRIES.iter().map(ToString::to_string).collect();
    forbidden.push(workspace::root().display().to_string());
    forbidden.extend(std::env::var("HOME").ok().filter(|home| home.len() > 1).map(|home| format!("{home}/")));
    let mut found = Vec::new();
    for file in files()? {
        // What is not text names nothing that somebody reads.
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        for (index, line) in text.lines().enumerate() {
            if forbidden.iter().any(|name| line.contains(name)) {
                found.push(format!("{}:{}: {}", file.display(), index + 1, line.trim()));
            }
        }
    }
    if found.is_empty() { Ok(()) } else { Err(found.join("\n")) }
}

/// Each French message has its English twin, and the other way round.
fn messages() -> Result<()> {
    let mut differences = Vec::new();
    let mut pairs = 0;
    for file in files()? {
        let path = file.to_string_lossy();
        if !path.contains("/locales/") || !path.ends_with(".ftl") {
            continue;
        }
        let Some(twin) = twin(&file) else { continue };
        if !twin.is_file() {
            differences.push(format!("{}: {} is missing", file.display(), twin.display()));
            continue;
        }
        if path.contains("/locales/fr") {
            differences.extend(plain_spaces(&file)?);
        }
        let (mine, other) = (message_names(&file)?, message_names(&twin)?);
        differences
            .extend(mine.difference(&other).map(|name| format!("{}: {name} is missing", twin.display())));
        pairs += 1;
    }
    if !differences.is_empty() {
        return Err(differences.join("\n"));
    }
    println!("{pairs} message files");
    Ok(())
}

/// Finds the places of a French sentence where it could be broken before a mark that belongs to its word.
fn plain_spaces(file: &Path) -> Result<Vec<String>> {
    let text =
        std::fs::read_to_string(file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    let wrong = |line: &str| {
        !line.starts_with('#') && [" ;", " :", " ?", " !", " »", "« "].iter().any(|mark| line.contains(mark))
    };
    let lines = text.lines().enumerate().filter(|(_, line)| wrong(line));
    Ok(lines.map(|(n, _)| format!("{}:{}: a non-breaking space is missing", file.display(), n + 1)).collect())
}

/// `fr.ftl` ↔ `en.ftl`, `fr/desk.ftl` ↔ `en/desk.ftl`, `fr-desk.ftl` ↔ `en-desk.ftl`.
fn twin(file: &Path) -> Option<PathBuf> {
    let path = file.to_string_lossy();
    let start = path.rfind("/locales/")? + "/locales".len();
    let (folder, rest) = path.split_at(start);
    let swap = |from, to| {
        let after = rest.strip_prefix(&format!("/{from}"))?;
        after.starts_with(['.', '/', '-', '_']).then(|| PathBuf::from(format!("{folder}/{to}{after}")))
    };
    swap("fr", "en").or_else(|| swap("en", "fr"))
}

/// Names of messages and terms, and `name.attribute` of their attributes.
fn message_names(file: &Path) -> Result<BTreeSet<String>> {
    let text =
        std::fs::read_to_string(file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    let mut names = BTreeSet::new();
    let mut current = String::new();
    for line in text.lines() {
        let Some((name, _)) = line.split_once('=') else { continue };
        let indented = line.starts_with(' ');
        let name = name.trim();
        let attribute = name.strip_prefix('.');
        let is_name = |name: &str| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
        };
        if let (true, Some(attribute)) = (indented, attribute) {
            if is_name(attribute) {
                names.insert(format!("{current}.{attribute}"));
            }
        } else if !indented && is_name(name) {
            current = name.to_owned();
            names.insert(current.clone());
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twins_are_found_in_the_three_layouts() {
        for (french, english) in [
            ("/x/locales/fr.ftl", "/x/locales/en.ftl"),
            ("/x/locales/fr/desk.ftl", "/x/locales/en/desk.ftl"),
            ("/x/locales/fr-desk.ftl", "/x/locales/en-desk.ftl"),
        ] {
            assert_eq!(twin(Path::new(french)), Some(PathBuf::from(english)));
            assert_eq!(twin(Path::new(english)), Some(PathBuf::from(french)));
        }
        assert_eq!(twin(Path::new("/x/locales/free.ftl")), None);
    }

    #[test]
    fn names_of_messages_terms_and_attributes_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("fr.ftl");
        std::fs::write(&file, "# a = b\nhello = Bonjour\n    .title = Titre = vrai\n-brand = Pléiade\nmany =\n    { $n ->\n    }\n")
            .unwrap();
        let names: Vec<String> = message_names(&file).unwrap().into_iter().collect();
        assert_eq!(names, ["-brand", "hello", "hello.title", "many"]);
    }
}
