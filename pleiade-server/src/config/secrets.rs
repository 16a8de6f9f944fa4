//! `x_file` in the place of `x`: the value is what the file holds, without its last line end.
//!
//! Every text may be given so: secrets, and PEM certificates. A path is relative to the file that names it.
//!
//! Threat: another account of the machine reads a sealing key and with it everything that is sealed. A key file that it may read is
//! refused; of every other file [`findings`](crate::findings) tell.

use super::{
    error::{Problem, ProblemKind},
    tree::{Node, Value, reason},
};
use crate::seal::{KeyError, SealKey};
use std::path::{Path, PathBuf};

/// A file that holds a value of the configuration, most often a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueFile {
    /// The key that it stands for, for example `seal.key`.
    pub key: String,
    /// The path of the file.
    pub path: PathBuf,
}

const MAX_FILE_BYTES: u64 = 1 << 20;

/// Replaces every `…_file` by what it names, and says which files those were. Gives all mistakes, not the first alone.
pub(super) fn resolve(node: &mut Node, key: &str, files: &mut Vec<ValueFile>, problems: &mut Vec<Problem>) {
    match &mut node.value {
        Value::List(list) => {
            for (n, item) in list.iter_mut().enumerate() {
                resolve(item, &format!("{key}[{n}]"), files, problems);
            }
        }
        Value::Table(table) => {
            let names: Vec<String> = table.keys().cloned().collect();
            for name in names {
                let path = if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
                let Some(plain) = name.strip_suffix("_file") else {
                    if let Some(child) = table.get_mut(&name) {
                        resolve(child, &path, files, problems);
                    }
                    continue;
                };
                let Some(node) = table.remove(&name) else { continue };
                if table.contains_key(plain) {
                    problems.push(node.problem(&path, format!("write `{plain}` or `{name}`, not both")));
                    continue;
                }
                match read_file(&node, &path) {
                    Ok((file, text)) => {
                        let key = path.strip_suffix("_file").unwrap_or(&path).to_owned();
                        if key.starts_with("seal.")
                            && let Err(error @ KeyError::TooOpen) = SealKey::from_file(&file)
                        {
                            problems.push(node.problem(&path, format!("{}: {error}", file.display())));
                        }
                        files.push(ValueFile { key, path: file });
                        table.insert(plain.to_owned(), Node { value: Value::Text(text), place: node.place });
                    }
                    Err(problem) => problems.push(problem),
                }
            }
        }
        _ => {}
    }
}

fn read_file(node: &Node, key: &str) -> Result<(PathBuf, String), Problem> {
    let Value::Text(file) = &node.value else {
        return Err(node.problem(key, "write the path of a file in quotes"));
    };
    let path = node.place.file.parent().unwrap_or(Path::new(".")).join(file);
    let missing = |why: &str| Problem {
        kind: ProblemKind::MissingSecretFile,
        ..node.problem(key, format!("the file {} cannot be read: {why}", path.display()))
    };
    let size = std::fs::metadata(&path).map_err(|error| missing(reason(&error)))?.len();
    if size > MAX_FILE_BYTES {
        return Err(missing("it is larger than 1 MiB"));
    }
    let is_pkcs12 =
        path.extension().is_some_and(|end| ["pfx", "p12"].iter().any(|one| end.eq_ignore_ascii_case(one)));
    if is_pkcs12 {
        return Err(missing(
            "it is a PKCS#12 file; `openssl pkcs12 -in FILE -nokeys -out certificate.pem` and `openssl pkcs12 -in FILE -nocerts -noenc -out \
             key.pem` make the two PEM files that are wanted",
        ));
    }
    let text = std::fs::read_to_string(&path).map_err(|error| missing(reason(&error)))?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.is_empty() {
        return Err(missing("it is empty"));
    }
    let text = text.to_owned();
    Ok((path, text))
}
