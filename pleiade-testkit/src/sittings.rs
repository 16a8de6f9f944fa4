//! For tests and demonstrations only: the sittings of the sample collectivités. Every application that tells of one, and the legal calendar
//! of the demonstration, takes its day, hour and place from here.

use chrono::{DateTime, Datelike as _, Days, NaiveDate, TimeDelta, TimeZone as _, Utc, Weekday};
use chrono_tz::Europe::Paris;

/// A sitting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SampleSitting {
    /// The slug of the collectivité.
    pub tenant: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its place.
    pub place: &'static str,
    /// Working days after today.
    pub days: usize,
    /// Hour and minute in Paris.
    pub time: (u32, u32),
    /// Its length.
    pub minutes: i64,
}

const fn sitting(
    tenant: &'static str,
    name: &'static str,
    place: &'static str,
    days: usize,
    time: (u32, u32),
    minutes: i64,
) -> SampleSitting {
    SampleSitting { tenant, name, place, days, time, minutes }
}

const TOWN: &str = "la-roche-aux-fees";

/// The committee of town planning.
pub const PLANNING: SampleSitting =
    sitting(TOWN, "Commission d’urbanisme", "Salle du conseil", 1, (14, 0), 90);
/// The committee of finance.
pub const FINANCE: SampleSitting =
    sitting(TOWN, "Commission des finances", "Bureau des adjoints", 2, (18, 0), 90);
/// The council of the town.
pub const COUNCIL: SampleSitting =
    sitting(TOWN, "Conseil municipal", "Salle du conseil, mairie", 6, (19, 0), 120);
/// The mayor and the deputies.
pub const BUREAU: SampleSitting = sitting(TOWN, "Bureau municipal", "Salle des mariages", 9, (18, 30), 90);

/// The councils of the collectivités.
pub const COUNCILS: [SampleSitting; 5] = [
    COUNCIL,
    sitting("saint-aubin-des-bois", "Conseil municipal", "Mairie de Saint-Aubin", 4, (19, 0), 120),
    sitting("val-d-ombre", "Conseil municipal", "Mairie", 8, (19, 0), 120),
    sitting("mesnil-sur-aure", "Conseil municipal", "Mairie", 14, (19, 0), 120),
    sitting("pays-des-trois-rivieres", "Conseil communautaire", "Siège de la communauté", 10, (19, 0), 120),
];

/// The council of a collectivité after the next one, whose convocation i-delibRE has sent already.
#[must_use]
pub fn council_to_convene(tenant: &str) -> Option<SampleSitting> {
    council(tenant).map(|next| SampleSitting { days: next.days + 15, ..*next })
}

/// The next council of a collectivité.
#[must_use]
pub fn council(tenant: &str) -> Option<&'static SampleSitting> {
    COUNCILS.iter().find(|council| council.tenant == tenant)
}

impl SampleSitting {
    /// Its day, seen from another.
    #[must_use]
    pub fn day(&self, today: NaiveDate) -> NaiveDate {
        working_day(today, self.days)
    }

    /// Its beginning, seen from an instant.
    #[must_use]
    pub fn starts(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let (hour, minute) = self.time;
        let day = self.day(now.with_timezone(&Paris).date_naive());
        let local = day.and_hms_opt(hour, minute, 0).unwrap_or_default();
        Paris.from_local_datetime(&local).earliest().map_or_else(|| local.and_utc(), |start| start.to_utc())
    }

    /// Its length.
    #[must_use]
    pub fn length(&self) -> TimeDelta {
        TimeDelta::minutes(self.minutes)
    }
}

/// The working day that comes so many after a day; with 0 that day itself, or the next that is one. Mondays to Fridays are, but for the
/// holidays of metropolitan France.
#[must_use]
pub fn working_day(from: NaiveDate, count: usize) -> NaiveDate {
    let later = from.iter_days().skip(usize::from(count > 0));
    later.filter(|day| is_working_day(*day)).nth(count.saturating_sub(1)).unwrap_or(from)
}

fn is_working_day(day: NaiveDate) -> bool {
    const FIXED: [(u32, u32); 8] = [(1, 1), (1, 5), (8, 5), (14, 7), (15, 8), (1, 11), (11, 11), (25, 12)];
    // Easter Monday, Ascension, Whit Monday.
    let moving = [1, 39, 50].map(|days| easter(day.year())?.checked_add_days(Days::new(days)));
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
        && !FIXED.contains(&(day.day(), day.month()))
        && !moving.contains(&Some(day))
}

/// Easter Sunday, by the method of Gauss for the years 1900 to 2099.
fn easter(year: i32) -> Option<NaiveDate> {
    let (a, b, c) = (year % 19, year % 4, year % 7);
    let d = (19 * a + 24) % 30;
    let e = (2 * b + 4 * c + 6 * d + 5) % 7;
    let days = match (d, e) {
        (29, 6) => 50,
        (28, 6) if a > 10 => 49,
        _ => 22 + d + e,
    };
    // Counted from the first of March; the two exceptions are a week earlier than the rule says.
    NaiveDate::from_ymd_opt(year, 3, 1)?.checked_add_signed(TimeDelta::days(i64::from(days) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pleiade_connectors::holidays::Place;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn weekends_and_holidays_are_no_working_days() {
        // 2026 begins on a Thursday; a Monday holiday, a Thursday holiday and two holidays in a row of others are in these years.
        for today in day("2024-01-01").iter_days().take_while(|day| day.year() < 2045) {
            let is_off = matches!(today.weekday(), Weekday::Sat | Weekday::Sun)
                || Place::default().holiday(today).is_some();
            assert_eq!(is_working_day(today), !is_off, "{today}");
        }
    }

    #[test]
    fn working_days_are_counted_from_the_day_after() {
        let friday = day("2026-04-03");
        assert_eq!(working_day(friday, 0), friday);
        assert_eq!(working_day(friday, 1), day("2026-04-07"), "after Easter Monday");
        assert_eq!(working_day(day("2026-04-04"), 0), day("2026-04-07"));
        assert_eq!(working_day(day("2026-04-04"), 1), day("2026-04-07"));
        assert_eq!(working_day(friday, 5), day("2026-04-13"));
    }

    #[test]
    fn a_convocation_to_a_council_can_still_be_sent_on_the_day_itself() {
        for today in day("2026-01-01").iter_days().take(366) {
            for council in &COUNCILS {
                let clear_days = if council.tenant == TOWN { 5 } else { 3 };
                assert!(
                    (council.day(today) - today).num_days() > clear_days,
                    "{} on {today}",
                    council.tenant
                );
            }
        }
    }
}
