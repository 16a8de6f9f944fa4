//! The statements: one file a subject in `sql/`, each statement under a line `-- name: `.
//!
//! Both engines accept the same SQL.

/// A statement of `sql/`, by its file and its name. One that is missing does not compile.
macro_rules! sql {
    ($file:ident, $name:literal) => {{
        const STATEMENT: &str = $crate::storage::sql::statement(
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/storage/sql/", stringify!($file), ".sql")),
            $name,
        );
        STATEMENT
    }};
}

/// The prefix of the name of a statement.
const HEADER: &str = "-- name: ";

/// The statement of a file that has this name, without its header. For the compiler alone: it panics when there is none.
#[expect(clippy::panic, reason = "a statement that is missing must not compile")]
pub(super) const fn statement(file: &'static str, name: &str) -> &'static str {
    let mut rest = file;
    while !rest.is_empty() {
        let (line, after) = first_line(rest);
        if let Some(found) = strip(line.as_bytes(), HEADER.as_bytes())
            && let Some([]) = strip(found, name.as_bytes())
        {
            return until_next(after).trim_ascii_end();
        }
        rest = after;
    }
    panic!("no statement of the file has this name")
}

/// The text before the next header.
const fn until_next(text: &'static str) -> &'static str {
    let mut rest = text;
    while !rest.is_empty() && strip(rest.as_bytes(), HEADER.as_bytes()).is_none() {
        (_, rest) = first_line(rest);
    }
    text.split_at(text.len() - rest.len()).0
}

/// The first line without its end, and what follows it.
const fn first_line(text: &'static str) -> (&'static str, &'static str) {
    let mut bytes = text.as_bytes();
    while let [byte, rest @ ..] = bytes {
        if *byte == b'\n' {
            let (line, _) = text.split_at(text.len() - bytes.len());
            return (line, text.split_at(text.len() - rest.len()).1);
        }
        bytes = rest;
    }
    (text, "")
}

/// The text after a prefix.
const fn strip<'a>(mut text: &'a [u8], mut beginning: &[u8]) -> Option<&'a [u8]> {
    while let [wanted, others @ ..] = beginning {
        match text {
            [found, rest @ ..] if *found == *wanted => (text, beginning) = (rest, others),
            _ => return None,
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        collections::{BTreeMap, BTreeSet},
        path::Path,
    };

    const TWO: &str = "-- Two.\n\n-- name: first\n-- Why.\nSELECT 1\n\n-- name: first_of_all\nSELECT\n  2\n";

    #[test]
    fn a_statement_is_found_by_its_whole_name() {
        assert_eq!(statement(TWO, "first"), "-- Why.\nSELECT 1");
        assert_eq!(statement(TWO, "first_of_all"), "SELECT\n  2");
    }

    #[test]
    #[should_panic(expected = "no statement")]
    fn a_statement_that_is_missing_is_said() {
        statement(TWO, "second");
    }

    /// Statements by file and name, as the sources ask for them.
    fn used(folder: &Path, found: &mut BTreeSet<(String, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                used(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
                for call in text.split("sql!(").skip(1) {
                    let mut parts = call.splitn(4, [',', '"']);
                    if let (Some(file), Some(""), Some(name)) = (parts.next(), parts.next(), parts.next()) {
                        found.insert((file.to_owned(), name.to_owned()));
                    }
                }
            }
        }
    }

    #[test]
    fn every_statement_has_a_name_of_its_own_and_is_used() {
        let storage = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/storage");
        let mut written = BTreeMap::new();
        for entry in std::fs::read_dir(storage.join("sql")).unwrap() {
            let path = entry.unwrap().path();
            let file = path.file_stem().unwrap().to_str().unwrap().to_owned();
            for line in std::fs::read_to_string(&path).unwrap().lines() {
                if let Some(name) = line.strip_prefix(HEADER) {
                    *written.entry((file.clone(), name.to_owned())).or_insert(0) += 1;
                }
            }
        }
        let twice: Vec<_> = written.iter().filter(|(_, count)| **count > 1).collect();
        assert!(twice.is_empty(), "{twice:?}");
        let mut asked = BTreeSet::new();
        used(&storage, &mut asked);
        let unused: Vec<_> = written.keys().filter(|statement| !asked.contains(*statement)).collect();
        assert!(unused.is_empty(), "{unused:?}");
    }
}
