use super::*;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::{Europe::Paris, Indian::Reunion};
use pleiade_core::{Deadline, ErrorKind, EventTime};
use pleiade_testkit::ManualClock;

/// A clock on Monday 2 March 2026, 07:41 in UTC, 08:41 in Paris.
fn monday() -> Arc<ManualClock> {
    Arc::new(ManualClock::starting_at(utc("2026-03-02T07:41:00Z")))
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn catalogue() -> Catalogue {
    Catalogue::builder().clock(monday()).build()
}

#[test]
fn our_files_parse() {
    for locale in Locale::ALL {
        assert_eq!(Language::new(locale).add(locale, common_messages(locale)), Ok(()));
    }
}

#[test]
fn every_error_has_a_sentence_for_each_reader_in_each_language() {
    let catalogue = catalogue();
    for kind in ErrorKind::ALL {
        for locale in Locale::ALL {
            for message in [kind.for_person("GLPI"), kind.for_administrator("GLPI", "list tickets")] {
                let sentence = catalogue.try_message(locale, Paris, &message).unwrap();
                assert!(sentence.contains("GLPI"), "{sentence}");
                assert!(sentence.matches(['.', ';']).count() >= 2, "cause and what to do: {sentence}");
            }
        }
        let sentence = catalogue.message(Locale::Fr, Paris, &kind.for_administrator("GLPI", "list tickets"));
        assert!(sentence.contains("«\u{a0}list tickets\u{a0}»\u{a0}:"), "{sentence}");
    }
}

#[test]
fn dates_at_the_ends_of_time_are_written_and_do_not_panic() {
    let catalogue = catalogue();
    for zone in [Paris, Reunion, chrono_tz::America::Martinique, chrono_tz::Pacific::Noumea] {
        for instant in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            for when in [EventTime::At(instant), EventTime::Between(utc("2026-03-02T08:41:00Z"), instant)] {
                assert!(!catalogue.when(Locale::Fr, zone, &when).is_empty());
            }
            for day in [NaiveDate::MIN, NaiveDate::MAX] {
                assert!(!catalogue.when(Locale::Fr, zone, &EventTime::Days(day, day)).is_empty());
            }
            assert!(!catalogue.deadline(Locale::En, zone, &Deadline::At(instant)).is_empty());
        }
    }
}

#[test]
fn instants_read_in_the_tenant_s_zone() {
    let catalogue = catalogue();
    for (instant, zone, french, english) in [
        ("2026-03-02T08:41:00Z", Paris, "9\u{a0}h\u{a0}41", "9:41\u{a0}am"),
        ("2026-03-02T13:05:00Z", Paris, "14\u{a0}h\u{a0}05", "2:05\u{a0}pm"),
        ("2026-03-02T11:00:00Z", Paris, "12\u{a0}h", "12\u{a0}pm"),
        ("2026-03-01T23:30:00Z", Paris, "0\u{a0}h\u{a0}30", "12:30\u{a0}am"),
        ("2026-03-01T22:30:00Z", Paris, "hier, 23\u{a0}h\u{a0}30", "yesterday, 11:30\u{a0}pm"),
        ("2026-03-02T21:00:00Z", Reunion, "demain, 1\u{a0}h", "tomorrow, 1\u{a0}am"),
        ("2026-05-01T06:00:00Z", Paris, "vendredi 1er\u{a0}mai, 8\u{a0}h", "Friday 1\u{a0}May, 8\u{a0}am"),
        (
            "2025-12-24T18:15:00Z",
            Paris,
            "mercredi 24\u{a0}décembre 2025, 19\u{a0}h\u{a0}15",
            "Wednesday 24\u{a0}December 2025, 7:15\u{a0}pm",
        ),
    ] {
        assert_eq!(catalogue.instant(Locale::Fr, zone, utc(instant)), french);
        assert_eq!(catalogue.instant(Locale::En, zone, utc(instant)), english);
    }
}

