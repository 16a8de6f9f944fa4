//! What people see, and nobody else.

use crate::support::{Assembly, count, indicator, lines, said, settings};
use pleiade_core::{Amount, Clock as _, Connector as _, EventTime, TaskKind};
use pleiade_testkit::TestClock;
use serde_json::json;
use std::sync::Arc;

#[tokio::test]
async fn balances_are_found_in_two_steps_and_hours_are_yesterday_s() {
    let kelio = Assembly::new();
    let content = kelio.read("balances", "000970").await;
    let shown: Vec<_> =
        content.indicators.iter().map(|one| (one.key.as_str(), one.amount, said(&one.noun))).collect();
    assert_eq!(shown[0], ("solde_ca", Amount::Days { hundredths: 1850 }, "Congés annuels".to_owned()));
    assert_eq!(shown[1], ("solde_rtt", Amount::Days { hundredths: 600 }, "RTT".to_owned()));
    assert_eq!((shown[2].0, shown[2].1), ("solde_heures", Amount::HoursBalance { minutes: 205 }));
    assert_eq!(shown[2].2, "Crédit d’heures (hier)");
    let asked = kelio.asked();
    let names: Vec<_> = asked.iter().map(|(name, _)| name.as_str()).collect();
    let (leave, hours) = ("exportPeriodicalAbsenceBalanceTotalsList", "exportDailyBalanceTotalsList");
    assert_eq!(
        names,
        ["exportLightEmployeesList", "exportAbsenceBalanceTypes", leave, leave, "exportBalanceTypes", hours]
    );
    assert!(
        asked[2].1.contains("<startDate>2026-03-12</startDate>")
            && asked[2].1.contains("<typeKey>11</typeKey>")
    );
    assert!(
        asked[5].1.contains("<endDate>2026-03-11</endDate>") && asked[5].1.contains("<typeKey>-5</typeKey>")
    );
    // Counters and people are known for an hour.
    kelio.read("balances", "000970").await;
    assert_eq!(kelio.asked().len(), 3);
    let negative = kelio.read("balances", "000971").await;
    assert_eq!(indicator(&negative, "solde_heures").unwrap().amount, Amount::HoursBalance { minutes: -40 });
}

#[tokio::test]
async fn requests_have_their_days_halves_and_states() {
    let kelio = Assembly::new();
    let content = kelio.read("requests", "000970").await;
    assert_eq!(count(&content, "demandes_en_attente"), Some((1, false)));
    assert_eq!(
        lines(&content),
        ["RTT | 1 j | Refusée", "Congés annuels | 4,5 j, à partir de midi | En attente"]
    );
    let days = |n: usize| content.items[n].when;
    assert_eq!(days(0), Some(EventTime::Days("2026-03-15".parse().unwrap(), "2026-03-15".parse().unwrap())));
    assert_eq!(days(1), Some(EventTime::Days("2026-04-05".parse().unwrap(), "2026-04-09".parse().unwrap())));
    assert!(content.items.iter().all(|item| item.task.is_none()), "they wait for somebody else");
    // A code that nobody mapped is counted nowhere.
    let other = kelio.read("requests", "000971").await;
    assert_eq!(count(&other, "demandes_en_attente"), Some((1, false)));
    assert!(lines(&other)[1].ends_with("État inconnu"), "{:?}", lines(&other));
}

#[tokio::test]
async fn approvals_are_those_of_the_validator() {
    let kelio = Assembly::new();
    let content = kelio.read("approvals", "000970").await;
    assert_eq!(count(&content, "a_valider"), Some((2, false)));
    assert_eq!(
        lines(&content),
        [
            "MARTIN Paul | Autorisation d’absence · 1 j",
            "DURAND Camille | Congés annuels · 2,5 j, jusqu’à midi"
        ]
    );
    let task = content.items[0].task.as_ref().unwrap();
    assert_eq!((task.kind, task.may_be_delegated()), (TaskKind::Approve, false));
    let (_, body) = kelio.asked().pop().unwrap();
    for part in [
        "<populationMode>0</populationMode>",
        "<requestState>0</requestState>",
        "<validatorIdentificationNumber>000970</validatorIdentificationNumber>",
    ] {
        assert!(body.contains(part), "{part}: {body}");
    }
    assert_eq!(kelio.server.broad_calls(), 0);
    for separator in [",", " | ", "\n"] {
        kelio.server.separate_by(separator);
        assert_eq!(
            count(&kelio.read("approvals", "000970").await, "a_valider"),
            Some((2, false)),
            "{separator:?}"
        );
    }
    // Two codes that wait: both are read and compared here.
    let mut several = settings();
    several["request_states"]["7"] = json!("pending");
    let kelio = Assembly::with(several);
    assert_eq!(count(&kelio.read("approvals", "001200").await, "a_valider"), Some((3, false)));
    assert!(!kelio.asked().pop().unwrap().1.contains("requestState"));
}

