//! The state of accessibility that the home page must tell: by the last audit, as the model of declaration of the RGAA 4.1 has it.

use chrono::{Months, NaiveDate};
use serde::Deserialize;
use url::Url;

/// A declaration is renewed after three years at the latest.
const VALID_FOR: Months = Months::new(36);

/// An audit of accessibility by the RGAA.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessibilityAudit {
    /// The day on which it ended: `2026-05-31`. After three years it counts no more.
    pub on: NaiveDate,
    /// The criteria that are met, in percent of those that apply, rounded down: 0 to 100.
    pub met: u8,
    /// Who made it.
    pub by: String,
    /// The address of the whole declaration, where it is published elsewhere.
    #[serde(default)]
    pub declaration: Option<Url>,
}

/// The state of accessibility.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessibilityState {
    /// Nobody has audited it, which counts as not conforming.
    NotAudited,
    /// The audit is older than three years, which counts as not conforming.
    Outdated,
    /// Less than half of the criteria are met.
    NotConforming,
    /// At least half of the criteria are met.
    Partly,
    /// All criteria are met.
    Fully,
}

impl AccessibilityState {
    /// The state on a day, by the last audit.
    #[must_use]
    pub fn new(audit: Option<&AccessibilityAudit>, today: NaiveDate) -> Self {
        let Some(audit) = audit else { return Self::NotAudited };
        match audit.met {
            _ if audit.on.checked_add_months(VALID_FOR).is_some_and(|end| end < today) => Self::Outdated,
            ..50 => Self::NotConforming,
            50..100 => Self::Partly,
            100.. => Self::Fully,
        }
    }

    /// The message for the foot of a page.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::NotAudited => "accessibility-not-audited",
            Self::Outdated => "accessibility-outdated",
            Self::NotConforming => "accessibility-not",
            Self::Partly => "accessibility-partly",
            Self::Fully => "accessibility-fully",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_called_conforming_that_no_audit_of_the_last_three_years_found_so() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let audit =
            |met| AccessibilityAudit { on: day("2026-05-31"), met, by: "Cabinet".into(), declaration: None };
        use AccessibilityState::{Fully, NotAudited, NotConforming, Outdated, Partly};
        assert_eq!(AccessibilityState::new(None, day("2026-11-28")), NotAudited);
        for (met, expected) in
            [(0, NotConforming), (49, NotConforming), (50, Partly), (99, Partly), (100, Fully)]
        {
            assert_eq!(AccessibilityState::new(Some(&audit(met)), day("2026-11-28")), expected, "{met}");
        }
        assert_eq!(AccessibilityState::new(Some(&audit(100)), day("2029-05-31")), Fully);
        assert_eq!(AccessibilityState::new(Some(&audit(100)), day("2029-06-01")), Outdated);
    }
}
