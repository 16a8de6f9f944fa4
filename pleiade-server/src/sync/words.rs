//! What people are found by.

use pleiade_federation::tenancy::plain;

/// The words of a text in lower case, without accents and punctuation, each with a space before it: ` helene o brien`. A search typed
/// is folded alike.
#[must_use]
pub fn fold(text: &str) -> String {
    plain(text).split_whitespace().flat_map(|word| [" ", word]).collect()
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn accents_case_and_punctuation_do_not_count() {
        for (text, folded) in [
            ("Hélène D’ARC-Élysée", " helene d arc elysee"),
            ("He\u{301}le\u{300}ne", " helene"),
            ("Cœur ﬁn Łódź", " coeur fin lodz"),
            ("jean.dupont@mairie.fr", " jean dupont mairie fr"),
            (" %_\\ ", ""),
        ] {
            assert_eq!(fold(text), folded);
        }
    }
}
