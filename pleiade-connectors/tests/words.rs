//! The message files of this crate and of every connector folder: both languages say the same things, and French
//! keeps its no-break spaces. Reads the sources, so that a connector behind a feature that is off is checked too.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by failing")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Message files, French and English, with the prefixes their keys may have.
fn files() -> Vec<(PathBuf, Vec<String>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = vec![(
        root.join("locales"),
        ["date-", "error-person-", "error-admin-", "kit-"].map(String::from).to_vec(),
    )];
    for folder in fs::read_dir(root.join("src")).unwrap() {
        let folder = folder.unwrap();
        let locales = folder.path().join("locales");
        if locales.is_dir() {
            found.push((locales, vec![format!("{}-", folder.file_name().to_str().unwrap())]));
        }
    }
    found
}

fn read_text(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Each message with the variables it uses. A term (`-name`) counts as a message.
fn messages(file: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let source = read_text(file);
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = String::new();
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        if let Some((key, _)) = line.split_once('=')
            && line.starts_with(|c: char| c.is_ascii_alphabetic() || c == '-')
        {
            current = key.trim().to_owned();
            assert!(found.insert(current.clone(), BTreeSet::new()).is_none(), "{current} stands twice");
        }
        for variable in line.split('$').skip(1) {
            let name: String = variable
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '-')
                .collect();
            found.entry(current.clone()).or_default().insert(name);
        }
    }
    found
}

#[test]
fn both_languages_say_the_same_things() {
    for (folder, prefixes) in files() {
        let [french, english] = ["fr.ftl", "en.ftl"].map(|name| messages(&folder.join(name)));
        let keys = |of: &BTreeMap<String, BTreeSet<String>>| of.keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys(&french), keys(&english), "{}", folder.display());
        for (key, variables) in &french {
            assert!(
                prefixes.iter().any(|prefix| key.trim_start_matches('-').starts_with(prefix.as_str())),
                "{key} does not start with the name of its folder, {}",
                folder.display()
            );
            // The hour is said on 24 in French and on 12 in English: these forms take their pick.
            if !key.starts_with("date-") {
                assert_eq!(Some(variables), english.get(key), "variables of {key} in {}", folder.display());
            }
        }
    }
}

/// Where a line breaks the rule: an ordinary space, or none, before high punctuation and inside guillemets.
fn badly_spaced(text: &str) -> Option<String> {
    let no_break = |c: Option<char>| matches!(c, Some('\u{a0}' | '\u{202f}'));
    let characters: Vec<char> = text.chars().collect();
    for (index, character) in characters.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|i| characters.get(i).copied());
        let after = characters.get(index + 1).copied();
        let good = match character {
            ';' | '!' | '?' | '»' => {
                no_break(before) || matches!((character, before), ('!' | '?', Some('!' | '?')))
            }
            ':' => no_break(before) || after.is_some_and(|c| !c.is_whitespace()),
            '«' => no_break(after),
            _ => true,
        };
        if !good {
            return Some(characters.iter().skip(index.saturating_sub(15)).take(30).collect());
        }
    }
    None
}

#[test]
fn french_spaces_do_not_break() {
    for good in ["Bonjour\u{a0}!", "«\u{a0}a\u{a0}»", "https://x", "12:30", "a\u{202f}; b", "Quoi\u{a0}?!"]
    {
        assert_eq!(badly_spaced(good), None, "{good}");
    }
    for bad in ["Bonjour !", "Bonjour!", "« a\u{a0}»", "a ; b", "Note : b", "Note: b"] {
        assert!(badly_spaced(bad).is_some(), "{bad}");
    }
    for (folder, _) in files() {
        let source = read_text(&folder.join("fr.ftl"));
        for line in source.lines().filter(|line| !line.starts_with('#')) {
            assert_eq!(badly_spaced(line), None, "{}", folder.display());
        }
        assert!(
            !source.lines().any(|line| !line.starts_with('#') && line.contains('\'')),
            "the French apostrophe is ’, {}",
            folder.display()
        );
    }
}
