use super::{Store, instant, person, tenant};
use chrono::{NaiveDate, TimeDelta};
use pleiade_connectors::legal::{Collectivite, Kind, KnownDate};
use pleiade_server::storage::{Dismissal, LegalRecord, MAX_LEGAL_ROWS};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) async fn what_a_collectivite_enters_for_its_deadlines_is_its_own(store: Store) {
    let (alpha, beta) = (tenant("alpha"), tenant("beta"));
    assert_eq!(store.legal_record(&alpha).await.unwrap(), LegalRecord::default());
    let mut facts = Collectivite::default();
    (facts.kind, facts.population) = (Some(Kind::Epci), Some(9));
    store.set_legal_facts(&alpha, &facts).await.unwrap();
    facts.kind = Some(Kind::Commune);
    facts.traits.insert("m57".to_owned());
    store.set_legal_facts(&alpha, &facts).await.unwrap();
    let council = KnownDate::new("council", day("2026-12-18"));
    for date in [
        &KnownDate::new("council", day("2027-01-15")),
        &council,
        &KnownDate::new("breach", day("2026-12-18")),
    ] {
        store.put_legal_date(&alpha, date).await.unwrap();
    }
    store.put_legal_date(&alpha, &council.clone().with_ready(true)).await.unwrap();
    // Entered again, it stays ready.
    store.put_legal_date(&alpha, &council).await.unwrap();
    store.put_legal_date(&beta, &council).await.unwrap();
    let record = store.legal_record(&alpha).await.unwrap();
    assert_eq!(record.facts, facts);
    let dates: Vec<_> =
        record.dates.iter().map(|date| (date.kind.as_str(), date.day, date.is_ready)).collect();
    let expected = [
        ("breach", day("2026-12-18"), false),
        ("council", day("2026-12-18"), true),
        ("council", day("2027-01-15"), false),
    ];
    assert_eq!(dates, expected, "in order, each once");
    assert!(store.drop_legal_date(&alpha, "council", day("2026-12-18")).await.unwrap());
    assert!(!store.drop_legal_date(&alpha, "council", day("2026-12-18")).await.unwrap(), "it is gone");
    let theirs = store.legal_record(&beta).await.unwrap();
    assert_eq!((theirs.dates, theirs.facts), (vec![council], Collectivite::default()), "beta's stands");
}

pub(crate) async fn no_legal_date_is_dropped_for_another(store: Store) {
    let (alpha, beta) = (tenant("alpha"), tenant("beta"));
    // The earliest of all still gives a deadline three years later, and the last ones are of the future whatever the day.
    let published = KnownDate::new("accessibility", day("2024-03-01"));
    let councils = (1..i64::from(MAX_LEGAL_ROWS))
        .map(|number| KnownDate::new("council", day("2027-02-01") + TimeDelta::days(number)));
    let all: Vec<KnownDate> = std::iter::once(published.clone()).chain(councils).collect();
    for date in &all {
        assert!(store.put_legal_date(&beta, date).await.unwrap());
    }
    for text in ["2020-01-01", "2027-06-01", "2190-01-01"] {
        let extra = KnownDate::new("breach", day(text));
        assert!(!store.put_legal_date(&beta, &extra).await.unwrap(), "{text}: there are as many as are kept");
    }
    assert_eq!(store.legal_record(&beta).await.unwrap().dates, all, "nothing of them is gone");
    // What is there is still made ready, another collectivité has its own, and one that goes leaves its place.
    let ready = published.clone().with_ready(true);
    assert!(store.put_legal_date(&beta, &ready).await.unwrap());
    assert_eq!(store.legal_record(&beta).await.unwrap().dates[0], ready);
    assert!(store.put_legal_date(&alpha, &published).await.unwrap());
    let last = &all[all.len() - 1];
    assert!(store.drop_legal_date(&beta, &last.kind, last.day).await.unwrap());
    assert!(store.put_legal_date(&beta, &KnownDate::new("breach", day("2027-06-01"))).await.unwrap());
}

pub(crate) async fn a_deadline_is_dismissed_once_and_outlives_who_did_it(store: Store) {
    let (alpha, beta) = (tenant("alpha"), tenant("beta"));
    let (jeanne, _) = store.create_identity(&person("jeanne")).await.unwrap();
    let dismissal = |reason: &str, minute| Dismissal {
        deadline: ("convocation-large".to_owned(), day("2026-12-18")),
        line: "Votre conseil est le vendredi 18 décembre".to_owned(),
        reason: reason.to_owned(),
        person: Some(jeanne),
        dismissed_at: instant(minute),
    };
    assert!(store.dismiss_deadline(&alpha, &dismissal("envoyée", 1)).await.unwrap());
    assert!(!store.dismiss_deadline(&alpha, &dismissal("autre", 2)).await.unwrap(), "its reason stays");
    assert_eq!(store.legal_record(&alpha).await.unwrap().dismissals, [dismissal("envoyée", 1)]);
    assert_eq!(store.legal_record(&beta).await.unwrap(), LegalRecord::default());
    let key = dismissal("", 0).deadline;
    assert!(!store.restore_deadline(&beta, &key).await.unwrap());
    assert!(!store.restore_deadline(&alpha, &(key.0.clone(), day("2026-12-19"))).await.unwrap());
    assert!(store.restore_deadline(&alpha, &key).await.unwrap());
    assert_eq!(store.legal_record(&alpha).await.unwrap(), LegalRecord::default());
    for number in 0..i64::from(MAX_LEGAL_ROWS) + 2 {
        let mut one = dismissal("vieille", number);
        one.deadline.1 = day("2027-01-01") + TimeDelta::days(number);
        assert!(store.dismiss_deadline(&beta, &one).await.unwrap());
    }
    let kept = store.legal_record(&beta).await.unwrap().dismissals;
    assert_eq!((kept.len(), kept.last().unwrap().dismissed_at), (MAX_LEGAL_ROWS as usize, instant(2)));
}
