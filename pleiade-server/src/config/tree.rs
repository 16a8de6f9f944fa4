//! The files as one tree that remembers where each value stands.

use super::error::{ConfigError, FilePosition, Problem, ProblemKind};
use std::{
    collections::{BTreeMap, btree_map::Entry},
    fmt,
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
};
use toml::de::{DeTable, DeValue};
use zeroize::Zeroize as _;

/// Includes within includes at most: a file that includes itself ends here.
const MAX_INCLUDE_DEPTH: usize = 4;
/// Bytes of one file at most.
const MAX_FILE_BYTES: u64 = 4 << 20;

/// A value and its place.
#[derive(Clone)]
pub(super) struct Node {
    pub(super) value: Value,
    pub(super) place: FilePosition,
}

/// As in TOML. Dates are not used by any key, so they stay text.
#[derive(Clone)]
pub(super) enum Value {
    Table(BTreeMap<String, Node>),
    List(Vec<Node>),
    Text(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
}

/// The value may be a secret.
impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Node({})", self.place)
    }
}

impl Node {
    pub(super) fn problem(&self, key: &str, message: impl Into<String>) -> Problem {
        Problem {
            kind: ProblemKind::Wrong,
            place: Some(self.place.clone()),
            key: key.to_owned(),
            message: message.into(),
        }
    }

    /// Wipes every text, so that only places are left.
    pub(super) fn forget_values(&mut self) {
        match &mut self.value {
            Value::Table(table) => table.values_mut().for_each(Self::forget_values),
            Value::List(list) => list.iter_mut().for_each(Self::forget_values),
            Value::Text(text) => text.zeroize(),
            _ => {}
        }
    }

    /// The place of a key such as `tenants[1].hosts[0]`, or of the nearest value above it.
    pub(super) fn place_of(&self, key: &str) -> FilePosition {
        let mut node = self;
        for part in key.split(['.', '[']).map(|part| part.trim_end_matches(']')) {
            let next = match &node.value {
                Value::Table(table) => table.get(part),
                Value::List(list) => part.parse::<usize>().ok().and_then(|n| list.get(n)),
                _ => None,
            };
            match next {
                Some(next) => node = next,
                None => break,
            }
        }
        node.place.clone()
    }
}

/// One file's text and name, for places.
struct Source {
    path: Arc<Path>,
    text: String,
}

impl Source {
    fn place(&self, span: &Range<usize>) -> FilePosition {
        let before = self.text.get(..span.start).unwrap_or(&self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        FilePosition {
            file: self.path.to_path_buf(),
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).map_or(0, |line| line.chars().count()) + 1,
        }
    }

    fn node(&self, value: &DeValue<'_>, span: &Range<usize>) -> Result<Node, Problem> {
        let place = self.place(span);
        let number = |what: &str| Problem {
            kind: ProblemKind::Wrong,
            place: Some(place.clone()),
            key: String::new(),
            message: format!("this {what} is out of range"),
        };
        let value = match value {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Integer(integer) => Value::Integer(
                i64::from_str_radix(integer.as_str(), integer.radix()).map_err(|_| number("number"))?,
            ),
            DeValue::Float(float) => Value::Float(float.as_str().parse().map_err(|_| number("number"))?),
            DeValue::Boolean(boolean) => Value::Boolean(*boolean),
            DeValue::Datetime(datetime) => Value::Text(datetime.to_string()),
            DeValue::Array(array) => Value::List(
                array.iter().map(|item| self.node(item.get_ref(), &item.span())).collect::<Result<_, _>>()?,
            ),
            DeValue::Table(table) => Value::Table(self.table(table)?),
        };
        Ok(Node { value, place })
    }

    fn table(&self, table: &DeTable<'_>) -> Result<BTreeMap<String, Node>, Problem> {
        table
            .iter()
            .map(|(key, value)| {
                let mut node = self.node(value.get_ref(), &value.span())?;
                // A mistake is looked for where the key is written.
                node.place = self.place(&key.span());
                Ok((key.get_ref().to_string(), node))
            })
            .collect()
    }
}

/// Reads a file and those it includes.
pub(super) fn read_tree(path: &Path) -> Result<Node, ConfigError> {
    read_one(path, 0)
}