#[test]
fn days_spans_and_deadlines() {
    let catalogue = catalogue();
    let fr = |when: EventTime| catalogue.when(Locale::Fr, Paris, &when);
    assert_eq!(fr(EventTime::Days(day("2026-03-02"), day("2026-03-02"))), "aujourd’hui");
    assert_eq!(fr(EventTime::Days(day("2026-03-03"), day("2026-03-05"))), "demain – jeudi 5\u{a0}mars");
    let meeting = EventTime::Between(utc("2026-03-02T08:30:00Z"), utc("2026-03-02T09:15:00Z"));
    assert_eq!(fr(meeting), "9\u{a0}h\u{a0}30 – 10\u{a0}h\u{a0}15");
    let night = EventTime::Between(utc("2026-03-02T21:00:00Z"), utc("2026-03-03T05:00:00Z"));
    assert_eq!(fr(night), "22\u{a0}h – demain, 6\u{a0}h");
    let deadline = |deadline| catalogue.deadline(Locale::En, Paris, &deadline);
    assert_eq!(deadline(Deadline::Day(day("2026-03-01"))), "yesterday");
    assert_eq!(deadline(Deadline::At(utc("2026-03-02T16:00:00Z"))), "5\u{a0}pm");
}

#[test]
fn arguments_are_written_as_the_language_does() {
    let source = "sample = { $count ->\n    [one] { $count } fois\n   *[other] { $count } fois\n} { $since } { $until } { $who }";
    let catalogue = Catalogue::builder().clock(monday()).add(Locale::Fr, source).unwrap().build();
    let message = Message::new("sample")
        .with_number("count", 12_345)
        .with("since", MessageArg::Instant(utc("2026-03-02T08:41:00Z")))
        .with("until", MessageArg::Day(day("2026-03-03")))
        .with_text("who", "{ $count } <b>");
    assert_eq!(
        catalogue.message(Locale::Fr, Paris, &message),
        "12\u{202f}345 fois 9\u{a0}h\u{a0}41 demain { $count } <b>"
    );
    assert_eq!(
        catalogue.message(Locale::En, Paris, &message),
        catalogue.message(Locale::Fr, Paris, &message),
        "French rather than a bare key"
    );
}

#[test]
fn what_is_missing_shows_and_can_be_refused() {
    let catalogue = catalogue();
    let unknown = Message::new("nobody-wrote-this");
    assert_eq!(catalogue.message(Locale::En, Paris, &unknown), "nobody-wrote-this");
    assert!(matches!(catalogue.try_message(Locale::En, Paris, &unknown), Err(MessageError::Unknown { .. })));
    let bare = Message::new("error-person-timeout");
    assert!(catalogue.message(Locale::Fr, Paris, &bare).contains("$application"));
    assert!(matches!(catalogue.try_message(Locale::Fr, Paris, &bare), Err(MessageError::Incomplete { .. })));
    assert!(!catalogue.has(Locale::Fr, "nobody-wrote-this"));
}

#[test]
fn a_second_definition_and_a_broken_file_are_refused() {
    let add = |source: &str| Catalogue::builder().add(Locale::Fr, source).map(|_| ());
    assert_eq!(
        add("date-today = ce jour"),
        Err(CatalogueError::Duplicate { locale: Locale::Fr, key: "date-today".into() })
    );
    assert!(matches!(add("a = { $x"), Err(CatalogueError::Syntax { locale: Locale::Fr, .. })));
    let twice = Catalogue::builder().add(Locale::Fr, "x = y").and_then(|b| b.add(Locale::Fr, "x = y"));
    assert!(twice.is_ok(), "two instances of one connector bring the same file");
}

#[test]
fn upstream_words_are_never_read_as_a_message() {
    let plain = Text::plain("date-today { $x }");
    assert_eq!(catalogue().text(Locale::Fr, Paris, &plain), "date-today { $x }");
}
