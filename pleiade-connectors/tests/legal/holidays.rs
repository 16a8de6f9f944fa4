use crate::day;
use pleiade_connectors::holidays::{MonthDay, Place, Territory, easter};

/// As printed in calendars.
#[test]
fn easter_is_that_of_printed_tables() {
    let printed = [
        "1961-04-02",
        "1999-04-04",
        "2000-04-23",
        "2008-03-23",
        "2011-04-24",
        "2016-03-27",
        "2017-04-16",
        "2018-04-01",
        "2019-04-21",
        "2020-04-12",
        "2021-04-04",
        "2022-04-17",
        "2023-04-09",
        "2024-03-31",
        "2025-04-20",
        "2026-04-05",
        "2027-03-28",
        "2028-04-16",
        "2029-04-01",
        "2030-04-21",
        "2031-04-13",
        "2032-03-28",
        "2033-04-17",
        "2034-04-09",
        "2035-03-25",
        "2038-04-25",
    ];
    for text in printed {
        let year = text[..4].parse().unwrap();
        assert_eq!(easter(year), Some(day(text)));
    }
    assert_eq!((easter(1582), easter(10_000), easter(i32::MIN)), (None, None, None));
}

fn names(place: Place, year: i32) -> Vec<String> {
    place.holidays(year).iter().map(|holiday| format!("{} {}", holiday.day, holiday.name)).collect()
}

#[test]
fn the_national_holidays_of_2026() {
    assert_eq!(
        names(Place::default(), 2026),
        [
            "2026-01-01 Jour de l’an",
            "2026-04-06 Lundi de Pâques",
            "2026-05-01 Fête du Travail",
            "2026-05-08 Victoire de 1945",
            "2026-05-14 Ascension",
            "2026-05-25 Lundi de Pentecôte",
            "2026-07-14 Fête nationale",
            "2026-08-15 Assomption",
            "2026-11-01 Toussaint",
            "2026-11-11 Armistice de 1918",
            "2026-12-25 Noël",
        ]
    );
}

#[test]
fn alsace_and_moselle_have_two_more_and_good_friday_is_a_switch() {
    let place = Place::new(Territory::AlsaceMoselle);
    let with = place.with_protestant_temple(true);
    assert_eq!((place.holidays(2026).len(), with.holidays(2026).len()), (12, 13));
    assert_eq!(with.holiday(day("2026-04-03")).unwrap().name, "Vendredi saint");
    assert_eq!(place.holiday(day("2026-04-03")), None);
    assert_eq!(place.holiday(day("2026-12-26")).unwrap().name, "Saint-Étienne");
    let elsewhere = Place::default().with_protestant_temple(true);
    assert_eq!(elsewhere.holidays(2026).len(), 11, "the temple counts in Alsace and Moselle alone");
}

#[test]
fn each_territory_overseas_has_its_day_which_is_not_verified() {
    let days = [
        (Territory::Guadeloupe, "2027-05-27"),
        (Territory::Martinique, "2027-05-22"),
        (Territory::Guyane, "2027-06-10"),
        (Territory::LaReunion, "2027-12-20"),
        (Territory::Mayotte, "2027-04-27"),
        (Territory::SaintBarthelemy, "2027-10-09"),
        (Territory::SaintMartin, "2027-05-28"),
    ];
    for (territory, text) in days {
        let own = Place::new(territory).holiday(day(text)).unwrap();
        assert!(!own.verified, "{territory:?}");
        assert_eq!(Place::new(territory).holidays(2027).len(), 12);
        let others = Territory::ALL.into_iter().filter(|other| *other != territory);
        for other in others {
            assert_eq!(Place::new(other).holiday(day(text)), None, "{territory:?} is not {other:?}");
        }
    }
    assert!(Place::default().holidays(2027).iter().all(|holiday| holiday.verified));
}

#[test]
fn a_day_of_each_year_is_one_that_each_year_has() {
    for bad in ["02-29", "2-28", "13-01", "04-31", "", "04-15 ", "04/15", "+4-15"] {
        assert!(MonthDay::try_from(bad.to_owned()).is_err(), "{bad}");
    }
    let fine = MonthDay::try_from("04-15".to_owned()).unwrap();
    assert_eq!((fine.in_year(2032), String::from(fine)), (Some(day("2032-04-15")), "04-15".to_owned()));
}