fn read_one(path: &Path, depth: usize) -> Result<Node, ConfigError> {
    let start = FilePosition { file: path.to_path_buf(), line: 1, column: 1 };
    let wrong = |message: &str| Problem {
        kind: ProblemKind::Wrong,
        place: Some(start.clone()),
        key: String::new(),
        message: message.to_owned(),
    };
    if depth > MAX_INCLUDE_DEPTH {
        return Err(wrong("included through too many files; does a file include itself?").into());
    }
    let size = std::fs::metadata(path)
        .map_err(|error| wrong(&format!("the file cannot be read: {}", reason(&error))))?
        .len();
    if size > MAX_FILE_BYTES {
        return Err(wrong("the file is larger than 4 MiB").into());
    }
    let text = std::fs::read_to_string(path)
        .map_err(|error| wrong(&format!("the file cannot be read: {}", reason(&error))))?;
    let source = Source { path: path.into(), text };
    let parsed = DeTable::parse(&source.text).map_err(|error| Problem {
        kind: ProblemKind::Wrong,
        place: Some(error.span().map_or_else(|| start.clone(), |span| source.place(&span))),
        key: String::new(),
        message: format!("not valid TOML: {}", error.message()),
    })?;
    let mut table = source.table(parsed.get_ref())?;
    let include = table.remove("include");
    let mut whole = Node { value: Value::Table(table), place: start };
    for file in included(include.as_ref(), path)? {
        merge(&mut whole, read_one(&file, depth + 1)?, "")?;
    }
    Ok(whole)
}

/// The text of a `std::io::Error` without the parts that differ by machine.
pub(super) fn reason(error: &std::io::Error) -> &'static str {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file",
        std::io::ErrorKind::PermissionDenied => "permission denied",
        std::io::ErrorKind::IsADirectory => "it is a folder",
        std::io::ErrorKind::InvalidData => "it is not UTF-8 text",
        _ => "reading failed",
    }
}

/// The files of `include`, relative to the file that includes them; `folder/*.toml` is every TOML file of a folder, in the order of
/// their names.
fn included(include: Option<&Node>, from: &Path) -> Result<Vec<PathBuf>, Problem> {
    let Some(include) = include else { return Ok(Vec::new()) };
    let Value::List(list) = &include.value else {
        return Err(include.problem("include", "write a list: include = [\"conf.d/*.toml\"]"));
    };
    let folder = from.parent().unwrap_or(Path::new("."));
    let mut files = Vec::new();
    for entry in list {
        let Value::Text(pattern) = &entry.value else {
            return Err(entry.problem("include", "write file names in quotes"));
        };
        match pattern.strip_suffix("*.toml") {
            Some(below) if !below.contains('*') => {
                let below = folder.join(below);
                let entries = std::fs::read_dir(&below).map_err(|error| {
                    entry.problem("include", format!("the folder cannot be read: {}", reason(&error)))
                })?;
                let mut found: Vec<PathBuf> = entries
                    .filter_map(|entry| entry.ok().map(|entry| entry.path()))
                    .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
                    .collect();
                found.sort();
                files.extend(found);
            }
            None if !pattern.contains('*') => files.push(folder.join(pattern)),
            _ => return Err(entry.problem("include", "only folder/*.toml is understood")),
        }
    }
    Ok(files)
}

/// Tables join, lists follow one another, and a single value may be written once.
fn merge(into: &mut Node, other: Node, key: &str) -> Result<(), Problem> {
    match (&mut into.value, other.value) {
        (Value::Table(into), Value::Table(other)) => {
            for (name, node) in other {
                match into.entry(name) {
                    Entry::Vacant(slot) => drop(slot.insert(node)),
                    Entry::Occupied(mut slot) => {
                        let key =
                            if key.is_empty() { slot.key().clone() } else { format!("{key}.{}", slot.key()) };
                        merge(slot.get_mut(), node, &key)?;
                    }
                }
            }
            Ok(())
        }
        (Value::List(into), Value::List(other)) => {
            into.extend(other);
            Ok(())
        }
        _ => Err(Problem {
            kind: ProblemKind::Wrong,
            place: Some(other.place),
            key: key.to_owned(),
            message: format!("already written at {}", into.place),
        }),
    }
}
