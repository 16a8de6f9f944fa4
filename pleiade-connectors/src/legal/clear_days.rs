//! Clear days.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// A number of clear days (*jours francs*): neither the day from which they are counted nor the one to which they lead is among them.
/// Saturdays, Sundays and public holidays are, and nothing is prolonged when the last one is a holiday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClearDays(pub u16);

impl ClearDays {
    /// The last day on which something may be sent for a meeting; none before the first day of the calendar.
    #[must_use]
    pub fn before(self, meeting: NaiveDate) -> Option<NaiveDate> {
        meeting.checked_sub_days(Days::new(u64::from(self.0) + 1))
    }

    /// The first day on which something may take place after it was sent; none after the last day of the calendar.
    #[must_use]
    pub fn after(self, sending: NaiveDate) -> Option<NaiveDate> {
        sending.checked_add_days(Days::new(u64::from(self.0) + 1))
    }
}
