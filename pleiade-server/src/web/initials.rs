//! Letters in the place of a picture.

/// The first letters of the first two words.
#[must_use]
pub(crate) fn initials(name: &str) -> String {
    let letters: String = name
        .split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()))
        .take(2)
        .collect();
    letters.to_uppercase()
}
