use crate::day;
use chrono::{Datelike as _, NaiveDate, TimeDelta, Weekday};
use pleiade_connectors::legal::ClearDays;
use proptest::prelude::*;

/// The worked cases of public guides.
#[test]
fn sendings_before_a_meeting() {
    let friday = day("2026-12-18");
    assert_eq!(friday.weekday(), Weekday::Fri);
    let sent = ClearDays(3).before(friday).unwrap();
    assert_eq!((sent, sent.weekday()), (day("2026-12-14"), Weekday::Mon), "a Friday: the Monday before");
    let sent = ClearDays(3).before(day("2026-12-21")).unwrap();
    assert_eq!((sent, sent.weekday()), (day("2026-12-17"), Weekday::Thu), "a Monday: the Thursday before");
    assert_eq!(ClearDays(3).before(day("2026-12-28")), Some(day("2026-12-24")), "Christmas changes nothing");
    let sent = ClearDays(5).before(friday).unwrap();
    assert_eq!((sent, sent.weekday()), (day("2026-12-12"), Weekday::Sat));
    assert_eq!(ClearDays(1).before(friday), Some(day("2026-12-16")), "in an emergency");
}

#[test]
fn the_end_of_a_month_and_of_a_year() {
    assert_eq!(ClearDays(5).before(day("2028-03-03")), Some(day("2028-02-26")), "a leap year");
    assert_eq!(ClearDays(5).before(day("2027-03-03")), Some(day("2027-02-25")));
    assert_eq!(ClearDays(5).before(day("2027-01-03")), Some(day("2026-12-28")));
    assert_eq!(ClearDays(3).after(day("2026-12-29")), Some(day("2027-01-02")));
    assert_eq!(ClearDays(1).before(NaiveDate::MIN), None);
    assert_eq!(ClearDays(1).after(NaiveDate::MAX), None);
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0..80_000_i64).prop_map(|days| day("1900-01-01") + TimeDelta::days(days))
}

proptest! {
    /// So many whole days lie between the two, and neither of these is among them.
    #[test]
    fn as_many_days_lie_between(meeting in any_day(), count in 0..400_u16) {
        let sent = ClearDays(count).before(meeting).unwrap();
        let between = sent.iter_days().skip(1).take_while(|day| *day < meeting).count();
        prop_assert_eq!(between, usize::from(count));
        prop_assert!(sent < meeting);
        prop_assert_eq!(ClearDays(count).after(sent), Some(meeting), "counted forward, it is the same");
    }

    #[test]
    fn a_later_meeting_is_never_to_be_sent_earlier(a in any_day(), b in any_day(), count in 0..400_u16) {
        let (first, second) = (a.min(b), a.max(b));
        prop_assert!(ClearDays(count).before(first) <= ClearDays(count).before(second));
        prop_assert!(ClearDays(count + 1).before(first) < ClearDays(count).before(first));
    }
}
