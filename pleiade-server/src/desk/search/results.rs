//! What is found, in words.

use crate::desk::{line::ActionModel, tile::TileModel};

/// Answers of one kind.
#[derive(Debug, Clone, Default)]
pub(super) struct ResultGroup {
    /// Names it on the page.
    pub(super) id: String,
    /// Its heading.
    pub(super) title: String,
    /// The answers, the best first.
    pub(super) results: Vec<SearchResult>,
    /// What is to be known of them: that an application did not answer.
    pub(super) note: Option<String>,
}

/// One answer.
#[derive(Debug, Clone, Default)]
pub(super) struct SearchResult {
    /// Its picture.
    pub(super) tile: TileModel,
    /// Its title.
    pub(super) title: String,
    /// Where it is, for which collectivité, or whose.
    pub(super) detail: String,
    /// Where it leads; none for a button, and for what is only told.
    pub(super) href: Option<String>,
    /// True for a page of ours, which opens in the same window.
    pub(super) is_internal: bool,
    /// The button that does it.
    pub(super) action: Option<ActionModel>,
}

impl ResultGroup {
    /// A group of answers; none without any.
    pub(super) fn with_results(id: &str, title: String, results: Vec<SearchResult>) -> Option<Self> {
        (!results.is_empty()).then(|| Self { id: id.to_owned(), title, results, note: None })
    }
}
