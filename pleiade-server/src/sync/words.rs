//! The words that people are found by.

use crate::storage::{Storage, StorageError};
use pleiade_core::{IdentityId, SourceId};
use pleiade_federation::tenancy::plain;

/// The words of a text in lower case, without accents and punctuation, each with a space before it: ` helene o brien`. A search typed
/// is folded alike.
#[must_use]
pub fn fold(text: &str) -> String {
    plain(text).split_whitespace().flat_map(|word| [" ", word]).collect()
}

/// The name that a directory tells of somebody: for reports about that directory.
///
/// # Errors
/// Those of storage.
pub async fn name_in_directory(
    storage: &dyn Storage,
    directory: &SourceId,
    person: IdentityId,
) -> Result<Option<String>, StorageError> {
    for record in storage.links_of_person(person).await? {
        if record.link.source == *directory
            && let Some(names) = storage.link_facts(record.id).await?.and_then(|facts| facts.names)
        {
            return Ok(Some(names.display_name));
        }
    }
    Ok(None)
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