#[tokio::test]
async fn clockings_are_today_s_and_nobody_learns_where() {
    let kelio = Assembly::new();
    let content = kelio.read("clockings", "000970").await;
    assert_eq!(count(&content, "pointages_jour"), Some((3, false)));
    assert_eq!(lines(&content), ["Entrée", "Sortie", "Entrée"]);
    let first = Some(EventTime::At("2026-03-12T07:32:00Z".parse().unwrap()));
    assert_eq!(content.items[0].when, first, "the time stands once, beside the words");
    assert!(!format!("{content:?}").contains("48.117"), "where somebody clocked");
    let mut settings = settings();
    settings["clocking_directions"] = json!({});
    let kelio = Assembly::with(settings);
    assert_eq!(lines(&kelio.read("clockings", "000970").await)[0], "Pointage");
}

#[tokio::test]
async fn a_server_that_ignores_filters_shows_nobody_another_s_rows() {
    let kelio = Assembly::new();
    kelio.server.ignore_filters();
    for (widget, key, own) in [
        ("requests", "demandes_en_attente", 1),
        ("approvals", "a_valider", 2),
        ("clockings", "pointages_jour", 3),
    ] {
        let content = kelio.read(widget, "000970").await;
        assert_eq!(count(&content, key), Some((own, true)), "{widget}");
        assert_eq!(content.notices[0].key(), "kit-missing");
    }
    let balances = kelio.read("balances", "000970").await;
    assert_eq!(indicator(&balances, "solde_ca").unwrap().amount, Amount::Days { hundredths: 1850 });
    // Whole and with its zeros: 970 is somebody else.
    let martin = kelio.read("clockings", "970").await;
    assert_eq!(lines(&martin), ["Entrée", "Sortie"]);
    for number in ["0970", "00970", "70", "9", "000970 x", "000970;970"] {
        let nobody = kelio.read("clockings", number).await;
        assert!(nobody.items.is_empty() && nobody.indicators.is_empty(), "{number}");
        assert_eq!(nobody.notices[0].key(), "kelio-unknown-person", "{number}");
    }
}

#[tokio::test]
async fn whoever_stands_in_sees_nothing_and_kelio_is_not_asked() {
    let kelio = Assembly::new();
    for widget in ["balances", "requests", "approvals", "clockings"] {
        let content = kelio.load(widget, &kelio.person("000970").standing_in()).await.unwrap();
        assert!(content.items.is_empty() && content.indicators.is_empty(), "{widget}");
    }
    assert!(kelio.asked().is_empty());
}

#[tokio::test]
async fn check_lists_codes_and_counters_of_the_people_that_are_named_alone() {
    let mut unmapped = settings();
    unmapped["request_states"] = json!({});
    let kelio = Assembly::with(unmapped.clone());
    let ids: Vec<_> =
        kelio.connector.widgets().iter().map(|widget| widget.descriptor().id.as_str().to_owned()).collect();
    assert_eq!(ids, ["balances", "clockings"], "the cards of requests are off until the codes are known");
    let findings = kelio.connector.probe().await.unwrap().findings;
    assert_eq!(findings[..2], ["leave counters: CA, RTT, CET", "hours counters: CD"]);
    assert!(findings[2].contains("`calibration`"));
    let mut kelio_settings = unmapped;
    (kelio_settings["calibration"], kelio_settings["request_states"]) =
        (json!(["000970"]), json!({ "2": "refused" }));
    // `check` has the clock of the wall, and so have the requests that it is to find.
    let now = pleiade_core::SystemClock::default().now();
    let kelio = Assembly::at(kelio_settings, Arc::new(TestClock::starting_at(now)));
    let findings = kelio.connector.probe().await.unwrap().findings;
    assert_eq!(findings[2], "codes of `requestState`: 0 (3, not in `request_states`), 2 (1, refused)");
    assert!(kelio.asked().iter().all(|(name, body)| name.ends_with("Types") || body.contains("000970")));
    assert_eq!(kelio.server.broad_calls(), 0);
}
