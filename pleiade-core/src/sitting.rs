//! The sittings of an assembly.

use crate::Text;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A sitting of an assembly of the collectivité, as the application that convenes it knows it: a council, a bureau, a committee.
///
/// ```
/// use pleiade_core::{Sitting, Text};
/// let council = Sitting::new(Text::plain("Conseil municipal"), "2026-12-18".parse()?);
/// assert_eq!(council.day.to_string(), "2026-12-18");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Sitting {
    /// Its name, in the application's words.
    pub title: Text,
    /// The day on which it begins, in the legal time of the assembly.
    pub day: NaiveDate,
}

impl Sitting {
    /// A sitting of this name on a day.
    #[must_use]
    pub fn new(title: impl Into<Text>, day: NaiveDate) -> Self {
        Self { title: title.into(), day }
    }
}
