//! The corpus of each fuzz target, which the tests of its connector replay.

use std::path::{Path, PathBuf};

fn folder(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target)
}

/// One file of a corpus.
pub(crate) fn sample(target: &str, name: &str) -> Vec<u8> {
    std::fs::read(folder(target).join(name)).unwrap()
}

/// Every file of a corpus, which has so many at least.
pub(crate) fn samples(target: &str, at_least: usize) -> Vec<Vec<u8>> {
    let files = std::fs::read_dir(folder(target)).unwrap();
    let files: Vec<_> = files.map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect();
    assert!(files.len() >= at_least, "the corpus of {target} is nearly empty");
    files
}
