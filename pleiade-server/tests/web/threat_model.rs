//! The threat model names a test beside each rule. A name that means nothing any more is a rule that nobody checks.

use std::{collections::BTreeSet, fs, path::Path};

fn functions(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() {
            if name != "target" && name != "node_modules" && !name.to_string_lossy().starts_with('.') {
                functions(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let names = text.lines().filter_map(|line| line.split_once("fn ")).filter_map(|(_, rest)| {
                let end = rest.find(['(', '<'])?;
                rest.get(..end)
            });
            found.extend(names.map(str::to_owned));
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
    functions(root, &mut known);
    let mut rules = 0;
    for row in document.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").collect();
        let [_, _, files, tests] = cells[..] else { continue };
        if files.contains("---") || files.trim() == "where" {
            continue;
        }
        rules += 1;
        assert!(!quoted(files).is_empty() && !quoted(tests).is_empty(), "{row}");
        for file in quoted(files) {
            assert!(root.join(file).is_file(), "{file} is not there: {row}");
        }
        for test in quoted(tests) {
            assert!(known.contains(test), "no function {test}: {row}");
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
    functions(root, &mut known);
    let mut numbers = Vec::new();
    for row in document.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [number, _, proof] = cells[..] else { panic!("three cells: {row}") };
        let Ok(number) = number.parse::<usize>() else { continue };
        numbers.push(number);
        let tests = quoted(proof);
        assert!(!tests.is_empty() || proof.starts_with("cannot apply: "), "{row}");
        for test in tests {
            assert!(known.contains(test), "no function {test}: {row}");
        }
    }
    assert_eq!(numbers, (1..=49).collect::<Vec<_>>());
}
