//! The threat model names a test beside each rule. A name that means nothing any more is a rule that nobody checks.

use std::{collections::BTreeSet, fs, path::Path};

/// The names of every test: what stands under an attribute of a test, and what the suites of engines and connectors call.
fn tests(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() {
            if name != "target" && name != "node_modules" && !name.to_string_lossy().starts_with('.') {
                tests(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let suites = ["storage_suite", "upgrade_suite", "conformance"];
            let suite = path.components().any(|part| suites.iter().any(|suite| part.as_os_str() == *suite));
            let mut is_test = false;
            for line in fs::read_to_string(&path).unwrap().lines() {
                if line.trim_start().starts_with("#[") && line.contains("test") {
                    is_test = true;
                }
                if let Some((_, rest)) = line.split_once("fn ") {
                    let name = rest.find(['(', '<']).and_then(|end| rest.get(..end));
                    found.extend(name.filter(|_| is_test || suite).map(str::to_owned));
                    is_test = false;
                }
            }
        }
    }
}

fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

#[test]
fn each_rule_has_its_code_and_its_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let document = fs::read_to_string(root.join("docs/threat-model.md")).unwrap();
    let mut known = BTreeSet::new();
    tests(root, &mut known);
    let mut rules = 0;
    for row in document.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").collect();
        let [_, _, files, named] = cells[..] else { continue };
        if files.contains("---") || files.trim() == "where" {
            continue;
        }
        rules += 1;
        assert!(!quoted(files).is_empty() && !quoted(named).is_empty(), "{row}");
        for file in quoted(files) {
            assert!(root.join(file).is_file(), "{file} is not there: {row}");
        }
        for test in quoted(named) {
            assert!(known.contains(test), "no test {test}: {row}");
        }
    }
    assert!(rules >= 40, "{rules} rules were read");
}

/// A number of the checklist is proved by tests that exist, or says why it cannot apply.
#[test]
fn each_number_of_the_checklist_is_proved() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let document = fs::read_to_string(root.join("docs/federation-checklist.md")).unwrap();
    let mut known = BTreeSet::new();
    tests(root, &mut known);
    let mut numbers = Vec::new();
    for row in document.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [number, _, proof] = cells[..] else { panic!("three cells: {row}") };
        let Ok(number) = number.parse::<usize>() else { continue };
        numbers.push(number);
        let named = quoted(proof);
        assert!(!named.is_empty() || proof.starts_with("cannot apply: "), "{row}");
        for test in named {
            assert!(known.contains(test), "no test {test}: {row}");
        }
    }
    assert_eq!(numbers, (1..=49).collect::<Vec<_>>());
}
